// What a later version may add to a hello without breaking this one [RELAY-3].

package import SottoWire

/// One thing said in a hello that a reader may not know, and then ignores.
package struct HelloExtension: Hashable, Sendable, WireCodable {
    /// What kind of extension it is.
    package let type: UInt16
    /// What it says.
    package let data: [UInt8]

    /// An extension of a type.
    package init(type: UInt16, data: [UInt8]) {
        self.type = type
        self.data = data
    }

    /// Reads an extension.
    package init(from reader: inout WireReader) throws(WireError) {
        type = try reader.uint16()
        data = try reader.opaque(max: RelayLimits.extensionsBytesMax)
    }

    /// Writes an extension.
    package func encode(to writer: inout WireWriter) {
        writer.uint16(type)
        writer.opaque(data)
    }
}

extension WireReader {
    /// The extensions of a hello; a type that comes twice is `malformed`.
    mutating func helloExtensions() throws(WireError) -> [HelloExtension] {
        let extensions = try vector(
            of: HelloExtension.self, max: RelayLimits.extensionsBytesMax)
        guard Set(extensions.map(\.type)).count == extensions.count else { throw .malformed }
        return extensions
    }
}
