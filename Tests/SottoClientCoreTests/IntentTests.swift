// What users may want, and what they are told when it makes no sense.

import SottoClientCore
import SottoIdentity
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Intents")
struct IntentTests {
    private func refusal(_ intent: Intent, _ world: inout World) throws -> IntentRefusal? {
        let before = world.home(.alice).records
        guard case .refused(let refusal) = try world.want(intent, .alice) else { return nil }
        #expect(world.home(.alice).records == before)
        return refusal
    }

    @Test("a refused intent is named and changes nothing")
    func refusals() throws {
        var world = try World()
        let bob = try world.id(.bob)
        let stranger = AccountID(made: Array(repeating: 1, count: 32))
        let account = Intent.createAccount(
            origin: "ws://localhost:1", relayKey: world.relay.relayKey, name: nil)
        #expect(try refusal(account, &world) == .accountExists)
        #expect(try refusal(.setName("\u{202e}"), &world) == .badName)
        #expect(try refusal(.send("", to: bob), &world) == .emptyText)
        #expect(
            try refusal(.send(String(repeating: "x", count: 65_537), to: bob), &world)
                == .textTooLong(bytesMax: 65_536))
        #expect(try refusal(.send("x", to: stranger), &world) == .unknownPeer)
        #expect(try refusal(.markRead(stranger, through: 1), &world) == .unknownPeer)
        #expect(try refusal(.rename(stranger, "x"), &world) == .unknownPeer)
        #expect(
            try refusal(.acknowledgeInbox(consumer: "", sequence: 1), &world) == .badConsumer)
        #expect(
            try refusal(.acknowledgeInbox(consumer: "c", sequence: 1), &world)
                == .ackBeyondNewest)
    }

    @Test("without an account nothing is done")
    func noAccount() throws {
        var home = MemoryHome(seed: 5)
        #expect(try home.want(.setName("x")).reply == .refused(.noAccount))
        #expect(home.records.isEmpty)
    }

    @Test("[CARD-2] our own card and a record that is not signed are refused")
    func records() throws {
        var world = try World()
        let own = try world.home(.alice).account().card
        let ownRecord = try #require(world.relay.records[own.locator.renamed()]).sealed
        #expect(
            try refusal(.addContact(card: own, record: ownRecord, name: nil), &world) == .ownLink)
        let bob = try world.home(.bob).account().card
        var record = try #require(world.relay.records[bob.locator.renamed()]).sealed
        record[record.count / 2] ^= 1
        #expect(
            try refusal(.addContact(card: bob, record: record, name: nil), &world)
                == .recordInvalid(.notOpened))
    }

    @Test("[ID-9] verified stays through a new record, a new name and a new link")
    func verified() throws {
        var world = try World()
        let bob = try world.id(.bob)
        try world.want(.setVerified(bob, true), .alice)
        try world.want(.rename(bob, "Robert"), .alice)
        try world.meet(.alice, .bob)
        #expect(try world.home(.alice).conversation(with: bob).isVerified)
        try world.want(.setVerified(bob, false), .alice)
        #expect(try !world.home(.alice).conversation(with: bob).isVerified)
    }

    @Test("a name belongs to one contact, whatever its case")
    func nameTaken() throws {
        var world = try World()
        let bob = try world.id(.bob)
        try world.want(.rename(bob, "Robert"), .alice)
        try world.want(.rename(bob, "robert"), .alice)
        #expect(try world.home(.alice).conversation(with: bob).name == "robert")
        #expect(try world.home(.alice).record(.contactName("robert")) != nil)
    }
}
