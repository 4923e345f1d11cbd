// Wishes to change a group (RFC 9420 section 12.1).

public import SottoCrypto
package import SottoWire

/// A wish to replace the group by a new one (section 12.1.5).
public struct ReInit: Hashable, Sendable {
    /// The successor's id.
    public let groupID: GroupID
    /// The number of the successor's version of MLS.
    public let version: UInt16
    /// The number of the successor's cipher suite.
    public let cipherSuite: UInt16
    /// The successor's GroupContext extensions.
    public let extensions: Extensions

    /// A successor of this version of MLS.
    public init(groupID: GroupID, suite: CipherSuite, extensions: Extensions) {
        self.groupID = groupID
        version = ProtocolVersion.mls10.rawValue
        cipherSuite = suite.rawValue
        self.extensions = extensions
    }
}

extension ReInit: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        groupID = try reader.value()
        version = try reader.uint16()
        cipherSuite = try reader.uint16()
        extensions = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(groupID)
        writer.uint16(version)
        writer.uint16(cipherSuite)
        writer.value(extensions)
    }
}

/// A wish that RFC 9420 does not define, and that all members say they know (section 13.1).
///
/// On the wire its body is one `opaque<V>`: so are all that we read of types unknown to us.
public struct CustomProposal: Hashable, Sendable {
    /// The number by which capabilities speak of it.
    public let type: ProposalType
    /// What it says.
    public let data: [UInt8]

    /// A wish of a type that is not one of RFC 9420's.
    public init(type: ProposalType, data: [UInt8]) {
        self.type = type
        self.data = data
    }
}

/// A wish to change the group, of each kind that RFC 9420 has.
public enum Proposal: Hashable, Sendable {
    /// A new member (section 12.1.1).
    case add(KeyPackage)
    /// A new leaf for the proposer (section 12.1.2).
    case update(LeafNode)
    /// The end of a membership (section 12.1.3).
    case remove(LeafIndex)
    /// A key that members share already (section 12.1.4).
    case preSharedKey(PreSharedKeyID)
    /// A successor of the group (section 12.1.5).
    case reInit(ReInit)
    /// The key exchange of an external commit (section 12.1.6).
    case externalInit(kemOutput: [UInt8])
    /// New extensions for the GroupContext, instead of all it has (section 12.1.7).
    case groupContextExtensions(Extensions)
    /// The end of the proposer's own membership, which external commits may hold too
    /// (draft-ietf-mls-extensions-07).
    case selfRemove
    /// A wish that is the application's to grant.
    case custom(CustomProposal)

    /// The number by which capabilities speak of this kind of proposal.
    public var type: ProposalType {
        switch self {
        case .add: .add
        case .update: .update
        case .remove: .remove
        case .preSharedKey: .preSharedKey
        case .reInit: .reInit
        case .externalInit: .externalInit
        case .groupContextExtensions: .groupContextExtensions
        case .selfRemove: .selfRemove
        case .custom(let custom): custom.type
        }
    }

    /// Whether a commit of it must have a path (section 12.4).
    var requiresPath: Bool {
        switch self {
        case .add, .preSharedKey, .reInit: false
        case .update, .remove, .externalInit, .groupContextExtensions, .selfRemove, .custom: true
        }
    }
}

extension Proposal: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let type: ProposalType = try reader.value()
        switch type {
        case .add: self = .add(try reader.value())
        case .update: self = .update(try reader.value())
        case .remove: self = .remove(try reader.value())
        case .preSharedKey: self = .preSharedKey(try reader.value())
        case .reInit: self = .reInit(try reader.value())
        case .externalInit: self = .externalInit(kemOutput: try reader.opaque())
        case .groupContextExtensions: self = .groupContextExtensions(try reader.value())
        case .selfRemove: self = .selfRemove
        default: self = .custom(CustomProposal(type: type, data: try reader.opaque()))
        }
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(type)
        switch self {
        case .add(let keyPackage): writer.value(keyPackage)
        case .update(let leafNode): writer.value(leafNode)
        case .remove(let leaf): writer.value(leaf)
        case .preSharedKey(let id): writer.value(id)
        case .reInit(let reInit): writer.value(reInit)
        case .externalInit(let kemOutput): writer.opaque(kemOutput)
        case .groupContextExtensions(let extensions): writer.value(extensions)
        case .selfRemove: break
        case .custom(let custom): writer.opaque(custom.data)
        }
    }
}
