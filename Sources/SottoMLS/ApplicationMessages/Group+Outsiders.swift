// Hearing those who are no members (RFC 9420 sections 6 and 12.1.8).

import SottoCrypto
import SottoWire

extension Group {
    /// The key that a message from outside has to be signed with: of those whom the group lets
    /// propose it is known, who joins or wants to shows it in the message.
    ///
    /// - Throws: `.notForSender` for what such a sender may not say at all.
    func outsiderKey(_ message: PublicMessage) throws(MessageFault) -> [UInt8] {
        let content = message.message.content
        if case .application = content.body { throw .notEncrypted }
        switch (content.sender, content.body) {
        case (.external(let number), .proposal):
            guard let senders = try? extensions.externalSenders(), number < senders.count else {
                throw .unknownSender
            }
            return senders[Int(number)].signatureKey
        case (.newMemberProposal, .proposal(.add(let keyPackage))):
            return keyPackage.leafNode.signatureKey
        case (.newMemberCommit, .commit(let commit)):
            guard let path = commit.path else { throw .notForSender }
            return path.leafNode.signatureKey
        default: throw .notForSender
        }
    }
}
