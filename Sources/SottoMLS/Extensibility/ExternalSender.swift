// Who may propose changes from outside (RFC 9420 section 12.1.8.1).

package import SottoWire

/// Somebody who is no member and whose proposals a group hears.
public struct ExternalSender: Hashable, Sendable {
    /// The key it signs with.
    public let signatureKey: [UInt8]
    /// The identity it shows.
    public let credential: Credential

    /// Somebody with this key.
    public init(signatureKey: [UInt8], credential: Credential) {
        self.signatureKey = signatureKey
        self.credential = credential
    }

    /// Reads one as `encoded` wrote it.
    public init(encoded bytes: some Collection<UInt8>) throws(MLSDecodingError) {
        do throws(WireError) { try self.init(wireBytes: bytes) } catch {
            throw MLSDecodingError(error)
        }
    }

    /// One of the list, on the wire.
    public var encoded: [UInt8] { wireBytes }

    /// What the GroupContext extension `externalSenders` holds.
    public static func encoded(_ senders: [ExternalSender]) -> [UInt8] {
        var writer = WireWriter()
        writer.vector(senders)
        return writer.bytes
    }
}

extension ExternalSender: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        signatureKey = try reader.opaque()
        credential = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.opaque(signatureKey)
        writer.value(credential)
    }
}

extension Extensions {
    /// Who may propose from outside, by number, of a list of GroupContext extensions; `nil` if
    /// what it says of them cannot be read.
    public var listedExternalSenders: [ExternalSender]? { try? externalSenders() }

    /// Who may propose from outside, by number; nobody if the list of GroupContext extensions does
    /// not say.
    package func externalSenders() throws(WireError) -> [ExternalSender] {
        guard let data = self[.externalSenders] else { return [] }
        var reader = WireReader(data)
        let senders: [ExternalSender] = try reader.vector()
        try reader.finish()
        return senders
    }
}
