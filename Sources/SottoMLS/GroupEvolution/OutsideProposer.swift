// Proposing changes to a group without being in it (RFC 9420 section 12.1.8).

public import SottoCrypto
import SottoWire

/// An epoch of a group, as much of it as is needed to propose changes from outside.
public struct OutsideProposer: Hashable, Sendable {
    /// The group.
    public let groupID: GroupID
    /// The epoch: in another one, the group does not hear what is proposed.
    public let epoch: UInt64
    /// The group's suite.
    public let suite: CipherSuite

    /// An epoch of a group.
    public init(groupID: GroupID, epoch: UInt64, suite: CipherSuite) {
        self.groupID = groupID
        self.epoch = epoch
        self.suite = suite
    }

    /// The epoch that a context is of.
    public init(_ context: GroupContext) {
        self.init(groupID: context.groupID, epoch: context.epoch, suite: context.suite)
    }

    /// Proposes a change as one of those whom the group lets (section 12.1.8.1).
    ///
    /// What only members can judge is not judged.
    ///
    /// - Parameters:
    ///   - number: The place in the GroupContext extension `externalSenders`, from 0.
    ///   - signer: The key that the extension says.
    /// - Returns: An MLSMessage to be sent to the members.
    /// - Throws: `.notForSender`, `.externalInit`, `.wrongSigner`.
    public func propose(
        _ proposal: Proposal, as number: UInt32, signer: SignaturePrivateKey,
        authenticatedData: [UInt8] = []
    ) throws(ProposalFault) -> [UInt8] {
        try message(proposal, .external(number), signer, authenticatedData)
    }

    /// Proposes to be added (section 12.1.8).
    ///
    /// - Parameter signer: The key that signed the key package.
    /// - Returns: An MLSMessage to be sent to the members.
    /// - Throws: `.add(.invalidSignature)` for another signer.
    public func proposeAdding(
        _ keyPackage: KeyPackage, signer: SignaturePrivateKey, authenticatedData: [UInt8] = []
    ) throws(ProposalFault) -> [UInt8] {
        guard keyPackage.suite == suite else { throw .add(.wrongKeyPackage) }
        guard keyPackage.leafNode.signatureKey == signer.publicKey else {
            throw .add(.invalidSignature)
        }
        return try message(.add(keyPackage), .newMemberProposal, signer, authenticatedData)
    }

    private func message(
        _ proposal: Proposal, _ sender: Sender, _ signer: SignaturePrivateKey, _ data: [UInt8]
    ) throws(ProposalFault) -> [UInt8] {
        try SortedProposals.check(proposal, from: sender)
        guard signer.signs(in: suite) else { throw .wrongSigner }
        let content = FramedContent(
            groupID: groupID, epoch: epoch, sender: sender, authenticatedData: data,
            body: .proposal(proposal))
        let message = AuthenticatedContent(
            signing: content, wireFormat: .publicMessage, encodedContext: [], suite: suite,
            signer: signer)
        return MLSMessage.publicMessage(PublicMessage(fromOutside: message)).wireBytes
    }
}
