// Proposals that can be committed together, applied (RFC 9420 sections 12.2 and 12.3).

import SottoCrypto
import SottoWire

/// Why a list of proposals is not applied.
enum ProposalListError: Error {
    case invalid(ProposalFault)
    case unsupported(Unsupported)
}

/// A tree and extensions to which a valid list of proposals was applied: only the check makes one.
struct AppliedProposals: Sendable {
    private(set) var tree: RatchetTree
    private(set) var extensions: Extensions
    private(set) var added: [(index: LeafIndex, keyPackage: KeyPackage)] = []
    private(set) var removed: [Member] = []
    /// What the group demands of leaves from now on.
    private(set) var demands: LeafDemands
    let requiresPath: Bool

    /// The new members' places, which no path is sealed to.
    var addedLeaves: Set<LeafIndex> { Set(added.map(\.index)) }

    /// Checks a commit's proposals and applies them to its epoch.
    ///
    /// - Parameter origin: `.keyPackage` for a commit of ours, `.added` for another's.
    init(
        _ proposals: [ProposalOrRef], by committer: LeafIndex, in epoch: EpochState,
        origin: LeafOrigin, policy: LeafPolicy
    ) throws(ProposalListError) {
        let sorted = try SortedProposals(proposals)
        tree = epoch.tree
        requiresPath = sorted.requiresPath
        extensions = sorted.extensions ?? epoch.context.extensions
        do { demands = try LeafDemands(extensions, epoch.context.suite) } catch {
            throw .invalid(.extensionsNotSupported)
        }
        do throws(ProposalFault) {
            for leaf in sorted.removes { try remove(leaf, by: committer, from: epoch) }
            if sorted.extensions != nil { try checkMembersMeetDemands() }
            for keyPackage in sorted.adds {
                try add(keyPackage, suite: epoch.context.suite, origin, policy)
            }
        } catch {
            throw .invalid(error)
        }
    }

    private mutating func remove(
        _ leaf: LeafIndex, by committer: LeafIndex, from epoch: EpochState
    ) throws(ProposalFault) {
        guard leaf != committer else { throw .removesCommitter }
        guard let member = epoch.member(at: leaf) else { throw .unknownLeaf(leaf) }
        guard tree.leaf(at: leaf) != nil else { throw .removedTwice(leaf) }
        tree.remove(leaf)
        removed.append(member)
    }

    private func checkMembersMeetDemands() throws(ProposalFault) {
        for (_, leaf) in tree.members {
            do { try demands.check(leaf) } catch { throw .extensionsNotSupported }
        }
    }

    private mutating func add(
        _ keyPackage: KeyPackage, suite: CipherSuite, _ origin: LeafOrigin, _ policy: LeafPolicy
    ) throws(ProposalFault) {
        do throws(LeafRefusal) {
            guard keyPackage.suite == suite else { throw .wrongKeyPackage }
            try keyPackage.validate(from: origin, policy: policy)
            try demands.check(keyPackage.leafNode)
            try tree.checkNeighbours(of: keyPackage.leafNode)
        } catch {
            throw .add(error)
        }
        guard let index = tree.add(keyPackage.leafNode) else { throw .groupFull }
        added.append((index, keyPackage))
    }
}

/// The proposals of a list by kind, each in the order of the list.
private struct SortedProposals {
    var adds: [KeyPackage] = []
    var removes: [LeafIndex] = []
    var extensions: Extensions?
    var requiresPath: Bool

    init(_ proposals: [ProposalOrRef]) throws(ProposalListError) {
        requiresPath = proposals.isEmpty
        for entry in proposals {
            guard case .proposal(let proposal) = entry else {
                throw .unsupported(.proposalByReference)
            }
            requiresPath = requiresPath || proposal.requiresPath
            try take(proposal)
        }
    }

    private mutating func take(_ proposal: Proposal) throws(ProposalListError) {
        switch proposal {
        case .add(let keyPackage): adds.append(keyPackage)
        case .remove(let leaf): removes.append(leaf)
        case .groupContextExtensions(let new):
            guard extensions == nil else { throw .invalid(.extensionsTwice) }
            extensions = new
        case .update: throw .invalid(.updateByCommitter)
        case .externalInit: throw .invalid(.externalInit)
        case .preSharedKey, .reInit: throw .unsupported(.proposal(proposal.type))
        }
    }
}
