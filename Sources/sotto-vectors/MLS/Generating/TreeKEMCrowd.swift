// A tree of which all private keys and path secrets are known.

import SottoCrypto
import SottoMLS

/// The members of a tree, with all that each of them knows.
struct TreeKEMCrowd {
    struct Member {
        let client: VectorClient
        var leafKey: HPKEPrivateKey
        /// Of the nodes above the leaf at which it is not unmerged.
        var pathSecrets: [NodeIndex: Secret] = [:]
    }

    let group: GroupID
    let suite: CipherSuite
    private(set) var tree: RatchetTree
    private(set) var members: [LeafIndex: Member]

    init(_ source: inout VectorSource) throws {
        group = .random(using: &source.entropy)
        suite = source.suite
        let (leaf, member) = try Self.newcomer("client 0", &source)
        tree = RatchetTree(creator: leaf)
        members = [LeafIndex(0): member]
    }

    mutating func add(_ name: String, _ source: inout VectorSource) throws {
        let (leaf, member) = try Self.newcomer(name, &source)
        guard let index = tree.add(leaf) else { throw JSONError(description: "no room") }
        members[index] = member
    }

    mutating func remove(_ index: UInt32) {
        tree.remove(LeafIndex(index))
        members[LeafIndex(index)] = nil
        forgetBlankNodes()
    }

    /// A member gives itself and the nodes above it new keys.
    mutating func commit(by index: UInt32, _ source: inout VectorSource) throws {
        let sender = LeafIndex(index)
        let draft = try draft(by: sender, in: &tree, &source)
        forgetBlankNodes()
        for index in members.keys {
            for step in tree.filteredDirectPath(of: sender) where step.node.covers(index) {
                members[index]?.pathSecrets[step.node] = Self.secret(of: step, in: draft)
            }
        }
        guard let key = draft.freshKeys[sender.node] else { return }
        members[sender]?.leafKey = key
    }

    /// A path of a member in a tree that is not yet what the others have.
    func draft(
        by sender: LeafIndex, in tree: inout RatchetTree, _ source: inout VectorSource
    ) throws -> PathDraft {
        guard let client = members[sender]?.client else {
            throw JSONError(description: "nobody is at leaf \(sender.value)")
        }
        return try PathDraft(
            sender: sender, configuration: client.leaf, in: &tree, group: group, suite: suite,
            signer: client.signer, using: &source.entropy)
    }

    private static func secret(of step: PathStep, in draft: PathDraft) -> Secret? {
        // Every leaf below the copath has the same lowest node above it and the sender.
        draft.secret(for: LeafIndex(step.copath.leaves.lowerBound))
    }

    private mutating func forgetBlankNodes() {
        let tree = tree
        members = members.mapValues { member in
            var member = member
            member.pathSecrets = member.pathSecrets.filter { node, _ in !tree[node].isBlank }
            return member
        }
    }

    private static func newcomer(
        _ name: String, _ source: inout VectorSource
    ) throws -> (LeafNode, Member) {
        let client = try VectorClient(name, &source)
        let keys = try source.suite.makeHPKEKeyPair(using: &source.entropy)
        let leaf = LeafNode.signed(
            encryptionKey: keys.publicKey, configuration: client.leaf,
            source: .keyPackage(VectorClient.lifetime), place: nil, suite: source.suite,
            signer: client.signer)
        return (leaf, Member(client: client, leafKey: keys.privateKey))
    }
}
