// The version of MLS.

package import SottoWire

/// A version of the protocol (RFC 9420 section 6). There is one.
package enum ProtocolVersion: UInt16, Sendable {
    /// RFC 9420.
    case mls10 = 1
}

extension ProtocolVersion: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let number = try reader.uint16()
        guard let version = ProtocolVersion(rawValue: number) else {
            throw .unknownValue(UInt64(number))
        }
        self = version
    }

    package func encode(to writer: inout WireWriter) { writer.uint16(rawValue) }
}
