// Short names for long messages: the hash of what they name (RFC 9420 section 5.2).

package import SottoWire

/// Names a key package in a Welcome.
public struct KeyPackageRef: Hashable, Sendable {
    /// `RefHash("MLS 1.0 KeyPackage Reference", key package)`.
    public let bytes: [UInt8]

    /// A reference that was computed or stored before.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
}

extension KeyPackageRef: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) { bytes = try reader.opaque() }
    package func encode(to writer: inout WireWriter) { writer.opaque(bytes) }
}

/// Names a proposal in a commit.
public struct ProposalRef: Hashable, Sendable {
    /// `RefHash("MLS 1.0 Proposal Reference", authenticated content)`.
    public let bytes: [UInt8]

    /// A reference that was computed or stored before.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
}

extension ProposalRef: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) { bytes = try reader.opaque() }
    package func encode(to writer: inout WireWriter) { writer.opaque(bytes) }
}
