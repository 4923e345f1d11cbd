// A proposal in a commit, once it is known who made it.

/// A proposal that a commit brings, in it or by its name.
struct CommittedProposal: Sendable {
    let proposal: Proposal
    /// Who wants it: the committer, unless the commit refers to it.
    let sender: Sender
    /// The name by which the commit refers to it, `nil` if the commit holds it.
    let reference: ProposalRef?

    /// As it stands in the commit.
    var entry: ProposalOrRef { reference.map { .reference($0) } ?? .proposal(proposal) }

    /// A proposal that the commit holds.
    init(_ proposal: Proposal, by committer: Sender) {
        self.proposal = proposal
        sender = committer
        reference = nil
    }

    /// A proposal that was sent before.
    init(_ received: ReceivedProposal) {
        proposal = received.proposal
        sender = received.sender
        reference = received.reference
    }
}

extension Sender {
    /// The sender's leaf, if it is a member.
    var leaf: LeafIndex? {
        if case .member(let leaf) = self { leaf } else { nil }
    }

    /// Whether such a sender may propose such a thing (RFC 9420 sections 12.1.8 and 12.4.3.2).
    func mayPropose(_ type: ProposalType) -> Bool {
        switch self {
        case .member: type != .externalInit
        case .newMemberCommit: [.externalInit, .remove, .preSharedKey].contains(type)
        case .newMemberProposal: type == .add
        case .external: ![.update, .externalInit, .selfRemove].contains(type)
        }
    }
}
