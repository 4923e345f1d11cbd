// Proposals that are sent by themselves, and commits that refer to them.

import SottoCrypto
import SottoMLS
import Testing

@Suite("Proposals by reference")
struct ProposalByReferenceTests {
    @Test(
        "proposals of several members are committed by reference",
        arguments: [HandshakeFraming.publicMessage, .privateMessage])
    func committed(framing: HandshakeFraming) throws {
        var members = try makeGroup(["alice", "bob", "carol", "dave"])
        var erin = try TestClient("erin")
        let keyPackage = try erin.keyPackage()
        let add = try members[1].proposes(.add(keyPackage.keyPackage)) { $0.framing = framing }
        let remove = try members[2].proposes(.remove(LeafIndex(3))) { $0.framing = framing }
        for proposal in [add, remove] { try tell(proposal.message, &members) }
        #expect(members[0].group.proposals.map(\.reference) == [add.reference, remove.reference])
        #expect(members[0].group.proposals.map(\.sender) == [1, 2].map { .member(LeafIndex($0)) })

        let commit = try members[0].commits { $0.framing = framing }
        guard case .commit(let summary) = try members[1].hears(commit.message) else {
            throw TestError.notACommit
        }
        // Erin takes the place that Dave left.
        #expect(summary.added == [LeafIndex(3)])
        #expect(summary.removed.map(\.index) == [LeafIndex(3)])
        try members[2].hears(commit.message)
        guard case .removed = try members[3].hears(commit.message) else {
            throw TestError.notACommit
        }
        try members[0].hears(commit.message)
        members[3] = TestMember(
            client: erin, group: try erin.join(commit.welcome, with: keyPackage))
        expectAgreement(members)
        #expect(members.allSatisfy { $0.group.proposals.isEmpty })
    }

