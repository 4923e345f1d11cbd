// What is given up when an epoch ends, and what can still be read of it.

import SottoCrypto
import Testing

@testable import SottoMLS

@Suite("Past epochs")
struct PastEpochTests {
    /// What an application would have stored: what the changes said, and nothing else.
    private struct Store {
        var records: [GroupRecordKey: Secret] = [:]

        mutating func apply(_ changes: [GroupChange], of group: Group) {
            for change in changes {
                switch change {
                case .write(let key): records[key] = group.encoded(key)
                case .delete(let key): records[key] = nil
                case .deleteEpoch(let epoch):
                    records = records.filter { $0.key.epochNumber != epoch }
                }
            }
        }
    }

    /// Three members in epoch 1, of whom the last has said something and proposed something, and
    /// a commit that the second one made.
    private struct Scene {
        var members: [TestMember]
        var store: Store
        let late: [UInt8]
        let unread: [UInt8]
        let commit: [UInt8]

        /// - Parameters:
        ///   - speaks: Whether the first member says something too, whose store this is.
        ///   - framing: How the commit travels.
        init(speaks: Bool, framing: HandshakeFraming = .privateMessage) throws {
            members = try makeGroup(["alice", "bob", "carol"])
            store = Store(records: members[0].records)
            late = try members[2].says("late")
            unread = try members[1].says("unread")
            let proposal = try members[2].proposes(.remove(LeafIndex(0)))
            store.apply(try members[0].processes(proposal.message), of: members[0].group)
            if speaks {
                var entropy = members[0].client.entropy
                let said = try members[0].group.protect([1], using: &entropy)
                store.apply(said.changes, of: members[0].group)
            }
            commit = try members[1].commits(including: .none) { $0.framing = framing }.message
        }
    }

    @Test(
        "[MLS-64] our own keys and handshake keys go when the epoch ends, others' messages stay",
        arguments: [true, false], [HandshakeFraming.publicMessage, .privateMessage])
    func ended(speaks: Bool, framing: HandshakeFraming) throws {
        var scene = try Scene(speaks: speaks, framing: framing)
        let group = scene.members[0].group
        #expect(group.loaded[1]?.ratchets[LeafIndex(2)]?.hasHandshakeKeys == true)
        let changes = try scene.members[0].processes(scene.commit)
        scene.store.apply(changes, of: scene.members[0].group)
        #expect(scene.store.records == scene.members[0].records)

        let past = try #require(scene.members[0].group.loaded[1])
        #expect(past.ratchets[LeafIndex(0)] == nil)
        #expect(past.secretTree?.isTaken(LeafIndex(0)) == true)
        #expect(past.ratchets[LeafIndex(2)]?.hasHandshakeKeys == false)
        #expect(past.ratchets[LeafIndex(1)]?.hasHandshakeKeys != true)
        #expect(scene.store.records[.ratchet(epoch: 1, LeafIndex(0))] == nil)
        #expect(try scene.members[0].reads(scene.late) == "late")
        #expect(try scene.members[0].reads(scene.unread) == "unread")
        let bobs = try #require(scene.members[0].group.loaded[1]?.ratchets[LeafIndex(1)])
        #expect(!bobs.hasHandshakeKeys)
        #expect(throws: ProcessError.spent) { try scene.members[0].hears(scene.late) }
    }

    @Test("[MLS-64] a record that was not loaded when its epoch ended gives them up when it is")
    func loadedLater() throws {
        var scene = try Scene(speaks: true)
        let before = scene.members[0].records
        try scene.members[0].hears(scene.commit)
        var (alice, records) = try scene.members[0].emptied()
        // As if these had not been loaded when the commit came.
        let keys: [GroupRecordKey] = [
            .secretTree(epoch: 1), .ratchet(epoch: 1, LeafIndex(0)),
            .ratchet(epoch: 1, LeafIndex(2)),
        ]
        for key in keys { records[key] = before[key] }
        try alice.load(keys + [.pastEpoch(1)], from: records)
        let past = try #require(alice.group.loaded[1])
        #expect(past.ratchets[LeafIndex(0)] == nil)
        #expect(past.ratchets[LeafIndex(2)]?.hasHandshakeKeys == false)
        #expect(try alice.reads(scene.late) == "late")
        #expect(alice.group.encoded(.ratchet(epoch: 1, LeafIndex(0))) == nil)
    }

    @Test("[MLS-64] so does a secret tree from which we never took our keys")
    func silentLater() throws {
        var scene = try Scene(speaks: false)
        let tree = try #require(scene.members[0].records[.secretTree(epoch: 1)])
        try scene.members[0].hears(scene.commit)
        var (alice, records) = try scene.members[0].emptied()
        records[.secretTree(epoch: 1)] = tree
        try alice.load([.secretTree(epoch: 1), .pastEpoch(1)], from: records)
        #expect(alice.group.loaded[1]?.secretTree?.isTaken(LeafIndex(0)) == true)
    }

    @Test("[MLS-59] who goes on forgets the epochs that ended too long before")
    func expiry() throws {
        var members = try makeGroup(["alice", "bob"])
        let first = try members[0].commits()
        for index in members.indices { try members[index].hears(first.message) }
        let commit = try MLSMessage(encoded: members[0].commits().message)
        var policy = TestClient.policy
        for (seconds, isForgotten) in [(0, false), (1, true)] as [(UInt64, Bool)] {
            var (alice, bob) = (members[0].group, members[1].group)
            policy.time = UnixTime(
                seconds: TestClient.now.seconds + MLSLimits.pastEpochSecondsMax + seconds)
            let merged = try alice.mergePendingCommit(now: policy.time).changes
            let heard = try bob.process(commit, policy: policy).changes
            #expect(merged.contains(.deleteEpoch(1)) == isForgotten)
            #expect(heard.contains(.deleteEpoch(1)) == isForgotten)
            #expect((bob.records[.pastEpoch(1)] == nil) == isForgotten)
            #expect(bob.records[.pastEpoch(2)] != nil)
        }
    }
}

extension TestMember {
    fileprivate mutating func processes(_ message: [UInt8]) throws -> [GroupChange] {
        try group.process(MLSMessage(encoded: message), policy: TestClient.policy).changes
    }
}

extension SenderRatchets {
    fileprivate var hasHandshakeKeys: Bool {
        var copy = self
        return copy.endHandshake()
    }
}
