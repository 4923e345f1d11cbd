// What binds a signature key to somebody.

package import SottoWire

/// What a member shows of its identity (RFC 9420 section 5.3).
///
/// MLS carries it; whether it is true is for the application to judge (`LeafPolicy`).
public enum Credential: Hashable, Sendable {
    /// A bare claim that the application knows how to check.
    case basic(identity: [UInt8])
    /// A chain of DER certificates, the end entity's first.
    case x509(certificates: [[UInt8]])

    /// The number by which capabilities speak of this kind of credential.
    public var type: CredentialType {
        switch self {
        case .basic: .basic
        case .x509: .x509
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
        default: throw .unknownValue(UInt64(type.rawValue))
        }
    }

    package func encode(to writer: inout WireWriter) {
        writer.uint16(type.rawValue)
        switch self {
        case .basic(let identity): writer.opaque(identity)
        case .x509(let certificates): writer.vector(certificates.map(Certificate.init))
        }
    }
}

private struct Certificate: WireCodable {
    let data: [UInt8]

    init(data: [UInt8]) { self.data = data }
    init(from reader: inout WireReader) throws(WireError) { data = try reader.opaque() }
    func encode(to writer: inout WireWriter) { writer.opaque(data) }
}
