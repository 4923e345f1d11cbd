// Who may open a mailbox, how often clients may do things, and who is not served.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct RegistrationDecisionTests {
    var world: RelayWorld

    init() throws { world = try RelayWorld() }

    private mutating func code(uses: UInt32, seconds: UInt64 = 100) throws -> InvitationCode {
        let code = InvitationCode.random(using: &world.entropy)
        let expires = Timestamp(milliseconds: world.now.milliseconds + seconds * 1_000)
        try world.engine.invite(
            code.hash, InvitationRow(uses: uses, expires: expires), now: world.now)
        return code
    }

    private mutating func register(
        _ code: InvitationCode?, _ mailbox: MailboxID? = nil, _ keys: SignaturePrivateKey? = nil
    ) throws -> Result<Answer, RelayRefusal> {
        try world.register(mailbox, keys, nil, pass: RegistrationPass(invitation: code)).1
    }

    private let opened = Result<Answer, RelayRefusal>.success(
        .register(Owned(acked: 0, newest: 0)))

    @Test("[REG-1] a closed relay takes nobody new, and those it has as before")
    mutating func closed() throws {
        let (device, _) = try world.register()
        world.engine.terms = RegistrationTerms(policy: .closed)
        #expect(try register(try code(uses: 1)) == .failure(.notPermitted))
        let (_, again) = try world.register(device.mailbox, device.keyPair, device.sealing)
        #expect(again == opened)
    }

    @Test("[REG-2] [REG-3] an invitation opens as many mailboxes as it says, and none later")
    mutating func invited() throws {
        world.engine.terms = RegistrationTerms(policy: .invitation)
        let twice = try code(uses: 2)
        #expect(try register(nil) == .failure(.notPermitted))
        #expect(try register(.random(using: &world.entropy)) == .failure(.notPermitted))
        #expect(try register(twice) == opened)
        try world.restart()
        world.engine.terms = RegistrationTerms(policy: .invitation)
        #expect(try register(twice) == opened)
        #expect(try register(twice) == .failure(.notPermitted))
        let short = try code(uses: 5, seconds: 10)
        world.pass(10)
        #expect(try register(short) == .failure(.notPermitted))
    }

    @Test("[REG-3] registering again uses nothing up, nor does a refused registration")
    mutating func again() throws {
        world.engine.terms = RegistrationTerms(policy: .invitation)
        let once = try code(uses: 1)
        world.store.fail(with: .failed(code: 1))
        guard case .failure(.unavailable) = try register(once) else {
            Issue.record("registered in a store that fails")
            return
        }
        world.store.fail(with: nil)
        let pass = RegistrationPass(invitation: once)
        let (device, first) = try world.register(nil, nil, nil, pass: pass)
        #expect(first == opened)
        for _ in 0..<2 {
            let (_, again) = try world.register(
                device.mailbox, device.keyPair, device.sealing, pass: pass)
            #expect(again == opened)
        }
    }

    @Test("[REG-3] of two that come at once with one use, one gets in")
    mutating func race() throws {
        world.engine.terms = RegistrationTerms(policy: .invitation)
        let pass = RegistrationPass(invitation: try code(uses: 1))
        let asked = try (0..<2).map { _ in
            (try world.registration(pass: pass), world.connect())
        }
        let results = world.ask(asked)
        #expect(results.count(where: { $0 == opened }) == 1)
        #expect(results.contains(.failure(.notPermitted)))
    }

    @Test("[REG-4] where work is asked for, a new mailbox shows it")
    mutating func work() throws {
        world.engine.terms = RegistrationTerms(policy: .open, workBits: 8)
        #expect(try register(nil) == .failure(.notPermitted))
        #expect(try world.ask(try world.registration(workBits: 8)) == opened)
    }

    @Test("[REG-5] what one client does is limited, comes back with time, and harms no other")
    func rates() throws {
        var table = RateTable(limits: RateLimits(registersHourly: 4), clientsMax: 3)
        let start = Timestamp(milliseconds: 1_000_000)
        func later(_ seconds: UInt64) -> Timestamp {
            Timestamp(milliseconds: start.milliseconds + seconds * 1_000)
        }
        let one = try #require(ClientAddress("192.0.2.1"))
        let other = try #require(ClientAddress("192.0.2.2"))
        for _ in 0..<4 { #expect(table.take(.register, by: one, at: start) == nil) }
        #expect(table.take(.register, by: one, at: start) == .seconds(900))
        #expect(table.take(.openLane, by: one, at: start) == nil)
        #expect(table.take(.register, by: other, at: start) == nil)
        #expect(table.take(.register, by: one, at: later(899)) == .seconds(1))
        #expect(table.take(.register, by: one, at: later(900)) == nil)
        // A clock that goes back gives nothing away and takes nothing.
        #expect(table.take(.register, by: one, at: start) == .seconds(900))
        // The /64 of a host of version 6 is one client.
        let wide = try (1...3).map { try #require(ClientAddress("2001:db8::\($0)")) }
        for address in wide { _ = table.take(.register, by: address, at: start) }
        #expect(table.count == 3 + 1 || table.count == 4)
    }

    @Test("[REG-5] the table is bounded: those it has no room for share a bucket")
    func bounded() throws {
        var table = RateTable(limits: RateLimits(registersHourly: 2), clientsMax: 10)
        let now = Timestamp(milliseconds: 1_000_000)
        var refused = 0
        for number in 0..<100 {
            let address = try #require(ClientAddress("198.51.100.\(number)"))
            if table.take(.register, by: address, at: now) != nil { refused += 1 }
        }
        #expect(table.count == 11 && refused == 88)
        let hourLater = Timestamp(milliseconds: 1_000_000 + 3_600_000)
        let fresh = try #require(ClientAddress("203.0.113.9"))
        #expect(table.take(.register, by: fresh, at: hourLater) == nil)
        #expect(table.count == 1)
    }

    @Test("[REG-6] bans are read from addresses, ranges and mailboxes, and hold for these")
    mutating func bans() throws {
        let mailbox = MailboxID.random(using: &world.entropy)
        let texts = ["192.0.2.0/24", "2001:db8::/32", mailbox.hexadecimal]
        let bans = try texts.map { try #require(BanList.Ban($0)) }
        #expect(bans.map(\.description) == texts)
        let list = BanList(bans)
        #expect(list.bans(try #require(ClientAddress("192.0.2.77"))))
        #expect(list.bans(try #require(ClientAddress("2001:db8:1::1"))))
        #expect(!list.bans(try #require(ClientAddress("198.51.100.1"))))
        #expect(list.bans(mailbox) && !list.bans(.random(using: &world.entropy)))
        for wrong in ["", "x", "192.0.2.1/8", String(mailbox.hexadecimal.dropLast()), "::g"] {
            #expect(BanList.Ban(wrong) == nil, "\(wrong)")
        }
        #expect(BanList().isEmpty && !list.isEmpty)
    }
}
