// Leaves that may not stand in a group, wherever they come from (RFC 9420 section 7.3).

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Rules of leaves")
struct LeafRuleTests {
    /// Checks that a leaf of the liar's is refused as an Update and as the leaf of a path.
    private func isRefused(
        _ refusal: LeafRefusal, at location: SourceLocation = #_sourceLocation,
        _ change: (inout Liar, inout Liar.Leaf) -> Void
    ) throws {
        var liar = try Liar()
        let other = liar
        let update = try liar.leaf { leaf in
            var other = other
            leaf.source = .update
            change(&other, &leaf)
        }
        try liar.isRefused(.update(update), .update(refusal), at: location)
        let inPath = try liar.leaf { leaf in
            var other = other
            change(&other, &leaf)
        }
        let path = UpdatePath(leafNode: inPath, nodes: try liar.path().nodes)
        try liar.isRefused(liar.commit(path: path), .commit(.leaf(refusal)), at: location)
    }

    @Test("[MLS-1] a leaf that was signed for another place, or by another key")
    func signature() throws {
        try isRefused(.invalidSignature) { $1.place = LeafIndex(1) }
        var liar = try Liar()
        let group = liar.member.group
        let leaf = LeafNode.signed(
            encryptionKey: try liar.path().leafNode.encryptionKey,
            configuration: liar.member.client.leaf, source: .update,
            place: LeafPlace(group: GroupID([1]), index: group.ownLeaf), suite: group.suite,
            signer: group.signer)
        try liar.isRefused(.update(leaf), .update(.invalidSignature))
    }

