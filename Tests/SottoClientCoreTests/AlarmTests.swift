// Alarms: which push out which, and which the user was shown.

import SottoClientCore
import SottoContent
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Alarms")
struct AlarmTests {
    /// Bob, to whom the relay showed two entries of one number.
    private func forked() throws -> World {
        var world = try World.greeted()
        try world.fork(before: .bob)
        return world
    }

    @Test("[ALARM-1] what anybody can bring about pushes out no proof, and is bounded itself")
    func rings() throws {
        var world = try forked()
        #expect(try world.home(.bob).alarms().map(\.kind) == [.fork, .putAside])
        let first = try world.home(.bob).cursor()
        let junk = UInt64(ClientLimits.alarmsMax) + 20
        for number in 1...junk {
            try world.feed(.delivered(Delivery(sequence: first + number, sealed: [1])), .bob)
        }
        let kept = try world.home(.bob).alarms()
        #expect(kept.first?.kind == .fork)
        #expect(kept.first?.evidence.count == 2)
        // Bob holds a proof that anybody can judge, of his relay and of no other.
        let proof = try #require(kept.first?.forkProof(by: world.relay.relayKey))
        try ForkProof(wireBytes: proof.wireBytes).verify()
        #expect(kept.first?.forkProof(by: .zero) == nil && kept.last?.forkProof(by: .zero) == nil)
        #expect(kept.count == 1 + Int(ClientLimits.alarmsMax))
        #expect(kept.last?.number == Int64(junk) + 2)
    }

    @Test("[ALARM-2] what was shown stays so, and no more is than was raised")
    func seen() throws {
        var world = try forked()
        func seen() throws -> Int64 {
            guard case .counters(let counters)? = try world.home(.bob).record(.counters) else {
                return -1
            }
            return counters.alarmsSeen
        }
        #expect(try seen() == 0)
        try world.want(.seeAlarms(through: 1), .bob)
        #expect(try seen() == 1)
        try world.want(.seeAlarms(through: 0), .bob)
        #expect(try seen() == 1)
        try world.want(.seeAlarms(through: 99), .bob)
        #expect(try seen() == 2)
    }
}
