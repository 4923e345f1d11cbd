// The first frame of a client.

package import SottoWire

/// What a client says first: the versions it speaks and its half of the connection's nonces.
package struct ClientHello: Hashable, Sendable, WireCodable {
    /// The protocol versions the client speaks, in any order.
    package let versions: [UInt16]
    /// Fresh for this connection; the relay signs it [RELAY-4].
    package let nonce: HelloNonce
    /// What this version may not know.
    package let extensions: [HelloExtension]

    /// A hello of a client that speaks these versions.
    package init(
        versions: [UInt16] = [RelayLimits.version], nonce: HelloNonce,
        extensions: [HelloExtension] = []
    ) {
        self.versions = versions
        self.nonce = nonce
        self.extensions = extensions
    }

    /// Reads a hello.
    package init(from reader: inout WireReader) throws(WireError) {
        versions = try reader.vector(max: RelayLimits.versionsMax * 2)
        nonce = try reader.value()
        extensions = try reader.helloExtensions()
    }

    /// Writes a hello.
    package func encode(to writer: inout WireWriter) {
        writer.vector(versions)
        writer.value(nonce)
        writer.vector(extensions)
    }
}
