// How a member gives itself and the nodes above it new keys (RFC 9420 sections 7.4 and 7.5).

package import SottoCrypto

/// The private keys of the tree that one member holds: of its leaf and of nodes above it.
package struct PrivatePath: Sendable {
    /// Whose keys these are.
    package let leaf: LeafIndex
    private(set) var keys: [NodeIndex: HPKEPrivateKey]

    /// The keys of a member that knows no more than its leaf's.
    package init(leaf: LeafIndex, key: HPKEPrivateKey) {
        self.leaf = leaf
        keys = [leaf.node: key]
    }

    /// Keys as they were stored.
    init(leaf: LeafIndex, keys: [NodeIndex: HPKEPrivateKey]) {
        self.leaf = leaf
        self.keys = keys
    }

    /// Whether these are the keys of all nodes above the leaf at which it is not unmerged: whoever
    /// lacks one cannot open what is sealed to it.
    func isComplete(in tree: RatchetTree) -> Bool {
        tree.size.directPath(of: leaf).allSatisfy { step in
            guard case .parent(let parent) = tree[step.node] else { return true }
            return parent.isUnmerged(leaf) || keys[step.node] != nil
        }
    }

    /// Whether these are keys of the leaf and of nodes above it, and no others.
    func isAlongOnePath(in size: TreeSize) -> Bool {
        let path = Set(size.directPath(of: leaf).map(\.node) + [leaf.node])
        return keys.keys.allSatisfy { path.contains($0) }
    }

    /// The keys after a change of the tree: with fresh ones, and without those whose public keys
    /// are no longer in the tree (section 7.5).
    package func following(
        _ old: RatchetTree, to new: RatchetTree, with fresh: [NodeIndex: HPKEPrivateKey]
    ) -> PrivatePath {
        let kept = keys.filter { node, _ in old[node].encryptionKey == new[node].encryptionKey }
        return PrivatePath(leaf: leaf, keys: kept.merging(fresh) { _, fresh in fresh })
    }
}

/// The chain of path secrets above a leaf (section 7.4).
package struct PathSecret: Sendable {
    /// The secret of the node that the chain has reached.
    package let secret: Secret
    private let suite: CipherSuite

    /// A chain at the node that this secret is for.
    package init(_ secret: Secret, suite: CipherSuite) {
        self.secret = secret
        self.suite = suite
    }

    /// The chain at the next node of the filtered direct path; past the root, its secret is the
    /// commit secret.
    package func next() -> PathSecret {
        PathSecret(suite.deriveSecret(secret, label: "path"), suite: suite)
    }

    /// The key pair of the node that the chain has reached.
    package func keyPair() throws(CryptoError) -> HPKEKeyPair {
        try suite.deriveKeyPair(ikm: suite.deriveSecret(secret, label: "node"))
    }
}

/// Why a path is not followed.
public enum PathFault: Error, Hashable, Sendable {
    /// It has more or fewer nodes, or ciphertexts at a node, than the tree calls for.
    case shape
    /// A key in it is in use already, or twice in it.
    case keyInUse
    /// A key in it is one that nobody can seal to.
    case invalidKey
    /// The sender's leaf does not bind the keys above it.
    case parentHash
    /// The path secret does not open with our key.
    case notDecryptable
    /// A key does not follow from the path secret.
    case keyMismatch
}

/// A path under construction: the tree has its keys, the others have not.
package struct PathDraft: Sendable {
    /// The sender's new leaf.
    package let leafNode: LeafNode
    private let sender: LeafIndex
    private let leafKey: HPKEPrivateKey
    private let steps: [Step]
    /// What goes into the key schedule.
    package let commitSecret: Secret

    private struct Step: Sendable {
        let place: PathStep
        let secret: PathSecret
        let keys: HPKEKeyPair
    }

    /// Gives the sender and the nodes above it new keys in a tree to which the proposals of its
    /// commit were applied.
    package init(
        sender: LeafIndex, configuration: LeafConfiguration, in tree: inout RatchetTree,
        group: GroupID, suite: CipherSuite, signer: SignaturePrivateKey,
        using entropy: inout Entropy
    ) throws(CryptoError) {
        let leafKeys = try suite.makeHPKEKeyPair(using: &entropy)
        var chain = PathSecret(entropy.secret(suite.hashLength), suite: suite)
        var steps: [Step] = []
        for place in tree.filteredDirectPath(of: sender) {
            steps.append(Step(place: place, secret: chain, keys: try chain.keyPair()))
            chain = chain.next()
        }
        let parentHash = tree.setPath(above: sender, to: steps.map(\.keys.publicKey), suite)
        leafNode = LeafNode.signed(
            encryptionKey: leafKeys.publicKey, configuration: configuration,
            source: .commit(parentHash: parentHash),
            place: LeafPlace(group: group, index: sender), suite: suite, signer: signer)
        tree.set(.leaf(leafNode), at: sender.node)
        self.sender = sender
        self.steps = steps
        leafKey = leafKeys.privateKey
        commitSecret = chain.secret
    }

    /// The private keys that the sender has once its commit counts.
    package var freshKeys: [NodeIndex: HPKEPrivateKey] {
        var keys = [sender.node: leafKey]
        for step in steps { keys[step.place.node] = step.keys.privateKey }
        return keys
    }

    /// The secret of the lowest node above both the sender and a member that its commit adds.
    package func secret(for newcomer: LeafIndex) -> Secret? {
        let ancestor = NodeIndex.commonAncestor(sender, newcomer)
        return steps.first { $0.place.node == ancestor }?.secret.secret
    }

    /// The path on the wire, its secrets sealed to all members but the new ones.
    ///
    /// - Parameter context: The provisional GroupContext, encoded.
    package func sealed(
        in tree: RatchetTree, context: [UInt8], excluding added: Set<LeafIndex>,
        suite: CipherSuite, using entropy: inout Entropy
    ) throws(CryptoError) -> UpdatePath {
        let encryption = suite.encryption(label: pathLabel, context: context)
        var nodes: [UpdatePathNode] = []
        for step in steps {
            var ciphertexts: [HPKECiphertext] = []
            for recipient in tree.recipients(of: step.place, excluding: added) {
                ciphertexts.append(
                    try encryption.seal(
                        to: tree[recipient].encryptionKey ?? [], step.secret.secret,
                        using: &entropy))
            }
            nodes.append(
                UpdatePathNode(
                    encryptionKey: step.keys.publicKey, encryptedPathSecret: ciphertexts))
        }
        return UpdatePath(leafNode: leafNode, nodes: nodes)
    }
}

/// The label under which path secrets are sealed.
let pathLabel = "UpdatePathNode"
