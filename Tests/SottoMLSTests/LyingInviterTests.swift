// Well-formed lies of who invites: a Welcome that opens, and is refused for what it says.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Lying inviters")
struct LyingInviterTests {
    @Test("the honest invitation that the others are made from is accepted")
    func honest() throws {
        let forger = try Forger()
        #expect(try forger.invite().epoch == 2)
    }

    @Test("[MLS-47] a tree that is another one")
    func treeHash() throws {
        let forger = try Forger()
        #expect(throws: JoinError.tree(.hash)) {
            try forger.invite { $0.treeHash = [1, 2, 3] }
        }
    }

    @Test("[MLS-46] a GroupInfo that another member, or nobody, signed")
    func signature() throws {
        let forger = try Forger()
        for signer in [LeafIndex(1), LeafIndex(3), LeafIndex(.max)] {
            #expect(throws: JoinError.invalidSignature) {
                try forger.invite { $0.signer = signer }
            }
        }
    }

    @Test("[MLS-53] a confirmation tag of another state")
    func confirmationTag() throws {
        let forger = try Forger()
        #expect(throws: JoinError.confirmationTag) {
            try forger.invite { $0.confirmationTag = [1, 2, 3] }
        }
    }

    @Test("[MLS-52] a path secret that does not lead to the keys in the tree")
    func pathSecret() throws {
        let forger = try Forger()
        #expect(throws: JoinError.path) {
            try forger.invite { $0.pathSecret = .zero(32) }
        }
    }

    @Test("[MLS-52] no path secret, though the tree says that we know the keys above us")
    func pathSecretMissing() throws {
        let forger = try Forger()
        #expect(throws: JoinError.path) {
            try forger.invite { $0.pathSecret = nil }
        }
    }

    @Test("[MLS-50] a tree with a key that nobody can seal to")
    func invalidKey() throws {
        let forger = try Forger()
        #expect(throws: JoinError.tree(.invalidKey)) {
            try forger.invite { forgery in
                let (suite, inviter) = (forger.inviter.group.suite, forger.inviter.group)
                let keys: [[UInt8]] = [[1, 2, 3], Array(repeating: 0, count: 32)]
                let parentHash = forgery.tree.setPath(above: LeafIndex(0), to: keys, suite)
                forgery.bindInviter(parentHash, inviter.signer)
            }
        }
    }

    @Test("[MLS-63] more keys than can be counted")
    func preSharedKeysFull() throws {
        let forger = try Forger()
        let ids = (0...MLSLimits.preSharedKeysMax).map { number in
            PreSharedKeyID(key: .external(id: [1]), nonce: UInt32(number).wireBytes)
        }
        #expect(throws: JoinError.welcome(.malformed)) {
            try forger.invite { $0.preSharedKeys = ids }
        }
        #expect(throws: JoinError.missingPreSharedKey(ids[0])) {
            try forger.invite { $0.preSharedKeys = Array(ids.dropLast()) }
        }
    }

    @Test("[MLS-50] a tree with a leaf that is too long, or whose credential others do not know")
    func strangeLeaves() throws {
        let forger = try Forger()
        let kind = CredentialType(rawValue: 0xF0C0)
        func invite(_ change: (inout TestClient) -> Void) throws {
            var stranger = try TestClient("stranger")
            change(&stranger)
            let leaf = try stranger.keyPackage().keyPackage.leafNode
            _ = try forger.invite { $0.tree.update(LeafIndex(1), to: leaf) }
        }
        #expect(throws: JoinError.tree(.leaf(LeafIndex(1), .tooLong))) {
            try invite { stranger in
                stranger.leaf.extensions[ExtensionType(rawValue: 0xF051)] = Array(
                    repeating: 1, count: MLSLimits.leafBytesMax)
            }
        }
        #expect(throws: JoinError.tree(.leaf(LeafIndex(0), .capabilities))) {
            try invite { stranger in
                stranger.leaf.credential = .custom(type: kind, data: [1])
                stranger.leaf.capabilities.credentials.append(kind)
            }
        }
    }

    @Test("[MLS-10] [MLS-50] a tree with a leaf that the application does not accept")
    func refusedLeaf() throws {
        let forger = try Forger()
        #expect(throws: JoinError.tree(.leaf(LeafIndex(1), .application(reason: 1)))) {
            try forger.invite { forgery in
                guard var stranger = try? TestClient("stranger") else { return }
                stranger.leaf.credential = .basic(identity: [1])
                guard let package = try? stranger.keyPackage() else { return }
                forgery.tree.update(LeafIndex(1), to: package.keyPackage.leafNode)
            }
        }
    }

    @Test("[MLS-51] a group without us")
    func notInTree() throws {
        let forger = try Forger()
        #expect(throws: JoinError.notInTree) {
            try forger.invite { $0.tree.remove(LeafIndex(2)) }
        }
    }

    @Test("a group that demands what we do not do, or nothing that can be read")
    func demands() throws {
        let forger = try Forger()
        #expect(throws: JoinError.tree(.leaf(LeafIndex(0), .capabilities))) {
            try forger.invite { $0.extensions[ExtensionType(rawValue: 0xF060)] = [1] }
        }
        #expect(throws: JoinError.groupNotSupported) {
            try forger.invite { $0.extensions[.requiredCapabilities] = [1] }
        }
    }

    @Test("[MLS-45] an epoch that no group reaches")
    func lastEpoch() throws {
        let forger = try Forger()
        for epoch in [MLSLimits.joinedEpochMax + 1, .max] {
            #expect(throws: JoinError.welcome(.malformed)) {
                try forger.invite { $0.epoch = epoch }
            }
        }
    }

    @Test("[MLS-48] a tree with a parent that nobody below it set")
    func parentHash() throws {
        let forger = try Forger()
        #expect(throws: JoinError.tree(.parentHash)) {
            try forger.invite { forgery in
                let root = forgery.tree.size.root
                forgery.tree.set(
                    .parent(ParentNode(encryptionKey: [1, 2, 3], parentHash: [])), at: root)
            }
        }
    }

    @Test("[MLS-49] a tree whose unmerged leaves are blank, elsewhere, or unknown below")
    func unmergedLeaves() throws {
        let forger = try Forger()
        for leaf in [LeafIndex(3), LeafIndex(2), LeafIndex(9)] {
            #expect(throws: JoinError.tree(.unmergedLeaves)) {
                try forger.invite { forgery in
                    let node = NodeIndex(1)
                    guard case .parent(var parent) = forgery.tree[node] else { return }
                    parent.unmergedLeaves = [leaf]
                    forgery.tree.set(.parent(parent), at: node)
                }
            }
        }
        #expect(throws: JoinError.tree(.unmergedLeaves)) {
            try forger.invite { forgery in
                guard case .parent(var root) = forgery.tree[forgery.tree.size.root] else {
                    return
                }
                root.unmergedLeaves = [LeafIndex(1)]
                forgery.tree.set(.parent(root), at: forgery.tree.size.root)
            }
        }
    }

    @Test("[MLS-50] a tree in which a leaf stands twice, or where it was not signed for")
    func leaves() throws {
        let forger = try Forger()
        #expect(throws: JoinError.tree(.keyInUse)) {
            try forger.invite { forgery in
                guard let ours = forgery.tree.leaf(at: LeafIndex(2)) else { return }
                // With no parent nodes there is nothing to be bound to.
                forgery.tree.blankDirectPath(of: LeafIndex(0))
                forgery.tree.set(.leaf(ours), at: LeafIndex(3).node)
            }
        }
        #expect(throws: JoinError.tree(.leaf(LeafIndex(0), .invalidSignature))) {
            try forger.invite { forgery in
                forgery.group = GroupID([1, 2, 3])
            }
        }
    }

    @Test("[MLS-44] an invitation of another suite than the key package's")
    func otherSuite() throws {
        let forger = try Forger(Self.bothSuites)
        #expect(try forger.invite().epoch == 2)
        #expect(throws: JoinError.welcome(.notForUs)) {
            try forger.invite { forgery in
                forgery.suite = .x25519ChaCha20
                forgery.infoSuite = .x25519ChaCha20
            }
        }
    }

    @Test("[MLS-45] a GroupInfo of another suite than the Welcome's")
    func otherInfoSuite() throws {
        let forger = try Forger(Self.bothSuites)
        #expect(throws: JoinError.welcome(.malformed)) {
            try forger.invite { $0.infoSuite = .x25519ChaCha20 }
        }
    }

    /// Makes clients that could be in a group of either suite.
    private static func bothSuites(_ client: inout TestClient) {
        client.leaf.capabilities.cipherSuites.append(CipherSuite.x25519ChaCha20.rawValue)
    }

    @Test("[MLS-45] a GroupInfo to join by without invitation, of an epoch that no group reaches")
    func lastEpochFromOutside() throws {
        let founder = try TestClient("alice").founder()
        let honest = founder.group.groupInfo()
        var bob = try TestClient("bob")
        func join(_ epoch: UInt64) throws -> ExternalJoin {
            let context = GroupContext(
                suite: honest.context.suite, groupID: honest.context.groupID, epoch: epoch,
                treeHash: honest.context.treeHash,
                confirmedTranscriptHash: honest.context.confirmedTranscriptHash,
                extensions: honest.context.extensions)
            let info = GroupInfo(
                context: context, extensions: honest.extensions,
                confirmationTag: honest.confirmationTag, signer: honest.signer,
                key: founder.client.signer)
            return try Group.joinExternally(
                info, leaf: bob.leaf, signer: bob.signer, policy: TestClient.policy,
                using: &bob.entropy)
        }
        let last = MLSLimits.joinedEpochMax
        #expect(try join(last).group.epoch == last + 1)
        #expect(throws: ExternalJoinError.group(.welcome(.malformed))) { try join(last + 1) }
    }

    @Test("[MLS-48] a parent above two leaves, of which one is bound to it")
    func boundBesideAnother() throws {
        let forger = try Forger()
        #expect(throws: JoinError.tree(.parentHash)) {
            try forger.invite { forgery in
                let (root, suite) = (forgery.tree.size.root, forger.inviter.group.suite)
                guard let key = forgery.tree[root].encryptionKey, let copath = root.right
                else { return }
                var writer = WireWriter()
                writer.opaque(key)
                writer.opaque([])
                writer.opaque(forgery.tree.hash(of: copath, suite))
                forgery.tree.set(.blank, at: NodeIndex(1))
                forgery.bindInviter(suite.hash(writer.bytes), forger.inviter.group.signer)
            }
        }
    }

    @Test("[MLS-49] an unmerged leaf that is blank, or on the other side of the tree")
    func strangeUnmergedLeaf() throws {
        let forger = try Forger()
        #expect(throws: JoinError.tree(.unmergedLeaves)) {
            try forger.invite { forgery in
                let root = forgery.tree.size.root
                guard case .parent(var parent) = forgery.tree[root] else { return }
                parent.unmergedLeaves = [LeafIndex(3)]
                forgery.tree.set(.parent(parent), at: root)
            }
        }
        func inviteBesidePath(unmerged: [LeafIndex]) throws -> Group {
            try forger.invite { forgery in
                guard let ours = forgery.tree.leaf(at: LeafIndex(2)),
                    let key = forgery.tree[NodeIndex(1)].encryptionKey
                else { return }
                forgery.pathSecret = nil
                forgery.tree.remove(LeafIndex(2))
                let (suite, signer) = (forger.inviter.group.suite, forger.inviter.group.signer)
                let parentHash = forgery.tree.setPath(above: LeafIndex(0), to: [key], suite)
                forgery.bindInviter(parentHash, signer)
                _ = forgery.tree.add(ours)
                guard case .parent(var parent) = forgery.tree[NodeIndex(1)] else { return }
                parent.unmergedLeaves = unmerged
                forgery.tree.set(.parent(parent), at: NodeIndex(1))
            }
        }
        #expect(try inviteBesidePath(unmerged: []).epoch == 2)
        #expect(throws: JoinError.tree(.unmergedLeaves)) {
            try inviteBesidePath(unmerged: [LeafIndex(2)])
        }
    }

    @Test("[MLS-2] [MLS-9] a tree with a leaf that lacks its own suite, or cannot be sealed to")
    func uselessLeaves() throws {
        let forger = try Forger()
        func invite(_ leaf: LeafNode) throws -> Group {
            try forger.invite { forgery in
                forgery.tree.update(LeafIndex(1), to: leaf)
                forgery.pathSecret = nil
            }
        }
        var stranger = try TestClient("stranger")
        #expect(try invite(stranger.keyPackage().keyPackage.leafNode).epoch == 2)
        let zero = Array(repeating: UInt8(0), count: 32)
        let unsealable = try stranger.keyPackage(initKey: [1], leafKey: zero).leafNode
        #expect(throws: JoinError.tree(.leaf(LeafIndex(1), .invalidKey))) {
            try invite(unsealable)
        }
        stranger.leaf.capabilities.cipherSuites = []
        let unable = try stranger.keyPackage().keyPackage.leafNode
        #expect(throws: JoinError.tree(.leaf(LeafIndex(1), .capabilities))) {
            try invite(unable)
        }
    }
}

