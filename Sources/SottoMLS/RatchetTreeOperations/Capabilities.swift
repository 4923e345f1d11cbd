// What a client says it can do.

public import SottoCrypto
package import SottoWire

/// What the client at a leaf supports (RFC 9420 section 7.2).
///
/// Unknown numbers are kept; the types that RFC 9420 itself defines need not be listed.
public struct Capabilities: Hashable, Sendable {
    /// Versions of MLS.
    public var versions: [UInt16]
    /// Numbers of cipher suites.
    public var cipherSuites: [UInt16]
    /// Kinds of extensions beyond the default ones.
    public var extensions: [ExtensionType]
    /// Kinds of proposals beyond the default ones.
    public var proposals: [ProposalType]
    /// Kinds of credentials.
    public var credentials: [CredentialType]

    /// The capabilities of a client of RFC 9420 with these suites and types.
    public init(
        cipherSuites: [CipherSuite], extensions: [ExtensionType] = [],
        proposals: [ProposalType] = [], credentials: [CredentialType] = [.basic]
    ) {
        versions = [ProtocolVersion.mls10.rawValue]
        self.cipherSuites = cipherSuites.map(\.rawValue)
        self.extensions = extensions
        self.proposals = proposals
        self.credentials = credentials
    }
}

extension Capabilities: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        versions = try reader.vector()
        cipherSuites = try reader.vector()
        extensions = try reader.vector()
        proposals = try reader.vector()
        credentials = try reader.vector()
    }

    package func encode(to writer: inout WireWriter) {
        writer.vector(versions)
        writer.vector(cipherSuites)
        writer.vector(extensions)
        writer.vector(proposals)
        writer.vector(credentials)
    }
}

extension Capabilities {
    // Others write these lists, and may make them long: no list is searched for each element of
    // another.

    /// Whether extensions of all these types are understood.
    package func support(_ types: some Collection<ExtensionType>) -> Bool {
        let listed = Set(extensions)
        return types.allSatisfy { $0.isDefault || listed.contains($0) }
    }

    /// Lists these kinds of extensions too, as far as they have to be.
    mutating func list(_ types: [ExtensionType]) {
        let listed = Set(extensions)
        extensions += types.filter { !$0.isDefault && !listed.contains($0) }
    }

    /// Whether everything a group demands is listed (RFC 9420 section 11.1).
    package func meet(_ required: RequiredCapabilities) -> Bool {
        let (proposals, credentials) = (Set(proposals), Set(credentials))
        return support(required.extensions)
            && required.proposals.allSatisfy { $0.isDefault || proposals.contains($0) }
            && required.credentials.allSatisfy { credentials.contains($0) }
    }
}
