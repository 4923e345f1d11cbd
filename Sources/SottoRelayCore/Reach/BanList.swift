// Whom a relay does not serve, by its host's word.

package import SottoRelayProtocol
import SottoWire

/// Addresses and mailboxes that are not served [REG-6].
public struct BanList: Sendable, Equatable {
    /// One of them.
    public enum Ban: Sendable, Hashable, CustomStringConvertible {
        /// Connections from these addresses.
        case addresses(AddressRange)
        /// A mailbox, by its id in hexadecimal.
        case mailbox(String)

        /// Reads a range of addresses, or the 32 hex digits of a mailbox's id.
        public init?(_ text: String) {
            if let range = AddressRange(text) {
                self = .addresses(range)
            } else if text.utf8.count == 32, let id = Self.mailbox(text) {
                self = .mailbox(id.hexadecimal)
            } else {
                return nil
            }
        }

        fileprivate static func mailbox(_ text: String) -> MailboxID? {
            (try? Hexadecimal.decode(text)).flatMap { try? MailboxID($0) }
        }

        /// The text that it is read from.
        public var description: String {
            switch self {
            case .addresses(let range): range.description
            case .mailbox(let id): id
            }
        }
    }

    private var ranges: [AddressRange] = []
    private var mailboxes: Set<MailboxID> = []

    /// Those of a list; none without one.
    public init(_ bans: [Ban] = []) {
        for ban in bans {
            switch ban {
            case .addresses(let range): ranges.append(range)
            case .mailbox(let id): if let id = Ban.mailbox(id) { mailboxes.insert(id) }
            }
        }
    }

    /// Whether nobody is on it.
    package var isEmpty: Bool { ranges.isEmpty && mailboxes.isEmpty }

    /// Whether connections from an address are not served.
    package func bans(_ address: ClientAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }

    /// Whether a mailbox's owner is not served.
    package func bans(_ mailbox: MailboxID) -> Bool { mailboxes.contains(mailbox) }
}
