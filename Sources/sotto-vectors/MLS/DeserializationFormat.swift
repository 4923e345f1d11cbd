// The headers of variable-size vectors: `deserialization.json`.

import SottoWire

/// One case a header and the length it says.
struct DeserializationFormat: VectorFormat {
    let name = "MLS deserialization"

    func recognises(_ file: VectorFile) -> Bool { file.keys == ["vlbytes_header", "length"] }

    func run(_ vector: JSON) throws -> VectorOutcome {
        let header = try vector.bytes("vlbytes_header")
        let length = try vector.number("length")
        var reader = WireReader(header)
        try expect("the length", reader.varint(), equals: length)
        try reader.finish()
        var writer = WireWriter()
        writer.varint(length)
        try expect("the header", writer.bytes, equals: header)
        return .passed
    }
}
