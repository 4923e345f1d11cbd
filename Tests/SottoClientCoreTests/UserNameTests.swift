// The record of our user name: put again with our own, found again, and lost.

import SottoClientCore
import SottoCrypto
import SottoIdentity
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Keeping a user name")
struct UserNameKeepingTests {
    var world: World
    let locator: Locator

    /// Bob has a name, whose record the relay holds in version 1.
    init() throws {
        world = try World()
        let account = try world.home(.bob).account()
        let secret = try NameSecret(Secret(copying: [UInt8](repeating: 3, count: 32)))
        locator = secret.locator.renamed()
        let own = OwnUserName(try UserName("bob"), secret: secret, version: 1)
        var entropy = Entropy.system()
        let put = try account.put(own, version: 1, using: &entropy)
        _ = world.relay.answer(.putRecord(put), for: account.mailbox)
        _ = try world.homes[World.Who.bob.rawValue].want(.keepUserName(own))
    }

    private mutating func passHalfOfTheRecordsLife() throws {
        world.pass(milliseconds: 8 * 24 * 3_600_000)
        try world.disconnect(.bob)
        try world.connect(.bob)
    }

    private func version() throws -> UInt64? { try world.home(.bob).account().userName?.version }

    @Test("[NAME-7] it is put again whenever our own record is")
    mutating func renewed() throws {
        try passHalfOfTheRecordsLife()
        #expect(world.relay.records[locator]?.version == 2)
        #expect(try version() == 2)
        #expect(try world.home(.bob).publication().pendingName == nil)
        let account = try world.home(.bob).account()
        let sealed = try #require(world.relay.records[locator]?.sealed)
        let secret = try #require(account.userName?.secret)
        #expect(try NameRecord(opening: sealed, with: secret).card == account.card)
    }

    @Test("[NAME-7] a version that we did not know of is put upon")
    mutating func another() throws {
        let held = try #require(world.relay.records[locator])
        world.relay.records[locator] = Record(version: 5, sealed: held.sealed)
        try passHalfOfTheRecordsLife()
        #expect(world.relay.records[locator]?.version == 6)
        #expect(try version() == 6)
    }

    @Test("[NAME-7] one that the relay lost is put from the start")
    mutating func lostByTheRelay() throws {
        world.relay.records[locator] = nil
        try passHalfOfTheRecordsLife()
        #expect(world.relay.records[locator]?.version == 1)
        #expect(try version() == 1)
    }

    @Test("[NAME-7] one that somebody else holds by now is lost, and the user is told")
    mutating func lost() throws {
        world.relay.foreign.insert(locator)
        try passHalfOfTheRecordsLife()
        #expect(try world.home(.bob).account().userName == nil)
        #expect(try world.home(.bob).publication().pendingName == nil)
        #expect(try world.home(.bob).alarms().map(\.kind) == [.userNameLost])
    }

    @Test("a home of the version before has no user name, and keeps all else")
    func olderHome() throws {
        let account = try world.home(.bob).account()
        let now = StoredRecord.account(account).stored
        // What follows the name is the user name, of which an older record knows nothing.
        let name = try #require(account.userName)
        let tail = 1 + 1 + name.name.text.utf8.count + 1 + 32 + 8
        let older = now.withBytes { Secret(copying: [1] + Array($0.dropFirst().dropLast(tail))) }
        guard case .account(let read) = try StoredRecord(stored: older, for: .account) else {
            Issue.record("no account")
            return
        }
        #expect(read.userName == nil)
        #expect(read.id == account.id && read.name == account.name)
    }
}
