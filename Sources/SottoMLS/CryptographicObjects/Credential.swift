// What binds a signature key to somebody.

package import SottoWire

/// What a member shows of its identity (RFC 9420 section 5.3).
///
/// MLS carries it; whether it is true is for the application to judge (`CredentialValidator`).
public enum Credential: Hashable, Sendable {
    /// A bare claim that the application knows how to check.
    case basic(identity: [UInt8])
    /// A chain of DER certificates, the end entity's first.
    case x509(certificates: [[UInt8]])
    /// A kind that RFC 9420 does not define. Its content is read as one `opaque<V>`, which is how
    /// other libraries read it too: the RFC says nothing about it.
    case custom(type: CredentialType, data: [UInt8])

    /// The number by which capabilities speak of this kind of credential.
    public var type: CredentialType {
        switch self {
        case .basic: .basic
        case .x509: .x509
        case .custom(let type, _): type
        }
    }
}

extension Credential: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let type = CredentialType(rawValue: try reader.uint16())
        switch type {
        case .basic: self = .basic(identity: try reader.opaque())
        case .x509:
            let chain: [Certificate] = try reader.vector()
            self = .x509(certificates: chain.map(\.data))
        default: self = .custom(type: type, data: try reader.opaque())
        }
    }

    package func encode(to writer: inout WireWriter) {
        writer.uint16(type.rawValue)
        switch self {
        case .basic(let identity): writer.opaque(identity)
        case .x509(let certificates): writer.vector(certificates.map(Certificate.init))
        case .custom(_, let data): writer.opaque(data)
        }
    }
}

private struct Certificate: WireCodable {
    let data: [UInt8]

    init(data: [UInt8]) { self.data = data }
    init(from reader: inout WireReader) throws(WireError) { data = try reader.opaque() }
    func encode(to writer: inout WireWriter) { writer.opaque(data) }
}
