// The numbers by which clients say what they can do (RFC 9420 section 17).

package import SottoWire

/// A number from one of the registries of MLS. Unknown ones are carried along.
package protocol RegistryNumber: WireCodable {
    /// The value with this number.
    init(rawValue: UInt16)
    /// The number on the wire.
    var rawValue: UInt16 { get }
}

extension RegistryNumber {
    package init(from reader: inout WireReader) throws(WireError) {
        self.init(rawValue: try reader.uint16())
    }

    package func encode(to writer: inout WireWriter) { writer.uint16(rawValue) }
}

/// A kind of extension (RFC 9420 section 17.3).
public struct ExtensionType: RawRepresentable, Hashable, Sendable, RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// The type with this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An application's own name for a client, in a leaf (section 5.3.3).
    public static let applicationID = ExtensionType(rawValue: 1)
    /// The whole tree, in a GroupInfo (section 12.4.3.3).
    public static let ratchetTree = ExtensionType(rawValue: 2)
    /// What every member must be able to do, in a GroupContext (section 11.1).
    public static let requiredCapabilities = ExtensionType(rawValue: 3)
    /// The key that external commits are sealed to, in a GroupInfo (section 12.4.3.2).
    public static let externalPub = ExtensionType(rawValue: 4)
    /// Who may propose from outside, in a GroupContext (section 12.1.8.1).
    public static let externalSenders = ExtensionType(rawValue: 5)
    /// A key package that may be used more than once, in the key package. It is empty
    /// (draft-ietf-mls-extensions, under the number that other libraries use).
    public static let lastResortKeyPackage = ExtensionType(rawValue: 0x000A)

    /// Whether every client is assumed to know it without saying so (section 7.2).
    package var isDefault: Bool { 1...5 ~= rawValue }
}

/// A kind of proposal (RFC 9420 section 17.4).
public struct ProposalType: RawRepresentable, Hashable, Sendable, RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// The type with this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A new member (section 12.1.1).
    public static let add = ProposalType(rawValue: 1)
    /// A new leaf for the proposer (section 12.1.2).
    public static let update = ProposalType(rawValue: 2)
    /// The end of a membership (section 12.1.3).
    public static let remove = ProposalType(rawValue: 3)
    /// A key that members share already (section 12.1.4).
    public static let preSharedKey = ProposalType(rawValue: 4)
    /// A successor of the group with other parameters (section 12.1.5).
    public static let reInit = ProposalType(rawValue: 5)
    /// The key exchange of an external commit (section 12.1.6).
    public static let externalInit = ProposalType(rawValue: 6)
    /// New extensions for the GroupContext (section 12.1.7).
    public static let groupContextExtensions = ProposalType(rawValue: 7)
    /// The end of the proposer's own membership (draft-ietf-mls-extensions-07). Its number is
    /// provisional, and members list it.
    public static let selfRemove = ProposalType(rawValue: 0x000A)

    /// Whether every client is assumed to know it without saying so (section 7.2).
    package var isDefault: Bool { 1...7 ~= rawValue }
}

/// A kind of credential (RFC 9420 section 17.5).
public struct CredentialType: RawRepresentable, Hashable, Sendable, RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// The type with this number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// A bare claim.
    public static let basic = CredentialType(rawValue: 1)
    /// A chain of certificates.
    public static let x509 = CredentialType(rawValue: 2)
}
