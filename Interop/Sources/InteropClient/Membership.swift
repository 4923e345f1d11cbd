// What the client keeps of a group, and of those that it may join or speak to.

import SottoCrypto
import SottoMLS

/// A group that the client is a member of.
struct Membership: Sendable {
    var group: Group
    let framing: HandshakeFraming
    var preSharedKeys: PreSharedKeys
    /// The proposal messages of this epoch that the group has, ours too, by their bytes.
    private(set) var proposals: [[UInt8]: ProposalRef] = [:]

    init(group: Group, framing: HandshakeFraming, preSharedKeys: PreSharedKeys) {
        self.group = group
        self.framing = framing
        self.preSharedKeys = preSharedKeys
    }

    /// Remembers a proposal that the group made itself.
    mutating func keep(_ proposal: OutboundProposal) {
        proposals[proposal.message] = proposal.reference
    }

    /// Takes proposal messages in, unless the group has them, and says what commits call them.
    mutating func receive(
        _ messages: [[UInt8]], policy: LeafPolicy
    ) throws -> [ProposalRef] {
        try messages.map { bytes in
            if let reference = proposals[bytes] { return reference }
            let message = try MLSMessage(encoded: bytes)
            let processed = try group.process(message, policy: policy)
            guard case .proposal(let proposal) = processed.received else {
                throw RPCError(.invalidArgument, "A message among the proposals is not one.")
            }
            proposals[bytes] = proposal.reference
            return proposal.reference
        }
    }

    /// Notes that a new epoch began.
    mutating func beginEpoch() { proposals = [:] }
}

/// A key package of ours that may be used to join.
struct Transaction: Sendable {
    let keyPackage: OwnKeyPackage
    let signer: SignaturePrivateKey
    var preSharedKeys = PreSharedKeys()

    init(_ keyPackage: OwnKeyPackage, signer: SignaturePrivateKey) {
        self.keyPackage = keyPackage
        self.signer = signer
    }
}

/// Somebody who proposes without being a member.
struct OutsideSigner: Sendable {
    let suite: CipherSuite
    let signer: SignaturePrivateKey
}

/// A group that agreed to be replaced, and the key package to join its successor with.
struct Succession: Sendable {
    let predecessor: Membership
    let transaction: Transaction
}

extension HandshakeFraming {
    /// What the flag `encrypt_handshake` asks for.
    init(encrypted: Bool) { self = encrypted ? .privateMessage : .publicMessage }
}
