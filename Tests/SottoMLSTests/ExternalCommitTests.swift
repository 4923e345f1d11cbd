// Joining by a commit of one's own, and leaving by a proposal that such a commit can take up.

import SottoCrypto
import SottoMLS
import Testing

@Suite("External commits")
struct ExternalCommitTests {
    @Test("[EXT-1] who joins by itself talks with all, in every suite", arguments: CipherSuite.all)
    func joining(suite: CipherSuite) throws {
        var members = try makeGroup(["alice", "bob", "carol"], suite: suite)
        var dave = try TestClient("dave", suite: suite)
        let join = try dave.joinsExternally(members[1].group.groupInfo())
        let epoch = members[0].group.epoch
        for index in members.indices {
            guard case .commit(let summary) = try members[index].hears(join.message) else {
                throw TestError.notACommit
            }
            #expect(summary.sender == .newMemberCommit)
            #expect(summary.committer.index == LeafIndex(3))
            #expect(summary.added.isEmpty && summary.removed.isEmpty && summary.updated)
            #expect(summary.epoch == epoch + 1)
        }
        members.append(TestMember(client: dave, group: join.group))
        try everybodyTalks(&members)
        for committer in members.indices.reversed() {
            let commit = try members[committer].commits()
            for index in members.indices { try members[index].hears(commit.message) }
        }
        try everybodyTalks(&members)
    }

    @Test("[EXT-1] the tree may come from elsewhere, and has to come", arguments: [true, false])
    func treeFromElsewhere(isGiven: Bool) throws {
        var members = try makeGroup(["alice", "bob"])
        var carol = try TestClient("carol")
        let info = members[0].group.groupInfo(ratchetTree: false)
        guard isGiven else {
            #expect(throws: ExternalJoinError.group(.treeMissing)) {
                try carol.joinsExternally(info)
            }
            return
        }
        let join = try carol.joinsExternally(info, tree: members[1].group.ratchetTree)
        for index in members.indices { try members[index].hears(join.message) }
        members.append(TestMember(client: carol, group: join.group))
        try everybodyTalks(&members)
    }

    @Test("[EXT-2] who lost its state comes back to one leaf, the leftmost that is free")
    func comingBack() throws {
        var members = try makeGroup(["alice", "bob", "carol", "dave"])
        let lost = members[1]
        var bob = lost.client
        let join = try bob.joinsExternally(members[0].group.groupInfo()) {
            $0.replacing = lost.group.ownLeaf
        }
        for index in [0, 2, 3] {
            guard case .commit(let summary) = try members[index].hears(join.message) else {
                throw TestError.notACommit
            }
            #expect(summary.removed.map(\.index) == [LeafIndex(1)])
            #expect(summary.committer.index == LeafIndex(1))
        }
        // Its old self learns that it is out.
        guard case .removed(let summary) = try members[1].hears(join.message) else {
            throw TestError.notACommit
        }
        #expect(summary.sender == .newMemberCommit)
        members[1] = TestMember(client: bob, group: join.group)
        #expect(members[0].group.members.count == 4)
        try everybodyTalks(&members)
    }

    @Test("[EXT-3] keys that both know are mixed in, and missing ones are asked for")
    func preSharedKeys() throws {
        var members = try makeGroup(["alice", "bob"])
        var carol = try TestClient("carol")
        let id = members[0].group.preSharedKeyID(
            .external(id: [1, 2]), using: &carol.entropy)
        let info = members[0].group.groupInfo()
        #expect(throws: ExternalJoinError.missingPreSharedKey(id)) {
            try carol.joinsExternally(info) { $0.preSharedKeyIDs = [id] }
        }
        var keys = PreSharedKeys()
        keys[external: [1, 2]] = Secret(copying: [9, 9])
        let join = try carol.joinsExternally(info) {
            $0.preSharedKeyIDs = [id]
            $0.preSharedKeys = keys
        }
        #expect(throws: ProcessError.missingPreSharedKey(id)) {
            try members[0].hears(join.message)
        }
        for index in members.indices {
            _ = try members[index].group.process(
                MLSMessage(encoded: join.message), preSharedKeys: keys,
                policy: TestClient.policy)
        }
        members.append(TestMember(client: carol, group: join.group))
        try everybodyTalks(&members)
    }

    @Test("[EXT-1] a GroupInfo of an epoch that is over leads nowhere")
    func late() throws {
        var members = try makeGroup(["alice", "bob"])
        var carol = try TestClient("carol")
        let info = members[0].group.groupInfo()
        let commit = try members[0].commits()
        for index in members.indices { try members[index].hears(commit.message) }
        let join = try carol.joinsExternally(info)
        #expect(throws: ProcessError.epochTooOld(1)) { try members[0].hears(join.message) }
        let missing = members[0].group.groupInfo(externalPub: false)
        #expect(throws: ExternalJoinError.externalPubMissing) {
            try carol.joinsExternally(missing)
        }
    }

    @Test("[SUITE-5] a key of another scheme joins no group")
    func wrongSigner() throws {
        let info = try TestClient("alice").founder().group.groupInfo()
        var bob = try TestClient("bob", suite: .p256AES128)
        #expect(throws: ExternalJoinError.wrongSigner) { try bob.joinsExternally(info) }
    }

    @Test("[EXT-1] a pending commit gives way to somebody who joined first")
    func pendingCommit() throws {
        var members = try makeGroup(["alice", "bob"])
        var carol = try TestClient("carol")
        _ = try members[0].commits()
        let join = try carol.joinsExternally(members[1].group.groupInfo())
        for index in members.indices { try members[index].hears(join.message) }
        #expect(members[0].group.pendingCommit == nil)
        members.append(TestMember(client: carol, group: join.group))
        try everybodyTalks(&members)
    }

    @Test("[EXT-1] groups grow by external commits alone, and give places up again")
    func growing() throws {
        var members = [try TestClient("founder").founder()]
        for number in 0..<6 {
            var client = try TestClient("joiner \(number)")
            let join = try client.joinsExternally(members[number / 2].group.groupInfo())
            for index in members.indices { try members[index].hears(join.message) }
            members.append(TestMember(client: client, group: join.group))
            try everybodyTalks(&members)
        }
        let commit = try members[0].commits([.remove(LeafIndex(4)), .remove(LeafIndex(6))])
        for index in [0, 1, 2, 3, 5] { try members[index].hears(commit.message) }
        members = [0, 1, 2, 3, 5].map { members[$0] }
        var last = try TestClient("last")
        let join = try last.joinsExternally(members[4].group.groupInfo())
        #expect(join.group.ownLeaf == LeafIndex(4))
        for index in members.indices { try members[index].hears(join.message) }
        members.append(TestMember(client: last, group: join.group))
        try everybodyTalks(&members)
    }
}

