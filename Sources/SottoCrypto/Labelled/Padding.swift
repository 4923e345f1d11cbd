// Size classes: what a length may tell to who sees only ciphertext.

package import SottoWire

/// Filling up to one of few sizes (`spec/wire.md`, Padding; [WIRE-9], [WIRE-10]).
package enum Padding {
    /// The size class that holds `count` bytes of body and their length.
    package static func sizeClass(of count: Int) -> Int {
        let total = count + lengthBytes
        guard total <= largestDoubledClass else {
            let steps = (total + largestDoubledClass - 1) / largestDoubledClass
            return steps * largestDoubledClass
        }
        var size = smallestClass
        while size < total { size *= 2 }
        return size
    }

    /// `Padded`: the length, the body, zeros up to the size class.
    package static func pad(_ body: some Collection<UInt8>) -> [UInt8] {
        let size = sizeClass(of: body.count)
        var writer = WireWriter()
        writer.reserve(size)
        writer.uint32(UInt32(truncatingIfNeeded: body.count))
        writer.fixed(body)
        writer.zeros(size - writer.count)
        return writer.bytes
    }

    /// The body of what ``pad(_:)`` made.
    ///
    /// - Throws: `truncated` where the length does not fit, `malformed` where the total is not the
    ///   size class of its body or the filling is not zero.
    package static func unpad(_ padded: some Collection<UInt8>) throws(WireError) -> [UInt8] {
        var reader = WireReader(Array(padded))
        let count = Int(try reader.uint32())
        let body = try reader.fixed(count)
        guard padded.count == sizeClass(of: count) else { throw .malformed }
        guard reader.rest().reduce(0, |) == 0 else { throw .malformed }
        return body
    }

    /// As ``pad(_:)``, of a body that is secret.
    package static func pad(_ body: Secret) -> Secret {
        Secret.encoding { writer in
            writer.uint32(UInt32(truncatingIfNeeded: body.count))
            body.withBytes { writer.fixed($0) }
            writer.zeros(sizeClass(of: body.count) - writer.count)
        }
    }

    /// As ``unpad(_:)``, of a body that is secret.
    package static func unpad(_ padded: Secret) throws(WireError) -> Secret {
        try padded.decode { (reader) throws(WireError) in
            let count = Int(try reader.uint32())
            let body = Secret(copying: try reader.take(count))
            guard padded.count == sizeClass(of: count) else { throw .malformed }
            guard reader.rest().reduce(0, |) == 0 else { throw .malformed }
            return body
        }
    }

    private static let smallestClass = 256
    private static let largestDoubledClass = 65_536
    private static let lengthBytes = 4
}
