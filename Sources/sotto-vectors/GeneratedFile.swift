// What a published format has to be able to do so that we can write files of it.

import SottoCrypto
import SottoMLS
import SottoWire

/// A file of the MLS working group's that we also write. It is listed in `GeneratedFiles.all`.
protocol GeneratedFile: Sendable {
    /// The file's name, without `.json`.
    var fileName: String { get }
    /// Whether cases are of a cipher suite; if not, they are made once.
    var hasSuites: Bool { get }

    /// The cases of a suite. Equal sources give equal cases.
    func cases(_ source: inout VectorSource) throws -> [JSON]
}

extension GeneratedFile {
    var hasSuites: Bool { true }
}

/// What the cases of one format and suite are drawn from.
struct VectorSource {
    let suite: CipherSuite
    var entropy: Entropy

    /// - Parameter seed: Any text; other texts give other cases.
    init(_ seed: String, format: String, suite: CipherSuite) {
        func hash(_ purpose: String) -> Secret {
            let name = "sotto vectors mls \(format) \(suite.rawValue) \(purpose) \(seed)"
            return Secret(copying: SHA256.hash(name.utf8))
        }
        self.suite = suite
        entropy = Entropy(
            seed: hash("draws"), encapsulator: SeededEncapsulator(seed: hash("encapsulates")))
    }

    mutating func bytes(_ count: Int) -> [UInt8] { entropy.bytes(count) }
    /// As long as the suite's digests.
    mutating func secret() -> Secret { entropy.secret(suite.hashLength) }
    /// As long as the suite's digests.
    mutating func digest() -> [UInt8] { entropy.bytes(suite.hashLength) }
    /// From 0 to `bound` - 1.
    mutating func number(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &entropy) }
    mutating func signer() throws -> SignaturePrivateKey {
        try suite.makeSignatureKey(using: &entropy)
    }
}

// MARK: - Values in cases

extension JSON {
    /// A secret, spelled out: vectors have none.
    static func hex(_ secret: Secret) -> JSON { secret.withBytes { .hex(Array($0)) } }

    /// A private key.
    static func hex(_ key: HPKEPrivateKey) -> JSON { .hex(key.bytes) }

    /// A structure as it stands on the wire.
    static func hex(wire value: some WireEncodable) -> JSON { .hex(value.wireBytes) }

    /// The suite by its number.
    static func suite(_ suite: CipherSuite) -> JSON { .number(Int(suite.rawValue)) }

    /// The place of a leaf.
    static func leaf(_ leaf: LeafIndex) -> JSON { .number(Int(leaf.value)) }

    /// Throws at the first place where this is not what `made` is.
    ///
    /// Cases whose outputs follow from their inputs are made again from these: what writes files
    /// is checked by every file that is read.
    func expectMadeAgain(_ made: JSON, _ place: String = "the case") throws {
        switch (self, made) {
        case (.object(let ours), .object(let others)):
            for key in Set(ours.keys).union(others.keys).sorted() {
                try ours[key, default: .null].expectMadeAgain(
                    others[key, default: .null], "\(place), \(key)")
            }
        case (.array(let ours), .array(let others)) where ours.count == others.count:
            for (index, pair) in zip(ours, others).enumerated() {
                try pair.0.expectMadeAgain(pair.1, "\(place) \(index)")
            }
        default: try expect("\(place), made again,", made, equals: self)
        }
    }
}