@Suite("Members that remove themselves")
struct SelfRemoveTests {
    static func group(_ names: [String]) throws -> [TestMember] {
        try makeGroup(names) { $0.leaf.capabilities.proposals = [.selfRemove] }
    }

    @Test("[SELF-1] another member commits that one leaves")
    func leaving() throws {
        var members = try Self.group(["alice", "bob", "carol"])
        let leaving = try members[1].proposes(.selfRemove)
        guard case .publicMessage = try MLSMessage(encoded: leaving.message) else {
            throw TestError.notACommit
        }
        for index in [0, 2] { try members[index].hears(leaving.message) }
        let commit = try members[2].commits()
        guard case .removed = try members[1].hears(commit.message) else {
            throw TestError.notACommit
        }
        for index in [0, 2] { try members[index].hears(commit.message) }
        members.remove(at: 1)
        #expect(members[0].group.members.map(\.index) == [LeafIndex(0), LeafIndex(2)])
        try everybodyTalks(&members)
    }

    @Test("[SELF-2] who joins by itself takes up that others leave")
    func takenUpFromOutside() throws {
        var members = try Self.group(["alice", "bob", "carol", "dave"])
        let leaving = try [1, 3].map { try members[$0].proposes(.selfRemove).message }
        for index in members.indices {
            for (place, message) in zip([1, 3], leaving) where place != index {
                try members[index].hears(message)
            }
        }
        var erin = try TestClient("erin")
        let join = try erin.joinsExternally(members[0].group.groupInfo()) {
            $0.selfRemoves = try leaving.map { try publicMessage($0) }
        }
        for index in [0, 2] {
            guard case .commit(let summary) = try members[index].hears(join.message) else {
                throw TestError.notACommit
            }
            #expect(summary.removed.map(\.index) == [LeafIndex(1), LeafIndex(3)])
        }
        for index in [1, 3] {
            guard case .removed = try members[index].hears(join.message) else {
                throw TestError.notACommit
            }
        }
        #expect(join.group.ownLeaf == LeafIndex(1))
        var left = [members[0], members[2], TestMember(client: erin, group: join.group)]
        try everybodyTalks(&left)
    }

