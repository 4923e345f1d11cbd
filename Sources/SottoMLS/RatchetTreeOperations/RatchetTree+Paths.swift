// Which keys reach whom: resolutions and filtered direct paths (RFC 9420 section 4.1).

extension RatchetTree {
    /// The nodes whose keys reach exactly the members below a node, from left to right
    /// (section 4.1.2).
    package func resolution(of node: NodeIndex) -> [NodeIndex] {
        var found: [NodeIndex] = []
        collectResolution(of: node, into: &found)
        return found
    }

    private func collectResolution(of node: NodeIndex, into found: inout [NodeIndex]) {
        switch self[node] {
        case .leaf: found.append(node)
        case .parent(let parent):
            found.append(node)
            found.append(contentsOf: parent.unmergedLeaves.map(\.node))
        case .blank:
            guard let left = node.left, let right = node.right else { return }
            collectResolution(of: left, into: &found)
            collectResolution(of: right, into: &found)
        }
    }

    /// Whether anybody is below a node.
    private func hasMembers(below node: NodeIndex) -> Bool {
        guard self[node].isBlank else { return true }
        guard let left = node.left, let right = node.right else { return false }
        return hasMembers(below: left) || hasMembers(below: right)
    }

    /// The nodes above a leaf whose other child has somebody below it, from the leaf to the root
    /// (section 4.1.2).
    package func filteredDirectPath(of leaf: LeafIndex) -> [PathStep] {
        size.directPath(of: leaf).filter { hasMembers(below: $0.copath) }
    }

    /// The nodes that a path secret is encrypted to: those that reach the members below the
    /// copath, without the members that the same commit adds (section 7.6).
    package func recipients(of step: PathStep, excluding added: Set<LeafIndex>) -> [NodeIndex] {
        resolution(of: step.copath).filter { node in
            node.leaf.map { !added.contains($0) } ?? true
        }
    }
}