    @Test("an Update gives its member a new leaf and key, which open what follows")
    func update() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        let before = try #require(members[1].group.leafNode(at: LeafIndex(1)))
        var leaf = members[1].client.leaf
        leaf.extensions[ExtensionType(rawValue: 0xF051)] = [7]
        let update = try members[1].updates(leaf)
        try tell(update.message, &members)
        #expect(members[1].group.leafNode(at: LeafIndex(1)) == before)
        let commit = try members[2].commits()
        for index in members.indices {
            guard case .commit(let summary) = try members[index].hears(commit.message) else {
                throw TestError.notACommit
            }
            #expect(summary.updatedLeaves == [LeafIndex(1)])
        }
        let after = try #require(members[0].group.leafNode(at: LeafIndex(1)))
        #expect(after.encryptionKey != before.encryptionKey)
        #expect(after.extensions == leaf.extensions)
        // The next path is sealed to the new key.
        let next = try members[0].commits()
        for index in members.indices { try members[index].hears(next.message) }
        expectAgreement(members)
    }

    @Test("an Update survives a restart between proposal and commit")
    func restart() throws {
        var members = try makeGroup(["alice", "bob"])
        let update = try members[1].updates()
        try members[0].hears(update.message)
        for index in members.indices {
            let restored = try members[index].restarted()
            #expect(restored.records == members[index].records)
            #expect(restored.group.proposals == members[index].group.proposals)
            members[index] = restored
        }
        let commit = try members[0].commits()
        #expect(members[1].group.proposals.map(\.reference) == [update.reference])
        let processed = try members[1].group.process(
            MLSMessage(encoded: commit.message), policy: TestClient.policy)
        #expect(processed.changes.contains(.delete(.proposals)))
        try members[0].hears(commit.message)
        expectAgreement(members)
    }

    @Test("a proposal of ours that comes back is our own; one that comes twice is kept once")
    func again() throws {
        var members = try makeGroup(["alice", "bob"])
        let proposal = try members[0].proposes(.remove(LeafIndex(1))) {
            $0.framing = .publicMessage
        }
        #expect(throws: ProcessError.fromSelf) { try members[0].hears(proposal.message) }
        try members[1].hears(proposal.message)
        let before = members[1].records
        guard case .proposal(let again) = try members[1].hears(proposal.message) else {
            throw TestError.notACommit
        }
        #expect(again.reference == proposal.reference)
        #expect(members[1].records == before)
    }

    @Test("[MLS-34] each flipped bit of a proposal is refused and changes nothing")
    func flippedBits() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        for framing in [HandshakeFraming.publicMessage, .privateMessage] {
            let proposal = try members[0].proposes(.remove(LeafIndex(2))) {
                $0.framing = framing
            }
            let before = members[1].records
            for bit in 0..<proposal.message.count * 8 {
                var changed = proposal.message
                changed[bit / 8] ^= 1 << (bit % 8)
                #expect(throws: (any Error).self) { try members[1].hears(changed) }
            }
            #expect(members[1].records == before)
        }
    }

    @Test("[MLS-33] a proposal of an epoch that is over is refused")
    func late() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        let proposal = try members[0].proposes(.remove(LeafIndex(2)))
        let commit = try members[1].commits()
        for index in members.indices { try members[index].hears(commit.message) }
        #expect(throws: ProcessError.epochTooOld(1)) { try members[2].hears(proposal.message) }
        #expect(members[0].group.proposals.isEmpty)
    }

    @Test(
        "[MLS-35] a commit that refers to what we have not is refused, and followed once we have it"
    )
    func unknown() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        let proposal = try members[0].proposes(.remove(LeafIndex(2)))
        try members[1].hears(proposal.message)
        let commit = try members[1].commits()
        var carol = members[2]
        #expect(throws: ProcessError.commit(.unknownProposal(proposal.reference))) {
            try members[2].hears(commit.message)
        }
        #expect(carol.records == members[2].records)
        try carol.hears(proposal.message)
        guard case .removed = try carol.hears(commit.message) else { throw TestError.notACommit }
        #expect(throws: CommitError.unknownProposal(ProposalRef([1]))) {
            try members[1].group.commitsAgain(.exactly([ProposalRef([1])]), members[1].client)
        }
    }

    @Test("[MLS-32] what cannot be committed together is left out, the rest is committed")
    func conflicts() throws {
        var members = try makeGroup(["alice", "bob", "carol", "dave"])
        let psk = members[1].group.preSharedKeyID(
            .external(id: [1]), using: &members[1].client.entropy)
        var erin = try TestClient("erin")
        let (first, second) = (try erin.keyPackage(), try erin.keyPackage())
        let proposals = [
            try members[0].updates(),  // the committer's own
            try members[2].updates(),  // gives way to the next one
            try members[2].updates(),
            try members[3].updates(),  // gives way to the Remove
            try members[1].proposes(.remove(LeafIndex(3))),
            try members[2].proposes(.remove(LeafIndex(3))),  // again
            try members[1].proposes(.remove(LeafIndex(0))),  // the committer
            try members[1].proposes(.add(first.keyPackage)),
            try members[2].proposes(.add(second.keyPackage)),  // the same client
            try members[1].proposes(.preSharedKey(psk)),  // nobody has it
            try members[1].proposes(
                .reInit(
                    ReInit(groupID: GroupID([1]), suite: .x25519AES128, extensions: [:]))),
        ]
        for proposal in proposals { try tell(proposal.message, &members) }
        let commit = try members[0].commits()
        guard case .commit(let summary) = try members[1].hears(commit.message) else {
            throw TestError.notACommit
        }
        #expect(summary.updatedLeaves == [LeafIndex(2)])
        #expect(summary.removed.map(\.index) == [LeafIndex(3)])
        #expect(summary.added == [LeafIndex(3)])
        #expect(summary.preSharedKeys.isEmpty)
        #expect(summary.reInit == nil)
        for index in [0, 2] { try members[index].hears(commit.message) }
        members.removeLast()
        expectAgreement(members)
    }

    @Test("[MLS-60] no more proposals are kept than the limit")
    func limit() throws {
        var members = try makeGroup(["alice", "bob"])
        var psks = members[0].client.entropy
        for _ in 0..<MLSLimits.cachedProposalsMax {
            let id = members[0].group.preSharedKeyID(.external(id: []), using: &psks)
            let proposal = try members[0].proposes(.preSharedKey(id)) {
                $0.framing = .publicMessage
            }
            try members[1].hears(proposal.message)
        }
        let before = members[0].records
        #expect(throws: ProposeError.proposalsFull) {
            try members[0].proposes(.remove(LeafIndex(1)))
        }
        #expect(members[0].records == before)
        let other = members[1].group.proposals.last
        _ = members[1].group.forgetProposal(try #require(other).reference)
        try members[1].proposes(.remove(LeafIndex(0)))
        #expect(members[1].group.proposals.count == MLSLimits.cachedProposalsMax)
    }

    @Test("a custom proposal is committed if all members know its type, and not otherwise")
    func custom() throws {
        let type = ProposalType(rawValue: 0xF0F0)
        let wish = Proposal.custom(CustomProposal(type: type, data: [1, 2, 3]))
        var members = try makeGroup(["alice", "bob"])
        #expect(throws: ProposeError.proposal(.notSupported(type))) {
            try members[0].proposes(wish)
        }
        #expect(throws: CommitError.proposals(.notSupported(type))) {
            try members[0].commits([wish])
        }
        members = try makeGroup(["alice", "bob"]) { $0.leaf.capabilities.proposals = [type] }
        try tell(members[1].proposes(wish).message, &members)
        let commit = try members[0].commits()
        for index in members.indices {
            guard case .commit(let summary) = try members[index].hears(commit.message) else {
                throw TestError.notACommit
            }
            #expect(summary.custom == [CustomProposal(type: type, data: [1, 2, 3])])
        }
        expectAgreement(members)
    }

    /// Tells all members something, except who said it.
    private func tell(_ message: [UInt8], _ members: inout [TestMember]) throws {
        for index in members.indices {
            do {
                guard case .proposal = try members[index].hears(message) else {
                    throw TestError.notACommit
                }
            } catch ProcessError.fromSelf {}
        }
    }
}

extension Group {
    fileprivate mutating func commitsAgain(
        _ cached: CachedProposals, _ client: TestClient
    ) throws {
        var entropy = client.entropy
        _ = clearPendingCommit()
        _ = try commit([], including: cached, policy: TestClient.policy, using: &entropy)
    }
}
