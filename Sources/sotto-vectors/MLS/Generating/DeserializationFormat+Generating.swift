// Headers of variable-size vectors, written down.

import SottoWire

extension DeserializationFormat: GeneratedFile {
    var fileName: String { "deserialization" }
    var hasSuites: Bool { false }

    /// The last length before and the first after each change of size, and some between.
    func cases(_ source: inout VectorSource) throws -> [JSON] {
        let edges = [0, 1, 62, 63, 64, 65, 16_382, 16_383, 16_384, 16_385, (1 << 30) - 1]
        let between = [1 << 6, 1 << 14, 1 << 30].map { source.number(below: $0) }
        return (edges + between).map { length in
            var writer = WireWriter()
            writer.varint(length)
            return ["vlbytes_header": .hex(writer.bytes), "length": .number(length)]
        }
    }
}
