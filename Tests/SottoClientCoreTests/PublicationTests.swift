// Our record and key packages on the relay: made, refilled, renewed, put back.

import SottoClientCore
import SottoCrypto
import SottoIdentity
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Publishing an account")
struct PublicationTests {
    @Test("[CARD-4] 40 key packages and a last resort lie in the stock before the record appears")
    func first() throws {
        let world = try World()
        for who in World.Who.allCases {
            let account = try world.home(who).account()
            let stock = try #require(world.relay.stocks[account.stock])
            #expect(stock.packages.count == 40 && stock.last != nil)
            #expect(world.relay.records[account.card.locator.renamed()]?.version == 1)
            #expect(try world.home(who).publication().isPublished)
        }
    }

    @Test("[CARD-4] a stock below 20 is refilled to 40")
    func refill() throws {
        var world = try World()
        let account = try world.home(.bob).account()
        for _ in 0..<21 { _ = world.relay.answer(.takeStock(account.stock), for: account.mailbox) }
        try world.disconnect(.bob)
        try world.connect(.bob)
        #expect(world.relay.stocks[account.stock]?.packages.count == 40)
    }

    @Test("[CARD-4] [CONV-3] expired key packages leave the stock, and their keys go a month later")
    func expiry() throws {
        var world = try World()
        let account = try world.home(.bob).account()
        let old = try world.home(.bob).publication().packages.map(\.reference)
        world.pass(milliseconds: 91 * 24 * 3_600_000)
        try world.disconnect(.bob)
        try world.connect(.bob)
        try world.settle()
        #expect(world.relay.stocks[account.stock]?.packages.count == 40)
        let publication = try world.home(.bob).publication()
        #expect(publication.usable(at: world.home(.bob).now) == 40)
        #expect(try world.home(.bob).record(.keyPackage(old[0])) != nil)
        world.pass(milliseconds: 31 * 24 * 3_600_000)
        try world.settle()
        for reference in old { #expect(try world.home(.bob).record(.keyPackage(reference)) == nil) }
    }

    @Test("[CHAT-1] the last-resort package serves when the stock is empty, and serves again")
    func lastResort() throws {
        var world = try World()
        let account = try world.home(.bob).account()
        for _ in 0..<40 { _ = world.relay.answer(.takeStock(account.stock), for: account.mailbox) }
        try world.send("by the last resort", from: .alice, to: .bob)
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).texts() == ["by the last resort"])
        #expect(try world.home(.bob).putAside().isEmpty)
    }

    @Test("[CARD-1] the record is signed anew once half of its 14 days is gone")
    func renewal() throws {
        var world = try World()
        let locator: Locator = try world.home(.alice).account().card.locator.renamed()
        #expect(world.home(.alice).core.wakeAt != nil)
        world.pass(milliseconds: 6 * 24 * 3_600_000)
        try world.settle()
        #expect(world.relay.records[locator]?.version == 1)
        world.pass(milliseconds: 25 * 3_600_000)
        try world.settle()
        #expect(world.relay.records[locator]?.version == 2)
        let renewAt = try #require(try world.home(.alice).publication().renewAt)
        #expect(renewAt > world.home(.alice).now)
    }

    @Test("[DIR-2] what the relay holds under another version is read, and written anew")
    func conflict() throws {
        var world = try World()
        let account = try world.home(.alice).account()
        // The relay comes back with an older store, without record and stock.
        world.relay.records = [:]
        world.relay.stocks = [:]
        try world.disconnect(.alice)
        try world.connect(.alice)
        world.pass(milliseconds: 8 * 24 * 3_600_000)
        try world.settle()
        world.pass(milliseconds: 10_000)
        try world.settle()
        #expect(world.relay.stocks[account.stock]?.packages.count == 40)
        #expect(world.relay.records[account.card.locator.renamed()]?.version == 1)
    }

    @Test("a refusal that names a time is obeyed, and nothing is asked before it")
    func waiting() throws {
        var world = try World()
        world.relay.refusals[.getRecord] = .rateLimited(retryAfter: .seconds(7))
        try world.send("later", from: .alice, to: .bob)
        let count = world.asked.count
        world.pass(milliseconds: 6_000)
        try world.feed(.resumed(from: 0), .alice)
        #expect(world.asked.count == count)
        world.pass(milliseconds: 2_000)
        try world.feed(.resumed(from: 0), .alice)
        try world.settle()
        #expect(try world.home(.bob).texts() == ["later"])
    }

    @Test("[CARD-2] an expired record is named and serves no first contact")
    func expired() throws {
        var world = try World()
        world.homes[World.Who.alice.rawValue].now = world.home(.alice).now.later(15 * 86_400_000)
        try world.send("too late", from: .alice, to: .bob)
        guard case .worklist(let worklist)? = try world.home(.alice).record(.worklist) else {
            Issue.record("no worklist")
            return
        }
        #expect(worklist.entries.first?.obstacle?.reason == .recordExpired)
    }
}
