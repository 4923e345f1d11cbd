// Which of the proposals that were sent a commit of ours takes up (RFC 9420 section 12.2).

/// The proposals of an epoch that can be committed together with ours.
///
/// Every proposal was checked by itself when it came. What is left are conflicts: a member's own
/// wish to leave goes before others' Removes of it, a Remove before Updates of the same member, the
/// last Update before earlier ones, the last extensions that fit before earlier ones. The rest is
/// taken as it came, and what does not fit to what was taken before is left out. So is a ReInit: no
/// member ends a group without being told to.
struct FittingProposals {
    /// Ours, then those that fit, as they came.
    private(set) var list: [CommittedProposal]
    private let committer: Sender
    private let checks: ProposalChecks
    private var tree: RatchetTree
    private var demands: LeafDemands
    private var preSharedKeys: Set<PreSharedKeyID>
    /// What everybody needs to know for our own proposals, and for members that remove themselves.
    private var neededTypes: Set<ProposalType>

    /// - Parameters:
    ///   - own: What the commit holds itself, which has to be valid alone.
    ///   - hasKey: Whether we have a key: what we have not, we cannot commit.
    init(
        _ cached: [ReceivedProposal], with own: [CommittedProposal], by committer: Sender,
        _ checks: ProposalChecks, hasKey: (PreSharedKeyID) -> Bool
    ) throws(ProposalFault) {
        let applied = try AppliedProposals(own, by: committer, checks)
        list = own
        self.committer = committer
        self.checks = checks
        tree = applied.tree
        demands = applied.demands
        preSharedKeys = Set(applied.sorted.preSharedKeys)
        neededTypes = Set(applied.sorted.custom.map(\.type))
        guard applied.sorted.reInit == nil else { return }
        let conflicts = ProposalConflicts(cached, with: applied.sorted, committer, tree)
        var taken: Set<ProposalRef> = []
        // In the order of section 12.3, so that each is seen beside what it will stand beside.
        for type in Self.order {
            let entries = cached.filter {
                Self.isOrdered($0.proposal.type, as: type) && conflicts.allow($0)
            }
            if type == .groupContextExtensions {
                // One of them alone, and the last that fits.
                let last = entries.reversed().first { fits($0, hasKey) }
                if let last { taken.insert(last.reference) }
                continue
            }
            for entry in entries where fits(entry, hasKey) {
                taken.insert(entry.reference)
                if type == .selfRemove { neededTypes.insert(.selfRemove) }
            }
        }
        list += cached.filter { taken.contains($0.reference) }.map { CommittedProposal($0) }
    }

    private static let order: [ProposalType?] = [
        .selfRemove, .remove, .groupContextExtensions, .update, nil, .add, .preSharedKey,
    ]

    /// Whether a type has its turn; `nil` stands for all that RFC 9420 does not know.
    private static func isOrdered(_ type: ProposalType, as turn: ProposalType?) -> Bool {
        turn.map { $0 == type } ?? (!type.isDefault && type != .selfRemove)
    }

    /// Takes a proposal if it can be committed with what was taken.
    private mutating func fits(
        _ entry: ReceivedProposal, _ hasKey: (PreSharedKeyID) -> Bool
    ) -> Bool {
        do throws(ProposalFault) {
            try checks.check(entry.proposal, from: entry.sender)
            switch entry.proposal {
            case .remove(let leaf): tree.remove(leaf)
            case .selfRemove:
                guard let leaf = entry.sender.leaf else { return false }
                tree.remove(leaf)
            case .groupContextExtensions(let extensions): try take(extensions)
            case .update(let leaf):
                guard let index = entry.sender.leaf else { return false }
                try take(leaf, at: index)
            case .add(let keyPackage): try take(keyPackage)
            case .preSharedKey(let id):
                return hasKey(id) && preSharedKeys.insert(id).inserted
            case .custom(let wish): try checks.check(wish, in: tree)
            case .reInit, .externalInit: return false
            }
            return true
        } catch {
            return false
        }
    }

    private mutating func take(_ extensions: Extensions) throws(ProposalFault) {
        let wanted = try checks.demands(extensions)
        guard wanted.areMet(by: tree) else { throw .extensionsNotSupported }
        demands = wanted
    }

    private mutating func take(
        _ leaf: LeafNode, at index: LeafIndex
    ) throws(ProposalFault) {
        do throws(LeafRefusal) {
            try demands.check(leaf)
            try tree.checkNeighbours(of: leaf, replacing: tree.leaf(at: index))
            guard neededTypes.isSubset(of: leaf.capabilities.proposals) else { throw .capabilities }
            guard tree.hasRoom(for: leaf, replacing: tree.leaf(at: index), checks.suite) else {
                throw .tooLong
            }
        } catch {
            throw .update(error)
        }
        tree.update(index, to: leaf)
    }

    private mutating func take(_ keyPackage: KeyPackage) throws(ProposalFault) {
        do throws(LeafRefusal) {
            try demands.check(keyPackage.leafNode)
            try tree.checkNeighbours(of: keyPackage.leafNode)
        } catch {
            throw .add(error)
        }
        guard tree.hasRoom(for: keyPackage.leafNode, checks.suite),
            tree.add(keyPackage.leafNode) != nil
        else { throw .groupFull }
    }
}
