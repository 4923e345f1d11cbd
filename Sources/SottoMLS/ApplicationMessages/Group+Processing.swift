// Hearing what others say (RFC 9420 sections 6 and 15.3).

import SottoCrypto
import SottoWire

extension Group {
    /// Takes a message that arrived: application data, of this epoch or one that is still kept, a
    /// proposal, or a commit.
    ///
    /// Our pending commit, when it comes back as it was sent, is merged.
    ///
    /// - Parameters:
    ///   - preSharedKeys: What a commit may depend on and the group does not know by itself.
    ///   - policy: Asked about the leaves that a commit or a proposal brings.
    public mutating func process(
        _ message: MLSMessage, preSharedKeys: PreSharedKeys = PreSharedKeys(),
        policy: LeafPolicy
    ) throws(ProcessError) -> Processed {
        guard message.groupID == id else { throw .wrongGroup }
        let input = ProcessInput(preSharedKeys: preSharedKeys, policy: policy)
        switch message {
        case .privateMessage(let sealed):
            if sealed.contentType == .commit, message.encoded == pendingCommit?.message {
                return try mergeReturned(input)
            }
            return try process(sealed, input)
        case .publicMessage(let open):
            if open.contentType == .commit, message.encoded == pendingCommit?.message {
                return try mergeReturned(input)
            }
            return try process(open, input)
        case .welcome, .groupInfo, .keyPackage: throw .wrongGroup
        }
    }

    private mutating func mergeReturned(_ input: ProcessInput) throws(ProcessError) -> Processed {
        do { return try mergePendingCommit(now: input.policy.time) } catch { throw .fromSelf }
    }

    private mutating func process(
        _ message: PublicMessage, _ input: ProcessInput
    ) throws(ProcessError) -> Processed {
        try checkEpoch(message.epoch, of: message.contentType, input)
        guard message.message.content.sender != .member(ownLeaf) else { throw .fromSelf }
        return try apply(try verified(message), changes: [], input)
    }

    /// What a PublicMessage says, once it is known that its sender says it.
    private func verified(_ message: PublicMessage) throws(ProcessError) -> VerifiedContent {
        do throws(MessageFault) {
            guard case .member(let sender) = message.message.content.sender else {
                return try message.verified(
                    fromOutside: current.context, signatureKey: try outsiderKey(message))
            }
            guard let member = current.member(at: sender) else { throw .unknownSender }
            let content = try message.opened(
                membershipKey: current.secrets.membership, context: current.context)
            return try content.verified(as: member, context: current.context.encoded, suite)
        } catch {
            throw .message(error)
        }
    }

    private mutating func process(
        _ message: PrivateMessage, _ input: ProcessInput
    ) throws(ProcessError) -> Processed {
        try checkEpoch(message.epoch, of: message.contentType, input)
        let reading = try reading(of: message.epoch)
        let (sender, member) = try sender(of: message, reading)
        var use: RatchetUse
        do { use = try ratchets(of: sender.leaf, in: message.epoch) } catch {
            throw .missing(error.keys)
        }
        let key: MessageKey
        do throws(RatchetError) {
            key = try use.ratchets.take(sender.generation, for: message.contentType, suite)
        } catch {
            throw error == .spent ? .spent : .tooFarAhead
        }
        let verified: VerifiedContent
        do throws(MessageFault) {
            verified = try message.opened(from: sender, key: key, suite: suite)
                .verified(as: member, context: reading.context, suite)
        } catch {
            throw .message(error)
        }
        guard case .application(let data) = verified.content.body else {
            // A copy gives up the key: what is wanted may still turn out to be no good.
            var next = self
            let changes = next.store(use)
            let processed = try next.apply(verified, changes: changes, input)
            self = next
            return processed
        }
        let said = ApplicationMessage(
            sender: member, epoch: message.epoch, authenticatedData: message.authenticatedData,
            data: data)
        return Processed(received: .application(said), changes: store(use))
    }

    /// What becomes of the group when somebody wants to change it.
    private mutating func apply(
        _ content: VerifiedContent, changes: [GroupChange], _ input: ProcessInput
    ) throws(ProcessError) -> Processed {
        switch content.content.body {
        case .commit(let commit):
            return try apply(commit, content, changes: changes, input)
        case .proposal(let proposal):
            return try receive(proposal, content, changes: changes, input.policy)
        case .application: throw .message(.notEncrypted)
        }
    }
}

/// What the caller adds to a message that arrived.
struct ProcessInput: Sendable {
    let preSharedKeys: PreSharedKeys
    let policy: LeafPolicy
}

// MARK: - Which epoch, which sender

/// What reading a message of an epoch takes, besides message keys.
private struct EpochReading {
    let context: [UInt8]
    let senderData: Secret
    let ownLeaf: LeafIndex
    let member: (LeafIndex) -> Member?
}

extension Group {
    /// Only application data can come late.
    private func checkEpoch(
        _ epoch: UInt64, of type: ContentType, _ input: ProcessInput
    ) throws(ProcessError) {
        guard epoch <= self.epoch else { throw .epochInFuture(epoch) }
        guard epoch != self.epoch else {
            guard reInit == nil else { throw .reInitialized }
            return
        }
        let now = input.policy.time
        let isKept = pastEpochs.contains { $0.number == epoch && !$0.isOver(at: now) }
        guard type == .application, isKept else { throw .epochTooOld(epoch) }
    }

    private func reading(of epoch: UInt64) throws(ProcessError) -> EpochReading {
        if epoch == self.epoch {
            return EpochReading(
                context: current.context.encoded, senderData: current.secrets.senderData,
                ownLeaf: ownLeaf, member: { [current] in current.member(at: $0) })
        }
        guard let past = loaded[epoch]?.past else {
            throw .missing([.pastEpoch(epoch), .secretTree(epoch: epoch)])
        }
        return EpochReading(
            context: past.context, senderData: past.senderData, ownLeaf: past.ownLeaf,
            member: { past.member(at: $0) })
    }

    private func sender(
        of message: PrivateMessage, _ reading: EpochReading
    ) throws(ProcessError) -> (SenderData, Member) {
        let sender: SenderData
        do throws(MessageFault) {
            sender = try message.senderData(reading.senderData, suite)
        } catch {
            throw .message(error)
        }
        guard sender.leaf != reading.ownLeaf else { throw .fromSelf }
        guard let member = reading.member(sender.leaf) else { throw .message(.unknownSender) }
        return (sender, member)
    }
}

extension AuthenticatedContent {
    /// Checks the signature of a member, under the encoded context of its epoch.
    fileprivate func verified(
        as member: Member, context: [UInt8], _ suite: CipherSuite
    ) throws(MessageFault) -> VerifiedContent {
        do {
            return try verified(
                signatureKey: member.signatureKey, context: context, suite: suite)
        } catch {
            throw .invalidSignature
        }
    }
}
