// The outermost form of everything that MLS sends (RFC 9420 section 6).

package import SottoWire

/// Why bytes are not an MLS structure. Nothing was kept of them.
public enum MLSDecodingError: Error, Hashable, Sendable {
    /// The bytes end before the structure does.
    case truncated
    /// This many bytes are left that belong to nothing.
    case trailingBytes(Int)
    /// A length is over a limit.
    case tooLong
    /// A version, suite or kind is not one of ours.
    case unknownValue(UInt64)
    /// The bytes break a rule of their form.
    case malformed

    init(_ error: WireError) {
        self =
            switch error {
            case .truncated: .truncated
            case .trailingBytes(let count): .trailingBytes(count)
            case .lengthOverLimit: .tooLong
            case .unknownValue(let value): .unknownValue(value)
            case .nonMinimalLength, .malformed: .malformed
            }
    }
}

/// One message, which says itself what it is.
public enum MLSMessage: Hashable, Sendable {
    /// A handshake message that everybody can read.
    case publicMessage(PublicMessage)
    /// A message for members.
    case privateMessage(PrivateMessage)
    /// An invitation.
    case welcome(Welcome)
    /// A group described for who joins it.
    case groupInfo(GroupInfo)
    /// A client that can be added.
    case keyPackage(KeyPackage)

    /// Reads a message that is all of `bytes`.
    public init(encoded bytes: some Collection<UInt8>) throws(MLSDecodingError) {
        do throws(WireError) { try self.init(wireBytes: bytes) } catch {
            throw MLSDecodingError(error)
        }
    }

    /// The message on the wire.
    public var encoded: [UInt8] { wireBytes }

    /// The group that the message is said in, `nil` for what comes from outside a group.
    public var groupID: GroupID? {
        switch self {
        case .publicMessage(let message): message.groupID
        case .privateMessage(let message): message.groupID
        case .groupInfo(let info): info.context.groupID
        case .welcome, .keyPackage: nil
        }
    }

    /// The epoch that the message is said in, `nil` for what comes from outside a group.
    public var epoch: UInt64? {
        switch self {
        case .publicMessage(let message): message.epoch
        case .privateMessage(let message): message.epoch
        case .groupInfo(let info): info.context.epoch
        case .welcome, .keyPackage: nil
        }
    }
}

extension MLSMessage: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        _ = try reader.value(ProtocolVersion.self)
        switch try reader.value(WireFormat.self) {
        case .publicMessage: self = .publicMessage(try reader.value())
        case .privateMessage: self = .privateMessage(try reader.value())
        case .welcome: self = .welcome(try reader.value())
        case .groupInfo: self = .groupInfo(try reader.value())
        case .keyPackage: self = .keyPackage(try reader.value())
        }
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(ProtocolVersion.mls10)
        switch self {
        case .publicMessage(let message): writer.message(.publicMessage, message)
        case .privateMessage(let message): writer.message(.privateMessage, message)
        case .welcome(let message): writer.message(.welcome, message)
        case .groupInfo(let message): writer.message(.groupInfo, message)
        case .keyPackage(let message): writer.message(.keyPackage, message)
        }
    }
}

extension WireWriter {
    fileprivate mutating func message(_ format: WireFormat, _ body: some WireEncodable) {
        value(format)
        value(body)
    }
}
