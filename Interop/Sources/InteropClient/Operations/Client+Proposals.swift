// Proposals that a member sends on their own.

import SottoCrypto
import SottoMLS

extension Client {
    mutating func addProposal(_ params: inout Fields) throws -> JSON {
        let keyPackage = try params.keyPackage("key_package")
        return try propose(&params) { _, _ in .add(keyPackage) }
    }

    mutating func removeProposal(_ params: inout Fields) throws -> JSON {
        let identity = try params.bytes("removed_id")
        return try propose(&params) { group, _ in .remove(try group.members.leaf(of: identity)) }
    }

    mutating func externalPSKProposal(_ params: inout Fields) throws -> JSON {
        let name = try params.bytes("psk_id")
        return try propose(&params) { group, entropy in
            .preSharedKey(group.preSharedKeyID(.external(id: name), using: &entropy))
        }
    }

    mutating func resumptionPSKProposal(_ params: inout Fields) throws -> JSON {
        let epoch = try params.uint64("epoch_id")
        return try propose(&params) { group, entropy in
            .preSharedKey(group.resumption(of: epoch, using: &entropy))
        }
    }

    mutating func groupContextExtensionsProposal(_ params: inout Fields) throws -> JSON {
        let extensions = try params.extensions()
        return try propose(&params) { _, _ in .groupContextExtensions(extensions) }
    }

    mutating func reInitProposal(_ params: inout Fields) throws -> JSON {
        let reInit = try params.reInit()
        return try propose(&params) { _, _ in .reInit(reInit) }
    }

    mutating func updateProposal(_ params: inout Fields) throws -> JSON {
        try send(&params) { membership, policy, entropy in
            try membership.group.proposeUpdate(
                options: membership.proposalOptions, policy: policy, using: &entropy)
        }
    }

    /// Sends a proposal in the group that the request names.
    mutating func propose(
        _ params: inout Fields, _ make: (Group, inout Entropy) throws -> Proposal
    ) throws -> JSON {
        try send(&params) { membership, policy, entropy in
            let proposal = try make(membership.group, &entropy)
            return try membership.group.propose(
                proposal, options: membership.proposalOptions, policy: policy, using: &entropy)
        }
    }

    private mutating func send(
        _ params: inout Fields,
        _ make: (inout Membership, LeafPolicy, inout Entropy) throws -> OutboundProposal
    ) throws -> JSON {
        let policy = policy
        let message = try inGroup(params.uint32("state_id")) { membership, entropy in
            let proposal = try make(&membership, policy, &entropy)
            membership.keep(proposal)
            return proposal.message
        }
        return ["proposal": .bytes(message)]
    }
}

extension Membership {
    fileprivate var proposalOptions: ProposalOptions {
        var options = ProposalOptions()
        options.framing = framing
        return options
    }
}

extension Group {
    /// A use of the resumption key of one of this group's epochs.
    func resumption(of epoch: UInt64, using entropy: inout Entropy) -> PreSharedKeyID {
        preSharedKeyID(
            .resumption(usage: .application, group: id, epoch: epoch), using: &entropy)
    }
}

extension Fields {
    mutating func reInit() throws -> ReInit {
        ReInit(
            groupID: GroupID(try bytes("group_id")), suite: try suite(),
            extensions: try extensions())
    }
}