    @Test("[MLS-1] a key package that is signed, around a leaf that is not")
    func signatureInKeyPackage() throws {
        var dave = try TestClient("dave")
        let honest = try dave.keyPackage().keyPackage
        var bytes = honest.leafNode.wireBytes
        bytes[bytes.count - 1] ^= 1
        let lie = KeyPackage(
            suite: dave.suite, initKey: honest.initKey, leafNode: try LeafNode(wireBytes: bytes),
            extensions: [:], signer: dave.signer)
        #expect(throws: LeafRefusal.invalidSignature) {
            try lie.validate(policy: TestClient.policy)
        }
        var liar = try Liar()
        try liar.isRefused(.add(lie), .add(.invalidSignature))
    }

    @Test("[MLS-2] a leaf that does not list what it uses")
    func ownCapabilities() throws {
        try isRefused(.capabilities) { $1.configuration.capabilities.versions = [] }
        try isRefused(.capabilities) { $1.configuration.capabilities.cipherSuites = [] }
        try isRefused(.capabilities) { $1.configuration.capabilities.credentials = [] }
        try isRefused(.capabilities) { _, leaf in
            leaf.configuration.extensions[ExtensionType(rawValue: 0xF060)] = []
        }
    }

    @Test("[MLS-3] a leaf that does not list what the group uses and demands")
    func groupCapabilities() throws {
        for type in [0xF050, 0xF051, 0xF052].map({ ExtensionType(rawValue: $0) }) {
            // The group uses 0xF052 and demands all three; the leaf itself may do without.
            var liar = try Liar()
            let update = try liar.leaf { leaf in
                leaf.source = .update
                leaf.configuration.extensions = [:]
                leaf.configuration.capabilities.extensions.removeAll { $0 == type }
            }
            let checks = ProposalChecks(
                epoch: liar.member.group.current.fromOutside, policy: Self.credulous, origin: .added
            )
            let wish = Self.update(update, of: 0)
            #expect(throws: ProposalFault.update(.capabilities)) {
                try AppliedProposals([wish], by: .member(LeafIndex(1)), checks)
            }
        }
    }

    @Test("[MLS-4] a kind of credential that a member does not list, or a leaf without all kinds")
    func credentials() throws {
        let liar = try Liar { $0.leaf.capabilities.credentials = [.basic, .x509] }
        var dave = try TestClient("dave")
        dave.leaf.capabilities.credentials = [.x509]
        dave.leaf.credential = .x509(certificates: [[1]])
        let keyPackage = try dave.keyPackage().keyPackage
        let checks = ProposalChecks(
            epoch: liar.member.group.current.fromOutside, policy: Self.credulous, origin: .added)
        let add = CommittedProposal(.add(keyPackage), by: .member(LeafIndex(0)))
        #expect(throws: ProposalFault.add(.capabilities)) {
            try AppliedProposals([add], by: .member(LeafIndex(0)), checks)
        }
        dave.leaf.capabilities.credentials = [.x509, .basic]
        let good = CommittedProposal(
            .add(try dave.keyPackage().keyPackage), by: .member(LeafIndex(0)))
        _ = try AppliedProposals([good], by: .member(LeafIndex(0)), checks)
        let others = ProposalChecks(
            epoch: try Liar().member.group.current.fromOutside, policy: Self.credulous,
            origin: .added)
        #expect(throws: ProposalFault.add(.capabilities)) {
            try AppliedProposals([good], by: .member(LeafIndex(0)), others)
        }
    }

    @Test("[MLS-5] a leaf whose source is that of another place")
    func sources() throws {
        var liar = try Liar()
        let lifetime = liar.member.client.lifetime
        for source in [LeafNodeSource.keyPackage(lifetime), .commit(parentHash: [])] {
            let update = try liar.leaf { $0.source = source }
            try liar.isRefused(.update(update), .update(.wrongSource))
        }
        for source in [LeafNodeSource.update, .commit(parentHash: [])] {
            let leaf = try liar.leaf { $0.source = source }
            let add = KeyPackage(
                suite: .x25519AES128, initKey: try liar.path().leafNode.encryptionKey,
                leafNode: leaf, extensions: [:], signer: liar.member.group.signer)
            try liar.isRefused(.add(add), .add(.wrongSource))
        }
        for source in [LeafNodeSource.keyPackage(lifetime), .update] {
            let leaf = try liar.leaf { $0.source = source }
            let path = UpdatePath(leafNode: leaf, nodes: try liar.path().nodes)
            try liar.isRefused(liar.commit(path: path), .commit(.leaf(.wrongSource)))
        }
    }

    @Test("[MLS-6] [MLS-7] a leaf with somebody's key, or with the old one")
    func keysInUse() throws {
        try isRefused(.keyInUse) { liar, leaf in
            leaf.encryptionKey =
                liar.member.group.leafNode(at: LeafIndex(0))?.encryptionKey ?? []
        }
        var liar = try Liar()
        let victim = try #require(liar.member.group.leafNode(at: LeafIndex(1)))
        let bystander = liar.bystander.client
        let taken = try liar.leaf { $0.encryptionKey = victim.encryptionKey }
        let stolen = try liar.leaf { leaf in
            leaf.signer = bystander.signer
            leaf.configuration.credential = bystander.leaf.credential
        }
        for leaf in [taken, stolen] {
            let path = UpdatePath(leafNode: leaf, nodes: try liar.path().nodes)
            try liar.isRefused(liar.commit(path: path), .commit(.leaf(.keyInUse)))
        }
        var dave = try TestClient("dave")
        let keys = try dave.suite.makeHPKEKeyPair(using: &dave.entropy)
        let add = try dave.keyPackage(initKey: keys.publicKey, leafKey: victim.encryptionKey)
        let commit = try liar.commit(proposals: [.proposal(.add(add))], path: liar.path())
        try liar.isRefused(commit, .commit(.proposals(.add(.keyInUse))))
    }

    @Test("[MLS-8] how long a key package lives is checked by all, when it does by who adds it")
    func lifetimes() throws {
        let (now, day) = (TestClient.now.seconds, TestClient.day)
        for (from, until, isLate) in [
            (now - 90 * day, now - day, true), (now + day, now + 2 * day, true),
            (now, now + 92 * day, false), (now + day, now - day, false),
        ] {
            var liar = try Liar()
            var dave = try TestClient("dave")
            dave.lifetime = Lifetime(
                notBefore: UnixTime(seconds: from), notAfter: UnixTime(seconds: until))
            let add = Proposal.add(try dave.keyPackage().keyPackage)
            #expect(throws: CommitError.proposals(.add(.lifetime))) {
                try liar.member.commits([add])
            }
            #expect(throws: ProposeError.proposal(.add(.lifetime))) {
                try liar.member.proposes(add)
            }
            guard isLate else {
                try liar.isRefused(add, .add(.lifetime))
                continue
            }
            let commit = try liar.commit(proposals: [.proposal(add)], path: liar.path())
            // The victim gets as far as the path, which is one for a tree without Dave.
            try liar.isRefused(commit, .commit(.path(.parentHash)))
        }
    }

    @Test("[MLS-9] a key that nobody can seal to")
    func keysThatDoNotSeal() throws {
        try isRefused(.invalidKey) { $1.encryptionKey = Array(repeating: 0, count: 32) }
        try isRefused(.invalidKey) { $1.encryptionKey.removeLast() }
    }

    @Test("[MLS-10] a leaf that the application refuses")
    func application() throws {
        try isRefused(.application(reason: 3)) { $1.configuration.extensions = [:] }
    }

    @Test("[MLS-11] a leaf that is too long, and a tree that would be")
    func tooLong() throws {
        let long = Array(repeating: UInt8(1), count: MLSLimits.leafBytesMax)
        try isRefused(.tooLong) { _, leaf in
            leaf.configuration.extensions[ExtensionType(rawValue: 0xF051)] = long
        }
        var liar = try Liar()
        var dave = try TestClient("dave")
        dave.leaf.extensions[ExtensionType(rawValue: 0xF051)] = long
        try liar.isRefused(.add(try dave.keyPackage().keyPackage), .add(.tooLong))
        #expect(throws: CreationError.leaf(.tooLong)) { try dave.found() }

        dave.leaf.extensions[ExtensionType(rawValue: 0xF051)] = Array(long.dropLast(1_024))
        let leaf = try dave.keyPackage().keyPackage.leafNode
        let suite = dave.suite
        var tree = RatchetTree(creator: leaf)
        while tree.hasRoom(for: leaf, suite) { _ = tree.add(leaf) }
        #expect(tree.isWithinBounds(suite))
        #expect(tree.wireBytes.count < MLSLimits.treeBytesMax)
        #expect(tree.wireBytes.count > MLSLimits.treeBytesMax * 9 / 10)
        #expect(tree.hasRoom(for: leaf, replacing: leaf, suite))
        _ = tree.add(leaf)
        _ = tree.add(leaf)
        #expect(!tree.isWithinBounds(suite))
    }

    @Test("[MLS-3] a founder's leaf lists what its group uses and demands")
    func founderCapabilities() throws {
        var client = try TestClient("alice")
        client.leaf.capabilities.extensions.removeLast()
        #expect(throws: CreationError.leaf(.capabilities)) { try client.found() }
    }

    @Test("[MLS-4] a leaf that does not list the kind of credential that another shows")
    func kindsInUse() throws {
        let kind = CredentialType(rawValue: 0xF0C0)
        let members = try makeGroup(["alice", "bob"], policy: Self.credulous) { client in
            client.leaf.capabilities.credentials.append(kind)
            if client.name == "bob" { client.leaf.credential = .custom(type: kind, data: [1]) }
        }
        var dave = try TestClient("dave")
        for (credentials, isAccepted) in [([.basic], false), ([.basic, kind], true)] {
            dave.leaf.capabilities.credentials = credentials
            let add = Proposal.add(try dave.keyPackage().keyPackage)
            var group = members[0].group
            var entropy = members[0].client.entropy
            func commit() throws {
                _ = try group.commit([add], policy: Self.credulous, using: &entropy)
            }
            if isAccepted {
                try commit()
            } else {
                #expect(throws: CommitError.proposals(.add(.capabilities))) { try commit() }
            }
        }
        // Who alone shows a kind may give it up, and then nobody else needs to know it.
        var bob = members[1].group
        var entropy = members[1].client.entropy
        var leaf = members[1].client.leaf
        leaf.credential = .basic(identity: [1])
        leaf.capabilities.credentials = [.basic]
        _ = try bob.proposeUpdate(leaf: leaf, policy: Self.credulous, using: &entropy)
        var options = CommitOptions()
        options.leaf = leaf
        _ = try bob.commit(
            including: .none, options: options, policy: Self.credulous, using: &entropy)
    }

    @Test("[MLS-31] an Update to a kind of credential that others do not know")
    func updateToUnknownKind() throws {
        let kind = CredentialType(rawValue: 0xF0C0)
        var liar = try Liar()
        let leaf = try liar.leaf { leaf in
            leaf.source = .update
            leaf.configuration.credential = .custom(type: kind, data: [1])
            leaf.configuration.capabilities.credentials.append(kind)
        }
        let checks = ProposalChecks(
            epoch: liar.member.group.current.fromOutside, policy: Self.credulous, origin: .added)
        #expect(throws: ProposalFault.update(.capabilities)) {
            try AppliedProposals(
                [Self.update(leaf, of: 0)], by: .member(LeafIndex(1)), checks)
        }
        let sent = ReceivedProposal(
            reference: ProposalRef([1]), proposal: .update(leaf), sender: .member(LeafIndex(0)),
            authenticatedData: [])
        let fitting = try FittingProposals(
            [sent], with: [], by: .member(LeafIndex(1)), checks
        ) { _ in true }
        #expect(fitting.list.isEmpty)
    }

    // MARK: - Lists of proposals, without messages around them

    static let credulous = LeafPolicy(
        now: TestClient.now, tolerance: 3_600, lifetimeMax: 91 * TestClient.day
    ) { _, _ in .accepted }

    static func update(_ leaf: LeafNode, of index: UInt32) -> CommittedProposal {
        CommittedProposal(
            ReceivedProposal(
                reference: ProposalRef([UInt8(index)]), proposal: .update(leaf),
                sender: .member(LeafIndex(index)), authenticatedData: []))
    }
}
