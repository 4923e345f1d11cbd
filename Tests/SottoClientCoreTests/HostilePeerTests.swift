// Members that say in a group what our profile does not allow.

import SottoClientCore
import SottoContent
import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Peers that break the profile")
struct HostilePeerTests {
    @Test("[CONV-2] a commit as PublicMessage is put aside, and the epoch is the one before")
    func publicCommit() throws {
        var world = try World.talked()
        let lane = try world.lane(.alice, with: .bob)
        let before = try world.home(.alice).lane(lane).epochs.first?.epoch
        try world.commit(as: .bob, to: .alice, as: .publicMessage)
        try world.deliver(to: .alice)
        #expect(try world.home(.alice).putAside().map(\.cause) == [.notDecryptable])
        #expect(try world.home(.alice).lane(lane).epochs.first?.epoch == before)
        // The same as PrivateMessage is followed.
        world = try World.talked()
        try world.commit(as: .bob, to: .alice)
        try world.deliver(to: .alice)
        #expect(try world.home(.alice).putAside().isEmpty)
        #expect(try world.home(.alice).lane(lane).epochs.first?.epoch != before)
    }

    @Test("[ONCE-4] what is said in our name and is no post of ours is put aside and named")
    func forgedEcho() throws {
        var world = try World.talked()
        let lane = try world.home(.alice).lane(world.lane(.alice, with: .bob))
        var group = try world.home(.alice).group(lane.group)
        var entropy = Entropy(seed: Secret(copying: [9]))
        let data = ApplicationData.status(try MessageStatusReport([]).encoded).wireBytes
        let message = try group.protect(data, using: &entropy).message
        try world.post(
            message, .message, in: lane, world.lane(.alice, with: .bob), as: .alice,
            using: &entropy)
        try world.deliver(to: .alice)
        #expect(try world.home(.alice).putAside().map(\.cause) == [.notDecryptable])
        #expect(try world.home(.alice).alarms().map(\.peer) == [world.id(.bob)])
    }

    @Test("[CHAT-6] a commit that removes us destroys nothing; what we say goes to a new group")
    func removed() throws {
        var world = try World.talked()
        let old = try #require(
            try world.home(.alice).conversation(with: world.id(.bob)).groups.first)
        let leaf = try world.home(.alice).group(old.id).ownLeaf
        try world.say(
            ApplicationData.status(try MessageStatusReport([]).encoded).wireBytes, as: .bob,
            to: .alice)
        try world.commit(as: .bob, to: .alice, [.remove(leaf)])
        try world.deliver(to: .alice)
        #expect(try world.home(.alice).putAside().map(\.cause) == [.refusedGroup])
        #expect(try world.home(.alice).alarms().map(\.peer) == [world.id(.bob)])
        #expect(try world.home(.alice).group(old.id).id == old.id)
        let number = try world.send("are you there?", from: .alice, to: .bob)
        let groups = try world.home(.alice).conversation(with: world.id(.bob)).groups
        #expect(groups.map(\.isOver) == [true, false])
        guard case .message(let message)? = try world.home(.alice).record(.message(number)) else {
            Issue.record("no message")
            return
        }
        #expect(message.course == .reached(.sent, missed: 0))
        try world.settle()
        #expect(try world.home(.bob).texts().last == "are you there?")
        // After its time the old group goes.
        world.pass(milliseconds: 8 * 24 * 3_600_000)
        try world.feed(.resumed(from: 0), .alice)
        let left = try world.home(.alice).conversation(with: world.id(.bob)).groups
        #expect(left.map(\.id) == groups.dropFirst().map(\.id))
    }
}
