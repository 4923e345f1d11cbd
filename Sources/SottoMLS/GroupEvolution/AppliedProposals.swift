// Proposals that can be committed together, applied (RFC 9420 sections 12.2 and 12.3).

import SottoCrypto

/// A tree and extensions to which a valid list of proposals was applied: only the check makes one.
struct AppliedProposals: Sendable {
    private(set) var tree: RatchetTree
    let extensions: Extensions
    private(set) var added: [(index: LeafIndex, keyPackage: KeyPackage)] = []
    private(set) var removed: [Member] = []
    /// What the group demands of leaves from now on.
    let demands: LeafDemands
    /// The list by kind.
    let sorted: SortedProposals
    /// The list.
    let list: [CommittedProposal]

    /// The new members' places, which no path is sealed to.
    var addedLeaves: Set<LeafIndex> { Set(added.map(\.index)) }
    /// Whether a commit of the list must have a path.
    var requiresPath: Bool { sorted.requiresPath }

    /// Checks a commit's proposals and applies them to its epoch.
    init(
        _ list: [CommittedProposal], by committer: Sender, _ checks: ProposalChecks
    ) throws(ProposalFault) {
        self.list = list
        sorted = try SortedProposals(list, by: committer)
        let epoch = checks.epoch
        tree = epoch.tree
        extensions = sorted.extensions ?? epoch.context.extensions
        if let wanted = sorted.extensions {
            demands = try checks.demands(wanted)
        } else {
            demands = try checks.standingDemands()
        }
        for id in sorted.preSharedKeys { try checks.check(id) }
        if let reInit = sorted.reInit { try checks.check(reInit) }
        // Removing and updating are of different leaves, so which comes first shows nowhere; but
        // an Update may take over what a Remove gives up.
        for leaf in sorted.removes { try remove(leaf, from: epoch) }
        try update(sorted.updates, checks)
        for wish in sorted.custom { try checks.check(wish, in: tree) }
        if !sorted.selfRemoves.isEmpty { try checks.check(.selfRemove, in: tree) }
        for keyPackage in sorted.adds { try add(keyPackage, checks) }
        if sorted.extensions != nil { try checkMembersMeetDemands(but: committer.leaf) }
    }

    private mutating func remove(
        _ leaf: LeafIndex, from epoch: PublicEpoch
    ) throws(ProposalFault) {
        guard let member = epoch.member(at: leaf) else { throw .unknownLeaf(leaf) }
        tree.remove(leaf)
        removed.append(member)
    }

    /// Replaces leaves all at once: each may take over what another gives up.
    private mutating func update(
        _ updates: [(index: LeafIndex, leaf: LeafNode)], _ checks: ProposalChecks
    ) throws(ProposalFault) {
        guard !updates.isEmpty else { return }
        for (index, leaf) in updates {
            try checks.checkUpdate(leaf, at: index)
            do { try demands.check(leaf) } catch { throw .update(error) }
        }
        let leafBytes = tree.leafBytes
        for (index, _) in updates { tree.set(.blank, at: index.node) }
        for (index, leaf) in updates {
            do { try tree.checkKeysAreFree(for: leaf) } catch { throw .update(error) }
            tree.update(index, to: leaf)
        }
        // Who ask together for no more than they have are not refused.
        guard tree.leafBytes <= leafBytes || tree.isWithinBounds(checks.suite) else {
            throw .update(.tooLong)
        }
        guard tree.credentialsAreSupported else { throw .update(.capabilities) }
    }

    private mutating func add(
        _ keyPackage: KeyPackage, _ checks: ProposalChecks
    ) throws(ProposalFault) {
        do throws(LeafRefusal) {
            try checks.check(keyPackage)
            try demands.check(keyPackage.leafNode)
            try tree.checkNeighbours(of: keyPackage.leafNode)
        } catch {
            throw .add(error)
        }
        guard tree.hasRoom(for: keyPackage.leafNode, checks.suite),
            let index = tree.add(keyPackage.leafNode)
        else { throw .groupFull }
        added.append((index, keyPackage))
    }

    /// Checks that everybody does what is demanded from now on. What the committer does, its path
    /// says.
    private func checkMembersMeetDemands(but committer: LeafIndex?) throws(ProposalFault) {
        let own = committer.flatMap { tree.leaf(at: $0) }
        guard demands.areMet(by: tree, but: own) else { throw .extensionsNotSupported }
    }
}