/// Who invites a third member into a group of two, after a path, and lies about the group.
private struct Forger {
    struct Forgery {
        var tree: RatchetTree
        var treeHash: [UInt8]?
        var group: GroupID
        var epoch: UInt64
        var extensions: Extensions
        var signer: LeafIndex
        var confirmationTag: [UInt8]?
        var pathSecret: Secret?
        var preSharedKeys: [PreSharedKeyID] = []
        /// Of the Welcome, and of the group in it.
        var suite: CipherSuite
        var infoSuite: CipherSuite

        /// Gives the inviter a leaf that binds what is above it.
        mutating func bindInviter(_ parentHash: [UInt8], _ signer: SignaturePrivateKey) {
            guard let leaf = tree.leaf(at: LeafIndex(0)) else { return }
            let bound = LeafNode.signed(
                encryptionKey: leaf.encryptionKey, configuration: leaf.configuration,
                source: .commit(parentHash: parentHash),
                place: LeafPlace(group: group, index: LeafIndex(0)), suite: suite,
                signer: signer)
            tree.set(.leaf(bound), at: NodeIndex(0))
        }
    }

    let inviter: TestMember
    private let client: TestClient
    private let keyPackage: OwnKeyPackage
    private let honest: Welcome

    init(_ change: (inout TestClient) -> Void = { _ in }) throws {
        var members = try makeGroup(["inviter", "member"], change)
        var client = try TestClient("newcomer")
        change(&client)
        keyPackage = try client.keyPackage()
        let commit = try members[0].commits([.add(keyPackage.keyPackage)])
        guard case .welcome(let welcome) = try MLSMessage(encoded: commit.welcome ?? []) else {
            throw TestError.notAWelcome
        }
        inviter = members[0]
        self.client = client
        honest = welcome
    }

