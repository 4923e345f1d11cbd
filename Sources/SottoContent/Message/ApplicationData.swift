// What the application data of MLS holds in a conversation of ours.

package import SottoWire

/// The application data of a PrivateMessage (spec/conversation.md, section 3) [CONT-1].
package enum ApplicationData: Hashable, Sendable, WireCodable {
    /// An encoded ``MIMIContent``.
    case content([UInt8])
    /// An encoded ``MessageStatusReport``.
    case status([UInt8])

    package init(from reader: inout WireReader) throws(WireError) {
        let type = try reader.uint8()
        switch type {
        case Self.contentType:
            self = .content(try reader.opaque(max: ContentLimits.contentBytesMax))
        case Self.statusType:
            self = .status(try reader.opaque(max: ContentLimits.contentBytesMax))
        default:
            throw .unknownValue(UInt64(type))
        }
    }

    package func encode(to writer: inout WireWriter) {
        switch self {
        case .content(let body):
            writer.uint8(Self.contentType)
            writer.opaque(body)
        case .status(let body):
            writer.uint8(Self.statusType)
            writer.opaque(body)
        }
    }

    private static let contentType: UInt8 = 1
    private static let statusType: UInt8 = 2
}
