// What a group demands of each member.

package import SottoWire

/// What every member must list in its capabilities (RFC 9420 section 11.1).
public struct RequiredCapabilities: Hashable, Sendable {
    /// Kinds of extensions that members must know.
    public var extensions: [ExtensionType]
    /// Kinds of proposals that members must know.
    public var proposals: [ProposalType]
    /// Kinds of credentials that members must be able to check.
    public var credentials: [CredentialType]

    /// Demands on members of a group.
    public init(
        extensions: [ExtensionType], proposals: [ProposalType] = [],
        credentials: [CredentialType]
    ) {
        self.extensions = extensions
        self.proposals = proposals
        self.credentials = credentials
    }

    /// The same demands, each made once: checking a member costs no more for what is repeated.
    var withoutRepetitions: RequiredCapabilities {
        RequiredCapabilities(
            extensions: Set(extensions).sorted { $0.rawValue < $1.rawValue },
            proposals: Set(proposals).sorted { $0.rawValue < $1.rawValue },
            credentials: Set(credentials).sorted { $0.rawValue < $1.rawValue })
    }

    /// What the GroupContext extension `requiredCapabilities` holds.
    public var encoded: [UInt8] { wireBytes }
}

extension RequiredCapabilities: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        extensions = try reader.vector()
        proposals = try reader.vector()
        credentials = try reader.vector()
    }

    package func encode(to writer: inout WireWriter) {
        writer.vector(extensions)
        writer.vector(proposals)
        writer.vector(credentials)
    }
}

extension Extensions {
    /// The demands in this list of GroupContext extensions, `nil` if it makes none.
    package func requiredCapabilities() throws(WireError) -> RequiredCapabilities? {
        guard let data = self[.requiredCapabilities] else { return nil }
        return try RequiredCapabilities(wireBytes: data)
    }
}
