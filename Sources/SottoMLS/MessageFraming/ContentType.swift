// What kinds of content are framed, how, and who may say it (RFC 9420 section 6).

package import SottoWire

/// What a message holds.
public enum ContentType: UInt8, Hashable, Sendable {
    /// Something the application says.
    case application = 1
    /// A wish to change the group.
    case proposal = 2
    /// A change of the group.
    case commit = 3
}

extension ContentType: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let number = try reader.uint8()
        guard let type = ContentType(rawValue: number) else { throw .unknownValue(UInt64(number)) }
        self = type
    }

    package func encode(to writer: inout WireWriter) { writer.uint8(rawValue) }
}

/// What an MLSMessage is.
public enum WireFormat: UInt16, Hashable, Sendable {
    /// Signed, readable for everybody.
    case publicMessage = 1
    /// Signed and encrypted.
    case privateMessage = 2
    /// An invitation.
    case welcome = 3
    /// A group described for who joins it.
    case groupInfo = 4
    /// A client that can be added.
    case keyPackage = 5
}

extension WireFormat: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let number = try reader.uint16()
        guard let format = WireFormat(rawValue: number) else {
            throw .unknownValue(UInt64(number))
        }
        self = format
    }

    package func encode(to writer: inout WireWriter) { writer.uint16(rawValue) }
}

/// Who says something.
public enum Sender: Hashable, Sendable {
    /// The member at this leaf.
    case member(LeafIndex)
    /// Somebody outside whom the group lets propose, by number.
    case external(UInt32)
    /// Somebody who proposes to be added.
    case newMemberProposal
    /// Somebody who adds itself.
    case newMemberCommit
}

extension Sender: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.uint8() {
        case 1: self = .member(try reader.value())
        case 2: self = .external(try reader.uint32())
        case 3: self = .newMemberProposal
        case 4: self = .newMemberCommit
        case let other: throw .unknownValue(UInt64(other))
        }
    }

    package func encode(to writer: inout WireWriter) {
        switch self {
        case .member(let leaf):
            writer.uint8(1)
            writer.value(leaf)
        case .external(let number):
            writer.uint8(2)
            writer.uint32(number)
        case .newMemberProposal: writer.uint8(3)
        case .newMemberCommit: writer.uint8(4)
        }
    }
}
