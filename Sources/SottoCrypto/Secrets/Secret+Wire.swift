// How secrets enter and leave encodings without leaving copies behind.

package import SottoWire

extension Secret {
    /// What `body` writes, in a secret. Every buffer that the writer used is wiped.
    ///
    /// This is how stored secret state is encoded.
    package static func encoding(_ body: (inout WireWriter) -> Void) -> Secret {
        var writer = WireWriter(wiping: { buffer in buffer.wipe() })
        body(&writer)
        let secret = writer.withBytes { bytes in
            Secret(count: bytes.count) { buffer in buffer.copyMemory(from: bytes) }
        }
        writer.wipe()
        return secret
    }

    /// Reads a value from the bytes of this secret, which it must explain to the last.
    ///
    /// The copy that the reader works on is wiped afterwards: keep no slice of it.
    package func decode<Value>(
        _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        var copy = withBytes { bytes in Array(bytes) }
        defer { copy.withUnsafeMutableBytes { buffer in buffer.wipe() } }
        return try Self.read(copy[...], body)
    }

    private static func read<Value>(
        _ bytes: ArraySlice<UInt8>, _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        var reader = WireReader(bytes)
        let value = try body(&reader)
        try reader.finish()
        return value
    }
}

extension WireWriter {
    /// A secret as `opaque<V>`.
    package mutating func secret(_ secret: Secret) {
        secret.withBytes { bytes in opaque(bytes) }
    }
}

extension WireReader {
    /// A secret from `opaque<V>`.
    package mutating func secret(
        max: Int = WireLimits.opaqueBytesMax
    ) throws(WireError) -> Secret {
        Secret(copying: try opaqueSlice(max: max))
    }
}
