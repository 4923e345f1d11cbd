// Our own vectors: one file a layer, made and checked by the same operations.

import SottoCrypto

/// One layer of the protocol, as a file of `vectors/`.
protocol VectorLayer: Sendable {
    /// The layer, which is also the name of its file.
    var name: String { get }
    /// Where the layer is specified.
    var spec: String { get }

    /// Does what a case says with its input, and returns what the case calls its output.
    func perform(_ operation: String, _ input: JSON) throws -> JSON

    /// The cases, made anew; equal randomness makes equal cases.
    func cases(_ maker: inout VectorMaker) throws -> [VectorCase]
}

/// One case: an operation, what goes in, and whether it fails.
struct VectorCase {
    let name: String
    let operation: String
    let input: JSON
    /// The kind of failure, which the name describes; nil if there is to be an output.
    let failure: String?

    init(_ name: String, _ operation: String, _ input: JSON, failure: String? = nil) {
        self.name = name
        self.operation = operation
        self.input = input
        self.failure = failure
    }
}

/// What cases are made from.
struct VectorMaker {
    /// The randomness of the file, from its name.
    var entropy: Entropy

    init(layer: any VectorLayer) {
        entropy = Entropy(seed: Secret(copying: SHA256.hash("sotto vectors \(layer.name)".utf8)))
    }

    mutating func bytes(_ count: Int) -> [UInt8] { entropy.bytes(count) }
    mutating func signingKey() throws -> SignaturePrivateKey { try .random(using: &entropy) }
}

/// An operation that a layer does not have.
struct UnknownOperation: Error, CustomStringConvertible {
    let description: String
    init(_ operation: String) { description = "no operation is called \(operation)" }
}

extension VectorLayer {
    /// The file, laid out.
    func file() throws -> String {
        var maker = VectorMaker(layer: self)
        let cases = try cases(&maker).map(written)
        let file: JSON = ["layer": .string(name), "spec": .string(spec), "cases": .array(cases)]
        return file.laidOut(first: Self.order) + "\n"
    }

    /// The case as it stands in the file, once it has done what it says.
    private func written(_ vector: VectorCase) throws -> JSON {
        var json: [String: JSON] = [
            "name": .string(vector.name), "operation": .string(vector.operation),
            "input": vector.input,
        ]
        do {
            json["output"] = try perform(vector.operation, vector.input)
        } catch {
            json["failure"] = .string(try FailureKind.of(error))
        }
        guard json["failure"] == vector.failure.map(JSON.string) else {
            throw VectorMismatch(description: "\(name), \(vector.name): \(json)")
        }
        return .object(json)
    }

    private static var order: [String] {
        ["layer", "spec", "cases", "name", "operation", "input", "output", "failure"]
    }
}

extension [UInt8] {
    /// The bytes with one bit flipped.
    func flipping(bit: Int) -> [UInt8] {
        var changed = self
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        return changed
    }
}