    /// What the newcomer makes of an invitation that was opened, changed and sealed again.
    func invite(_ change: (inout Forgery) -> Void = { _ in }) throws -> Group {
        let secrets = try honest.groupSecrets(
            for: keyPackage.keyPackage.reference, with: keyPackage.initKey)
        let opened = KeySchedule(joinerSecret: secrets.joinerSecret, suite: honest.suite)
        let info = try honest.groupInfo(opened)
        var forgery = Forgery(
            tree: try RatchetTree(wireBytes: info.extensions[.ratchetTree] ?? []),
            group: info.context.groupID, epoch: info.context.epoch,
            extensions: info.context.extensions, signer: info.signer,
            pathSecret: secrets.pathSecret, suite: honest.suite, infoSuite: honest.suite)
        change(&forgery)
        let suite = forgery.suite
        let schedule = KeySchedule(joinerSecret: secrets.joinerSecret, suite: suite)
        let context = GroupContext(
            suite: forgery.infoSuite, groupID: forgery.group, epoch: forgery.epoch,
            treeHash: forgery.treeHash ?? forgery.tree.treeHash(suite),
            confirmedTranscriptHash: info.context.confirmedTranscriptHash,
            extensions: forgery.extensions)
        let tag = suite.confirmationTag(
            key: schedule.epochSecrets(context).confirmation,
            confirmedTranscriptHash: context.confirmedTranscriptHash)
        let forged = GroupInfo(
            context: context, extensions: [.ratchetTree: forgery.tree.wireBytes],
            confirmationTag: forgery.confirmationTag ?? tag, signer: forgery.signer,
            key: inviter.group.signer)
        let welcome = try welcome(to: forged, forgery, schedule)
        return try client.join(MLSMessage.welcome(welcome).encoded, with: keyPackage)
    }

