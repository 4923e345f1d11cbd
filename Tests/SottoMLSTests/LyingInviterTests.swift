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
                guard let leaf = forgery.tree.leaf(at: LeafIndex(0)) else { return }
                let bound = LeafNode.signed(
                    encryptionKey: leaf.encryptionKey, configuration: leaf.configuration,
                    source: .commit(parentHash: parentHash),
                    place: LeafPlace(group: forgery.group, index: LeafIndex(0)), suite: suite,
                    signer: inviter.signer)
                forgery.tree.set(.leaf(bound), at: NodeIndex(0))
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
    }

    let inviter: TestMember
    private let client: TestClient
    private let keyPackage: OwnKeyPackage
    private let honest: Welcome

    init() throws {
        var members = try makeGroup(["inviter", "member"])
        var client = try TestClient("newcomer")
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
        let suite = honest.suite
        let schedule = KeySchedule(joinerSecret: secrets.joinerSecret, suite: suite)
        let info = try honest.groupInfo(schedule)
        var forgery = Forgery(
            tree: try RatchetTree(wireBytes: info.extensions[.ratchetTree] ?? []),
            group: info.context.groupID, epoch: info.context.epoch,
            extensions: info.context.extensions, signer: info.signer,
            pathSecret: secrets.pathSecret)
        change(&forgery)
        let context = GroupContext(
            suite: suite, groupID: forgery.group, epoch: forgery.epoch,
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
        var entropy = client.entropy
        let welcome = try Welcome(
            to: [
                Welcome.Invitee(
                    keyPackage: keyPackage.keyPackage, pathSecret: forgery.pathSecret)
            ], info: forged, schedule: schedule, preSharedKeys: forgery.preSharedKeys,
            using: &entropy)
        return try client.join(MLSMessage.welcome(welcome).encoded, with: keyPackage)
    }
}
