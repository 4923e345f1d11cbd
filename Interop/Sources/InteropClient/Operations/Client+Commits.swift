// Making commits and following them.

import SottoCrypto
import SottoMLS

extension Client {
    mutating func commit(_ params: inout Fields) throws -> JSON {
        let references = try params.listOfBytes("by_reference")
        let descriptions = try params.messages("by_value") { try ProposalDescription(&$0) }
        let isPathForced = try params.bool("force_path")
        let isTreeApart = try params.bool("external_tree")
        let policy = policy
        return try inGroup(params.uint32("state_id")) { membership, entropy in
            let cached = try membership.receive(references, policy: policy)
            let proposals = try descriptions.map {
                try membership.group.proposal($0, using: &entropy)
            }
            var options = CommitOptions()
            options.path = isPathForced
            options.framing = membership.framing
            options.ratchetTreeInWelcome = !isTreeApart
            let commit = try membership.group.commit(
                proposals, including: .exactly(cached),
                preSharedKeys: membership.preSharedKeys, options: options, policy: policy,
                using: &entropy)
            return [
                "commit": .bytes(commit.message),
                "welcome": .bytes(commit.welcome ?? []),
                "ratchet_tree": .bytes(
                    isTreeApart ? membership.group.pendingCommit?.ratchetTree ?? [] : []),
            ]
        }
    }

    mutating func handleCommit(_ params: inout Fields) throws -> JSON {
        let id = try params.uint32("state_id")
        return answer(id, try follow(id, &params))
    }

    mutating func handlePendingCommit(_ params: inout Fields) throws -> JSON {
        let id = try params.uint32("state_id")
        return answer(id, try merge(id))
    }

    /// Follows a commit that came with its proposals, and gives the group in its next epoch.
    mutating func follow(_ id: UInt32, _ params: inout Fields) throws -> Group {
        let proposals = try params.listOfBytes("proposal")
        let message = try MLSMessage(encoded: params.bytes("commit"))
        let policy = policy
        return try inGroup(id) { membership, _ in
            _ = try membership.receive(proposals, policy: policy)
            let processed = try membership.group.process(
                message, preSharedKeys: membership.preSharedKeys, policy: policy)
            switch processed.received {
            case .commit: membership.beginEpoch()
            case .removed:
                throw RPCError(.failedPrecondition, "The commit removes this member.")
            case .application, .proposal:
                throw RPCError(.invalidArgument, "The field commit holds another message.")
            }
            return membership.group
        }
    }

    /// Lets a pending commit count, and gives the group in its next epoch.
    mutating func merge(_ id: UInt32) throws -> Group {
        let now = clock()
        return try inGroup(id) { membership, _ in
            guard membership.group.pendingCommit != nil else {
                throw RPCError(.failedPrecondition, "No commit of this member is pending.")
            }
            _ = try membership.group.mergePendingCommit(now: now)
            membership.beginEpoch()
            return membership.group
        }
    }

    private func answer(_ id: UInt32, _ group: Group) -> JSON {
        [
            "state_id": .number(id),
            "epoch_authenticator": group.epochAuthenticator.json,
        ]
    }
}

extension Group {
    /// A proposal of ours, as it was described.
    fileprivate func proposal(
        _ description: ProposalDescription, using entropy: inout Entropy
    ) throws -> Proposal {
        try description.proposal(among: members, of: id) { key in
            preSharedKeyID(key, using: &entropy)
        }
    }
}