    @Test("[SELF-2] who joins takes up only what members of the epoch said")
    func notTakenUp() throws {
        var members = try Self.group(["alice", "bob", "carol"])
        let old = try members[1].proposes(.selfRemove).message
        let other = try members[1].proposes(.remove(LeafIndex(2))) {
            $0.framing = .publicMessage
        }
        let info = members[0].group.groupInfo()
        var erin = try TestClient("erin")
        #expect(throws: ExternalJoinError.selfRemove) {
            try erin.joinsExternally(info) { $0.selfRemoves = [try publicMessage(other.message)] }
        }
        for bit in stride(from: 0, to: old.count * 8, by: 61) {
            var damaged = old
            damaged[bit / 8] ^= 1 << (bit % 8)
            guard case .publicMessage(let message)? = try? MLSMessage(encoded: damaged) else {
                continue
            }
            // Somebody outside cannot check the membership tag at the end.
            guard bit / 8 < old.count - 33 else { continue }
            #expect(throws: ExternalJoinError.self) {
                try erin.joinsExternally(info) { $0.selfRemoves = [message] }
            }
        }
        let commit = try members[0].commits()
        try members[0].hears(commit.message)
        #expect(throws: ExternalJoinError.selfRemove) {
            try erin.joinsExternally(members[0].group.groupInfo()) {
                $0.selfRemoves = [try publicMessage(old)]
            }
        }
    }

    @Test("[SELF-3] in a group where one does not know it, nobody removes itself")
    func notSupported() throws {
        var members = try makeGroup(["alice", "bob"])
        #expect(throws: ProposeError.proposal(.notSupported(.selfRemove))) {
            try members[0].proposes(.selfRemove)
        }
    }

    @Test("[SELF-3] nobody says twice in an epoch that it leaves, nor commits it itself")
    func twice() throws {
        var members = try Self.group(["alice", "bob", "carol"])
        let leaving = try members[1].proposes(.selfRemove)
        #expect(throws: ProposeError.proposal(.changedTwice(LeafIndex(1)))) {
            try members[1].proposes(.selfRemove)
        }
        #expect(throws: CommitError.proposals(.selfRemoveByCommitter)) {
            try members[1].commits([.selfRemove])
        }
        // It leaves it out of what it commits itself.
        let commit = try members[1].commits()
        for index in members.indices where index != 1 { try members[index].hears(leaving.message) }
        for index in members.indices { try members[index].hears(commit.message) }
        #expect(members[0].group.members.count == 3)
    }

    @Test("[SELF-3] a member's own wish to leave goes before others' to remove or update it")
    func preferred() throws {
        var members = try Self.group(["alice", "bob", "carol"])
        let update = try members[1].updates()
        let remove = try members[2].proposes(.remove(LeafIndex(1)))
        let leaving = try members[1].proposes(.selfRemove)
        try members[0].hears(update.message)
        try members[0].hears(remove.message)
        try members[0].hears(leaving.message)
        for message in [update.message, leaving.message] { try members[2].hears(message) }
        let commit = try members[0].commits()
        guard case .commit(let summary) = try members[2].hears(commit.message) else {
            throw TestError.notACommit
        }
        #expect(summary.removed.map(\.index) == [LeafIndex(1)])
        #expect(summary.updatedLeaves.isEmpty)
    }
}

func publicMessage(_ encoded: [UInt8]) throws -> PublicMessage {
    guard case .publicMessage(let message) = try MLSMessage(encoded: encoded) else {
        throw TestError.notAPublicMessage
    }
    return message
}

/// Checks that all are in the same epoch and read each other.
func everybodyTalks(_ members: inout [TestMember]) throws {
    for member in members {
        #expect(member.group.epochAuthenticator == members[0].group.epochAuthenticator)
        #expect(member.group.members == members[0].group.members)
    }
    for speaker in members.indices {
        let message = try members[speaker].says("from \(speaker)")
        for listener in members.indices where listener != speaker {
            #expect(try members[listener].reads(message) == "from \(speaker)")
        }
    }
}

extension TestClient {
    mutating func joinsExternally(
        _ info: GroupInfo, tree: [UInt8]? = nil,
        _ change: (inout ExternalJoinOptions) throws -> Void = { _ in }
    ) throws -> ExternalJoin {
        var options = ExternalJoinOptions()
        try change(&options)
        // What travels.
        guard
            case .groupInfo(let info) = try MLSMessage(encoded: MLSMessage.groupInfo(info).encoded)
        else { throw TestError.notAGroupInfo }
        return try Group.joinExternally(
            info, ratchetTree: tree, leaf: leaf, signer: signer, options: options,
            policy: Self.policy, using: &entropy)
    }
}
