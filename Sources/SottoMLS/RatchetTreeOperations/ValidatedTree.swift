// A tree that was found to be one that honest members could have made (RFC 9420 section 12.4.3.1).

package import SottoCrypto

/// Why a tree is not believed.
public enum TreeFault: Hashable, Sendable {
    /// Its hash is not the one that the group agreed on.
    case hash
    /// Unmerged leaves of a node are blank, elsewhere, or unknown to a node in between.
    case unmergedLeaves
    /// A parent node was not set by a member below it.
    case parentHash
    /// Two nodes share a key.
    case keyInUse
    /// A parent node has a key that nobody can seal to.
    case invalidKey
    /// It has, or will have, more bytes than are kept.
    case tooLong
    /// A leaf may not stand in the group.
    case leaf(LeafIndex, LeafRefusal)
}

/// `TreeFault` as what is thrown.
package struct InvalidTree: Error, Equatable {
    /// What is wrong with the tree.
    package let fault: TreeFault
}

/// A tree whose structure was checked: only this check makes one.
package struct ValidatedTree: Sendable {
    /// The tree, with all its hashes.
    package let tree: RatchetTree

    /// Checks a tree but for what the application and the group demand of its leaves.
    ///
    /// - Parameter threadsMax: On how many threads signatures are checked.
    /// - Throws: The first fault: hash, unmerged leaves, parent hashes, keys, signatures.
    package init(
        _ received: RatchetTree, hash: [UInt8], group: GroupID, suite: CipherSuite,
        threadsMax: Int = 1
    ) throws(InvalidTree) {
        var tree = received
        guard tree.treeHash(suite) == hash else { throw InvalidTree(fault: .hash) }
        guard tree.unmergedLeavesAreConsistent else { throw InvalidTree(fault: .unmergedLeaves) }
        guard tree.parentHashesAreValid(suite) else { throw InvalidTree(fault: .parentHash) }
        guard tree.keysAreUnique else { throw InvalidTree(fault: .keyInUse) }
        let members = Array(tree.members)
        let forged = ParallelChecks.firstFailure(
            of: members.count, threadsMax: min(threadsMax, MLSLimits.threadsMax)
        ) { number in
            let (index, leaf) = members[number]
            let place = LeafPlace(group: group, index: index)
            return (try? leaf.verifySignature(place: place, suite: suite)) != nil
        }
        if let forged {
            throw InvalidTree(fault: .leaf(members[forged].index, .invalidSignature))
        }
        self.tree = tree
    }

    /// Checks that every node can be sealed to, and every leaf against what the group demands and
    /// what the application thinks.
    func check(
        _ demands: LeafDemands, _ policy: LeafPolicy, _ suite: CipherSuite
    ) throws(InvalidTree) {
        guard tree.isWithinBounds(suite) else { throw InvalidTree(fault: .tooLong) }
        guard tree.parentKeysAreValid(suite) else { throw InvalidTree(fault: .invalidKey) }
        let census = tree.census
        for (index, leaf) in tree.members {
            do throws(LeafRefusal) {
                try leaf.checkLength()
                try leaf.checkOwnCapabilities(suite)
                try leaf.checkEncryptionKey(suite)
                try demands.check(leaf)
                guard census.isCovered(by: leaf.capabilities) else { throw .capabilities }
                try policy.check(leaf, from: .tree, suite)
            } catch {
                throw InvalidTree(fault: .leaf(index, error))
            }
        }
    }
}

extension RatchetTree {
    /// Whether each parent node has a key that can be sealed to.
    fileprivate func parentKeysAreValid(_ suite: CipherSuite) -> Bool {
        (0..<size.nodes).lazy.map { NodeIndex($0) }.allSatisfy { node in
            guard case .parent(let parent) = self[node] else { return true }
            return suite.canSeal(to: parent.encryptionKey)
        }
    }

    /// Whether the unmerged leaves of each node are members below it, and unmerged at every node
    /// in between.
    fileprivate var unmergedLeavesAreConsistent: Bool {
        (0..<size.nodes).lazy.map { NodeIndex($0) }.allSatisfy { node in
            guard case .parent(let parent) = self[node] else { return true }
            return parent.unmergedLeaves.allSatisfy { isUnmerged($0, below: node) }
        }
    }

    private func isUnmerged(_ leaf: LeafIndex, below node: NodeIndex) -> Bool {
        guard node.covers(leaf), self.leaf(at: leaf) != nil else { return false }
        return size.directPath(of: leaf).lazy.map(\.node).prefix { $0 != node }.allSatisfy {
            guard case .parent(let between) = self[$0] else { return true }
            return between.isUnmerged(leaf)
        }
    }
}
