// Trees that have no room for more bytes (RFC 9420 leaves their size to implementations).

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Full trees")
struct FullTreeTests {
    /// A group of three whose tree was filled up with somebody's leaf, again and again.
    private struct Full {
        let liar: Liar
        let epoch: PublicEpoch
        /// How long an extension of the first leaf may be.
        let room: Int
        let checks: ProposalChecks

        init() throws {
            liar = try Liar()
            let honest = liar.member.group.current.fromOutside
            let suite = liar.member.group.suite
            var tree = honest.tree
            let own = try #require(tree.leaf(at: LeafIndex(0)))
            let filler = try Self.leaf(of: "filler", 60_000)
            while tree.hasRoom(for: filler, suite) { _ = tree.add(filler) }
            var room = 0..<65_000
            while room.count > 1 {
                let middle = (room.lowerBound + room.upperBound) / 2
                let leaf = try Self.leaf(of: "first", middle)
                let fits = tree.hasRoom(for: leaf, replacing: own, suite)
                room = fits ? middle..<room.upperBound : room.lowerBound..<middle
            }
            try #require(room.lowerBound > 200)
            self.room = room.lowerBound
            epoch = PublicEpoch(
                context: honest.context, tree: tree,
                interimTranscriptHash: honest.interimTranscriptHash)
            checks = ProposalChecks(
                epoch: epoch, policy: LeafRuleTests.credulous, origin: .added)
        }

        /// A leaf with an extension of this length.
        static func leaf(of name: String, _ length: Int) throws -> LeafNode {
            try keyPackage(of: name, length).leafNode
        }

        static func keyPackage(of name: String, _ length: Int) throws -> KeyPackage {
            var client = try TestClient(name)
            client.leaf.extensions[long] = Array(repeating: 1, count: length)
            return try client.keyPackage().keyPackage
        }

        private static let long = ExtensionType(rawValue: 0xF051)

        /// A leaf in a member's place.
        func leaf(
            at index: UInt32, _ source: LeafNodeSource, _ length: Int
        ) throws -> LeafNode {
            var copy = liar
            copy.member.client = try TestClient("update of \(index)")
            return try copy.leaf { leaf in
                leaf.source = source
                leaf.place = LeafIndex(index)
                leaf.configuration.extensions[Self.long] = Array(repeating: 1, count: length)
                if index == 2 { leaf.signer = liar.bystander.client.signer }
            }
        }
    }

    @Test("[MLS-11] Updates that a tree has room for each, and not together")
    func updates() throws {
        let full = try Full()
        let committer = Sender.member(LeafIndex(1))
        let updates = try [0, 2].map { index in
            LeafRuleTests.update(
                try full.leaf(at: index, .update, full.room * 2 / 3), of: index)
        }
        _ = try AppliedProposals([updates[0]], by: committer, full.checks)
        #expect(throws: ProposalFault.update(.tooLong)) {
            try AppliedProposals(updates, by: committer, full.checks)
        }
        // Who commits takes up what there is room for.
        let sent = updates.map { update in
            ReceivedProposal(
                reference: update.reference ?? ProposalRef([]), proposal: update.proposal,
                sender: update.sender, authenticatedData: [])
        }
        let fitting = try FittingProposals(sent, with: [], by: committer, full.checks) { _ in true }
        #expect(fitting.list.map(\.sender) == [.member(LeafIndex(0))])
    }

    @Test("[MLS-11] an Add, a path and an external commit that a tree has no room for")
    func others() throws {
        let full = try Full()
        let suite = full.liar.member.group.suite
        let committer = Sender.member(LeafIndex(1))
        let keyPackage = try Full.keyPackage(of: "dave", 60_000)
        let add = ReceivedProposal(
            reference: ProposalRef([1]), proposal: .add(keyPackage), sender: committer,
            authenticatedData: [])
        #expect(throws: ProposalFault.groupFull) {
            try AppliedProposals([CommittedProposal(add)], by: committer, full.checks)
        }
        let fitting = try FittingProposals(
            [add], with: [], by: committer, full.checks
        ) { _ in true }
        #expect(fitting.list.isEmpty)

        let applied = try AppliedProposals([], by: .member(LeafIndex(0)), full.checks)
        let path = LeafNodeSource.commit(parentHash: [])
        let policy = LeafRuleTests.credulous
        #expect(throws: LeafRefusal.tooLong) {
            try applied.check(
                try full.leaf(at: 0, path, full.room + 100), of: LeafIndex(0), in: full.epoch,
                policy)
        }
        try applied.check(
            try full.leaf(at: 0, path, full.room - 100), of: LeafIndex(0), in: full.epoch, policy)

        let keys = try suite.externalKeyPair(full.liar.member.group.current.secrets.external)
        let exchange = Proposal.externalInit(kemOutput: keys.publicKey)
        let joining = try AppliedProposals(
            [CommittedProposal(exchange, by: .newMemberCommit)], by: .newMemberCommit, full.checks)
        var dave = full.liar
        dave.member.client = try TestClient("dave")
        let stranger = dave.member.client.signer
        let leaf = try dave.leaf { leaf in
            leaf.source = path
            leaf.signer = stranger
            leaf.configuration.extensions[ExtensionType(rawValue: 0xF051)] = Array(
                repeating: 1, count: 60_000)
        }
        var tree = joining.tree
        #expect(throws: LeafRefusal.groupFull) {
            try joining.admit(leaf, to: &tree, in: full.epoch, policy)
        }
    }

    @Test("[MLS-11] a tree that is too large is not joined")
    func joined() throws {
        let suite = CipherSuite.x25519AES128
        var client = try TestClient("alice")
        client.leaf.extensions[ExtensionType(rawValue: 0xF051)] = Array(
            repeating: 1, count: 65_000)
        func leaf() throws -> LeafNode {
            let keys = try suite.makeHPKEKeyPair(using: &client.entropy)
            return LeafNode.signed(
                encryptionKey: keys.publicKey, configuration: client.leaf,
                source: .keyPackage(client.lifetime), place: nil, suite: suite,
                signer: try SignaturePrivateKey.random(for: suite, using: &client.entropy))
        }
        var tree = RatchetTree(creator: try leaf())
        while tree.isWithinBounds(suite) { _ = tree.add(try leaf()) }
        let validated = try ValidatedTree(
            tree, hash: tree.treeHash(suite), group: GroupID([1]), suite: suite)
        let demands = try LeafDemands([:], suite)
        #expect(throws: InvalidTree(fault: .tooLong)) {
            try validated.check(demands, LeafRuleTests.credulous, suite)
        }
    }
}