    /// A Welcome of any suite, whatever its GroupInfo says.
    private func welcome(
        to info: GroupInfo, _ forgery: Forgery, _ schedule: KeySchedule
    ) throws -> Welcome {
        let suite = forgery.suite
        var entropy = client.entropy
        let key = suite.expandWithLabel(
            schedule.welcomeSecret, label: "key", context: [], length: suite.keyLength)
        let nonce = suite.expandWithLabel(
            schedule.welcomeSecret, label: "nonce", context: [], length: suite.nonceLength)
        let sealedInfo = try suite.seal(
            key: key, nonce: nonce.withBytes { Array($0) }, aad: [], info.encoded)
        let secrets = Secret.encoding { writer in
            writer.value(
                GroupSecrets(
                    joinerSecret: schedule.joinerSecret, pathSecret: forgery.pathSecret,
                    preSharedKeys: forgery.preSharedKeys))
        }
        let sealed = try suite.encryptWithLabel(
            publicKey: keyPackage.keyPackage.initKey, label: "Welcome", context: sealedInfo,
            plaintext: secrets, using: &entropy)
        var writer = WireWriter()
        writer.uint16(suite.rawValue)
        writer.vector([
            EncryptedGroupSecrets(
                newMember: keyPackage.keyPackage.reference, encryptedGroupSecrets: sealed)
        ])
        writer.opaque(sealedInfo)
        return try Welcome(wireBytes: writer.bytes)
    }
}
