// Following another member's path (RFC 9420 section 7.5).

package import SottoCrypto

extension RatchetTree {
    /// Puts a sender's path into a tree to which the proposals of its commit were applied.
    ///
    /// The sender's leaf was checked already. On a throw the tree is to be dropped.
    package mutating func merge(
        _ path: UpdatePath, from sender: LeafIndex, _ suite: CipherSuite
    ) throws(PathFault) {
        guard path.nodes.count == filteredDirectPath(of: sender).count else { throw .shape }
        let keys = path.nodes.map(\.encryptionKey)
        let fresh = keys + [path.leafNode.encryptionKey]
        guard Set(fresh).count == fresh.count, !fresh.contains(where: { hasEncryptionKey($0) })
        else { throw .keyInUse }
        guard keys.allSatisfy({ suite.canSeal(to: $0) }) else { throw .invalidKey }
        let parentHash = setPath(above: sender, to: keys, suite)
        guard case .commit(parentHash) = path.leafNode.source else { throw .parentHash }
        set(.leaf(path.leafNode), at: sender.node)
    }
}

/// What a member learns from another's path.
package struct ReceivedPathSecret: Sendable {
    /// The secret as it was sealed to us.
    package let pathSecret: Secret
    /// What goes into the key schedule.
    package let commitSecret: Secret
    /// The private keys of the path that are ours too.
    package let freshKeys: [NodeIndex: HPKEPrivateKey]
}

extension PrivatePath {
    /// Opens a path that was merged into `tree` (section 7.5).
    ///
    /// - Parameter context: The provisional GroupContext, encoded.
    package func open(
        _ path: UpdatePath, from sender: LeafIndex, in tree: RatchetTree, context: [UInt8],
        excluding added: Set<LeafIndex>, suite: CipherSuite
    ) throws(PathFault) -> ReceivedPathSecret {
        let steps = Array(zip(tree.filteredDirectPath(of: sender), path.nodes))
        var opened: (step: Int, secret: Secret)?
        for (number, (place, node)) in steps.enumerated() {
            let recipients = tree.recipients(of: place, excluding: added)
            guard node.encryptedPathSecret.count == recipients.count else { throw .shape }
            guard place.copath.covers(leaf) else { continue }
            guard let (ours, key) = firstKey(among: recipients),
                let secret = try? suite.decryptWithLabel(
                    key, label: pathLabel, context: context, node.encryptedPathSecret[ours])
            else { throw .notDecryptable }
            opened = (number, secret)
        }
        guard let opened else { throw .shape }
        return try Self.derive(from: opened.secret, along: steps[opened.step...], suite)
    }

    private func firstKey(among nodes: [NodeIndex]) -> (place: Int, key: HPKEPrivateKey)? {
        for (place, node) in nodes.enumerated() {
            if let key = keys[node] { return (place, key) }
        }
        return nil
    }

    /// The keys that follow from a path secret, each of which must be the one in the path.
    private static func derive(
        from secret: Secret, along steps: ArraySlice<(PathStep, UpdatePathNode)>,
        _ suite: CipherSuite
    ) throws(PathFault) -> ReceivedPathSecret {
        var keys: [NodeIndex: HPKEPrivateKey] = [:]
        var chain = PathSecret(secret, suite: suite)
        for (place, node) in steps {
            guard let pair = try? chain.keyPair(), pair.publicKey == node.encryptionKey else {
                throw .keyMismatch
            }
            keys[place.node] = pair.privateKey
            chain = chain.next()
        }
        return ReceivedPathSecret(
            pathSecret: secret, commitSecret: chain.secret, freshKeys: keys)
    }
}
