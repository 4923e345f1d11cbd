// What the application thinks of those whom a group lets propose from outside.

import SottoWire

/// Why a list of outsiders is not accepted.
enum ExternalSenderRefusal: Error {
    /// The extension cannot be read.
    case malformed
    /// The application refuses one of them.
    case application(reason: UInt16)
}

extension LeafPolicy {
    /// Asks the application about all that a list of GroupContext extensions lets propose
    /// (RFC 9420 sections 5.3.1 and 12.1.8.1).
    func checkExternalSenders(of extensions: Extensions) throws(ExternalSenderRefusal) {
        let senders: [ExternalSender]
        do { senders = try extensions.externalSenders() } catch { throw .malformed }
        for sender in senders {
            guard case .refused(let reason) = validator.judge(sender) else { continue }
            throw .application(reason: reason)
        }
    }
}
