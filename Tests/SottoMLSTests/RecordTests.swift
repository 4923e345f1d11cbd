// A group out of its records: it is the same group, and it takes no more than it needs.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Records")
struct RecordTests {
    @Test("a group out of its records is equal and goes on", arguments: CipherSuite.all)
    func roundTrip(suite: CipherSuite) throws {
        var members = try makeGroup(["alice", "bob", "carol"], suite: suite)
        let skipped = try members[0].says("skipped")
        let late = try members[2].says("late")
        try members[1].hears(members[0].says("hello"))
        let commit = try members[0].commits()
        for index in members.indices { try members[index].hears(commit.message) }
        try members[1].hears(members[2].says("hello again"))
        _ = try members[1].commits()

        var restored = try members[1].restarted()
        #expect(restored.records == members[1].records)
        #expect(try restored.reads(skipped) == "skipped")
        #expect(try restored.reads(late) == "late")
        #expect(throws: ProcessError.spent) { try restored.hears(late) }
        let pending = try #require(restored.group.pendingCommit?.message)
        try restored.hears(pending)
        try members[0].hears(pending)
        #expect(restored.group.epochAuthenticator == members[0].group.epochAuthenticator)
        #expect(try members[0].reads(restored.says("still here")) == "still here")
    }

    @Test("what is needed and not loaded is named, and nothing else is asked for")
    func missing() throws {
        var members = try makeGroup(["alice", "bob"])
        try members[1].hears(members[0].says("first"))
        let late = try members[0].says("late")
        let commit = try members[0].commits()
        for index in members.indices { try members[index].hears(commit.message) }
        let message = try members[0].says("second")

        var (bob, records) = try members[1].emptied()
        #expect(throws: ProcessError.missing([.secretTree(epoch: 2)])) {
            try bob.hears(message)
        }
        try bob.load([.secretTree(epoch: 2)], from: records)
        #expect(try bob.reads(message) == "second")
        #expect(throws: ProcessError.missing([.pastEpoch(1), .secretTree(epoch: 1)])) {
            try bob.hears(late)
        }
        try bob.load([.pastEpoch(1), .secretTree(epoch: 1)], from: records)
        #expect(throws: ProcessError.missing([.ratchet(epoch: 1, LeafIndex(0))])) {
            try bob.hears(late)
        }
        try bob.load([.ratchet(epoch: 1, LeafIndex(0))], from: records)
        #expect(try bob.reads(late) == "late")
    }

    @Test("sending asks for the secret tree or our ratchet, and spends nothing before")
    func missingToSend() throws {
        var members = try makeGroup(["alice", "bob"])
        _ = try members[1].says("first")
        var (bob, records) = try members[1].emptied()
        #expect(throws: ProtectError.missing([.secretTree(epoch: 1)])) {
            try bob.says("second")
        }
        #expect(throws: CommitError.missing([.secretTree(epoch: 1)])) { try bob.commits() }
        try bob.load([.secretTree(epoch: 1)], from: records)
        #expect(throws: ProtectError.missing([.ratchet(epoch: 1, LeafIndex(1))])) {
            try bob.says("second")
        }
        try bob.load([.ratchet(epoch: 1, LeafIndex(1))], from: records)
        #expect(try members[0].reads(bob.says("second")) == "second")
    }

    @Test("an older record does not replace what is in memory")
    func olderRecord() throws {
        var members = try makeGroup(["alice", "bob"])
        try members[1].hears(members[0].says("first"))
        let key = GroupRecordKey.ratchet(epoch: 1, LeafIndex(0))
        let older = try #require(members[1].group.encoded(key))
        let second = try members[0].says("second")
        try members[1].hears(second)
        try members[1].group.load(key, older)
        #expect(throws: ProcessError.spent) { try members[1].hears(second) }
    }

    @Test("[MLS-61] records of another group, epoch, sender or signer are refused")
    func mismatch() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        let others = try makeGroup(["dave", "erin", "frank"])
        for index in [0, 2] { try members[1].hears(members[index].says("hello")) }
        let records = members[1].records
        var (bob, _) = try members[1].emptied()
        let ratchet = GroupRecordKey.ratchet(epoch: 1, LeafIndex(0))
        let carols = try #require(records[.ratchet(epoch: 1, LeafIndex(2))])
        #expect(throws: RecordError.mismatch) { try bob.group.load(ratchet, carols) }
        let tree = try #require(others[1].records[.secretTree(epoch: 1)])
        #expect(throws: RecordError.mismatch) {
            try bob.group.load(.secretTree(epoch: 1), tree)
        }
        #expect(throws: RecordError.mismatch) {
            try bob.group.load(.secretTree(epoch: 2), tree)
        }
        let epoch = try #require(records[.epoch])
        #expect(throws: RecordError.mismatch) {
            try Group(epoch: epoch, pending: nil, proposals: nil, signer: members[0].client.signer)
        }
    }

    @Test("[MLS-61] records of the same group and kind, of an epoch that they do not belong to")
    func otherEpoch() throws {
        var members = try makeGroup(["alice", "bob"])
        try members[1].hears(members[0].proposes(.remove(LeafIndex(1))).message)
        _ = try members[1].commits(including: .none)
        let first = members[1].records
        let commit = try members[0].commits(including: .none)
        try members[1].hears(commit.message)
        let second = members[1].records
        let signer = members[1].client.signer
        let (before, after) = (try #require(first[.epoch]), try #require(second[.epoch]))
        let pending = try #require(first[.pendingCommit])
        let proposals = try #require(first[.proposals])
        var bob = try Group(
            epoch: before, pending: pending, proposals: proposals, signer: signer)
        #expect(throws: RecordError.mismatch) {
            try Group(epoch: after, pending: pending, proposals: nil, signer: signer)
        }
        #expect(throws: RecordError.mismatch) {
            try Group(epoch: after, pending: nil, proposals: proposals, signer: signer)
        }
        let tree = try #require(second[.secretTree(epoch: 2)])
        #expect(throws: RecordError.mismatch) { try bob.load(.secretTree(epoch: 2), tree) }
    }

    @Test("[MLS-61] an epoch in which we have no leaf, or keys that are not above ours")
    func otherKeys() throws {
        let state = try makeGroup(["alice", "bob", "carol"])[1].group.current
        func read(_ leaf: LeafIndex, _ places: [NodeIndex]) throws -> EpochState {
            let key = try #require(state.privatePath.keys[state.ownLeaf.node])
            let path = PrivatePath(
                leaf: leaf, keys: Dictionary(uniqueKeysWithValues: places.map { ($0, key) }))
            let told = EpochState(
                context: state.context, tree: state.tree,
                interimTranscriptHash: state.interimTranscriptHash,
                confirmationTag: state.confirmationTag, privatePath: path,
                secrets: state.secrets, reInit: nil)
            return try EpochState(wireBytes: told.wireBytes)
        }
        let (own, root) = (state.ownLeaf, state.tree.size.root)
        #expect(try read(own, [own.node, root]).ownLeaf == own)
        #expect(throws: WireError.malformed) { try read(own, [own.node, NodeIndex(5)]) }
        let blank = LeafIndex(3)
        #expect(throws: WireError.malformed) { try read(blank, [blank.node, root]) }
    }

    @Test("[MLS-61] each strict prefix of a record is refused, and a newer version by its number")
    func malformed() throws {
        var members = try makeGroup(["alice", "bob"])
        _ = try members[1].commits()
        let signer = members[1].client.signer
        let records = members[1].records
        let epoch = try #require(records[.epoch]).withBytes { Array($0) }
        for count in stride(from: 0, to: epoch.count, by: 5) {
            #expect(throws: RecordError.malformed) {
                try Group(
                    epoch: Secret(copying: epoch.prefix(count)), pending: nil, proposals: nil,
                    signer: signer)
            }
        }
        let newer = Secret(copying: [3] + epoch.dropFirst())
        #expect(throws: RecordError.unknownVersion(3)) {
            try Group(epoch: newer, pending: nil, proposals: nil, signer: signer)
        }
    }

    @Test("keys of records survive being taken apart into columns")
    func keys() {
        let keys: [GroupRecordKey] = [
            .epoch, .pendingCommit, .secretTree(epoch: 3), .ratchet(epoch: 4, LeafIndex(5)),
            .pastEpoch(6), .proposals,
        ]
        #expect(keys.shuffled().sorted() == keys)
        for key in keys {
            let again = GroupRecordKey(
                kind: key.kind, epochNumber: key.epochNumber, sender: key.sender)
            #expect(again == key)
        }
        #expect(GroupRecordKey(kind: 4, epochNumber: 1, sender: nil) == nil)
        #expect(GroupRecordKey(kind: 1, epochNumber: 1, sender: nil) == nil)
        #expect(GroupRecordKey(kind: 9, epochNumber: nil, sender: nil) == nil)
    }

    @Test("an own key package out of its record joins")
    func ownKeyPackage() throws {
        var bob = try TestClient("bob")
        let made = try bob.keyPackage()
        let keyPackage = try OwnKeyPackage(encoded: made.encoded)
        #expect(keyPackage.keyPackage == made.keyPackage)
        var founder = try TestClient("alice").founder()
        let commit = try founder.commits([.add(keyPackage.keyPackage)])
        #expect(try bob.join(commit.welcome, with: keyPackage).epoch == 1)
    }
}

extension TestMember {
    /// The member as its records say it, all of them loaded.
    func restarted() throws -> TestMember {
        var (member, records) = try emptied()
        let keys = records.keys.filter { $0.epochNumber != nil }
        try member.load(keys, from: records)
        return member
    }

    /// The member with nothing loaded but its epoch and pending commit, and all its records.
    func emptied() throws -> (TestMember, [GroupRecordKey: Secret]) {
        let records = self.records
        let epoch = try #require(records[.epoch])
        let group = try Group(
            epoch: epoch, pending: records[.pendingCommit], proposals: records[.proposals],
            signer: client.signer)
        return (TestMember(client: client, group: group), records)
    }

    mutating func load(
        _ keys: [GroupRecordKey], from records: [GroupRecordKey: Secret]
    ) throws {
        for key in keys { try group.load(key, #require(records[key])) }
    }
}
