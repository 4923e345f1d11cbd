// Key packages that may not be used to add their clients (RFC 9420 sections 7.3 and 10.1).

import SottoCrypto
import SottoMLS
import SottoWire

struct KeyPackageDefects: NegativeCases {
    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let maker = try KeyPackageMaker(&source)
        return try maker.signatures(&source) + maker.contents(&source) + maker.keys(&source)
            + maker.encodings(&source) + [try notReduced(&source)]
    }

    /// A coefficient of ML-KEM that is not below q (FIPS 203 section 7.2).
    private func notReduced(_ source: inout VectorSource) throws -> NegativeCase {
        var hybrid = source
        hybrid = VectorSource("1", format: "negative hybrid", suite: .mlkem768X25519AES128)
        return try KeyPackageMaker(&hybrid).refused(
            "key-package-init-key-not-reduced", "5.1", "invalid-key", &hybrid
        ) { draft in
            draft.initKey[0] = 0xff
            draft.initKey[1] |= 0x0f
        }
    }
}

/// Makes key packages of one client.
private struct KeyPackageMaker {
    struct Draft {
        var initKey: [UInt8]
        var leafKey: [UInt8]
        var configuration: LeafConfiguration
        var source: LeafNodeSource
        var leafIsForged = false
        /// What becomes of the encoded MLSMessage.
        var encoding: ([UInt8]) -> [UInt8] = { $0 }
    }

    private let client: VectorClient
    private static let now: UInt64 = 1_700_000_000

    init(_ source: inout VectorSource) throws {
        client = try VectorClient("a newcomer", &source)
    }

    /// A key package beside the same without the change.
    func refused(
        _ name: String, _ section: String, _ failure: String, _ source: inout VectorSource,
        _ change: (inout Draft) throws -> Void
    ) throws -> NegativeCase {
        let keys = try (0..<2).map { _ in
            try client.suite.makeHPKEKeyPair(using: &source.entropy).publicKey
        }
        let good = Draft(
            initKey: keys[0], leafKey: keys[1], configuration: client.leaf,
            source: .keyPackage(lifetime(from: -3_600, to: 30 * 86_400)))
        var bad = good
        try change(&bad)
        return NegativeCase(
            name: name, operation: .keyPackage, section: section, failure: failure,
            shared: ["cipher_suite": .suite(client.suite), "now": .number(Int(Self.now))],
            good: ["key_package": .hex(try encoded(good))],
            bad: ["key_package": .hex(try encoded(bad))])
    }

    private func lifetime(from start: Int, to end: Int) -> Lifetime {
        Lifetime(
            notBefore: UnixTime(seconds: UInt64(Int(Self.now) + start)),
            notAfter: UnixTime(seconds: UInt64(Int(Self.now) + end)))
    }

    private func encoded(_ draft: Draft) throws -> [UInt8] {
        var leaf = LeafNode.signed(
            encryptionKey: draft.leafKey, configuration: draft.configuration,
            source: draft.source, place: nil, suite: client.suite, signer: client.signer)
        if draft.leafIsForged {
            leaf = try LeafNode(wireBytes: leaf.encodedBytes.flipping(byteFromEnd: 40))
        }
        let keyPackage = KeyPackage(
            suite: client.suite, initKey: draft.initKey, leafNode: leaf, extensions: [:],
            signer: client.signer)
        return draft.encoding(MLSMessage.keyPackage(keyPackage).encoded)
    }

    func signatures(_ source: inout VectorSource) throws -> [NegativeCase] {
        [
            try refused("key-package-signature-flipped", "10.1", "leaf-signature", &source) {
                $0.encoding = { $0.flipping(byteFromEnd: 40) }
            },
            try refused("key-package-leaf-signature-flipped", "7.3", "leaf-signature", &source) {
                $0.leafIsForged = true
            },
        ]
    }

    func contents(_ source: inout VectorSource) throws -> [NegativeCase] {
        let unlisted = ExtensionType(rawValue: 0xF0B0)
        return [
            try refused("key-package-lifetime-over", "7.3", "lifetime", &source) {
                $0.source = .keyPackage(lifetime(from: -3_600, to: -1))
            },
            try refused("key-package-lifetime-not-begun", "7.3", "lifetime", &source) {
                $0.source = .keyPackage(lifetime(from: 1, to: 3_600))
            },
            try refused("key-package-lifetime-backwards", "7.3", "lifetime", &source) {
                $0.source = .keyPackage(lifetime(from: 3_600, to: -3_600))
            },
            try refused("key-package-leaf-source-update", "10.1", "leaf-source", &source) {
                $0.source = .update
            },
            try refused("key-package-leaf-source-commit", "10.1", "leaf-source", &source) {
                $0.source = .commit(parentHash: [])
            },
            try refused("key-package-suite-not-listed", "7.3", "capabilities", &source) {
                $0.configuration.capabilities.cipherSuites = []
            },
            try refused("key-package-version-not-listed", "7.3", "capabilities", &source) {
                $0.configuration.capabilities.versions = []
            },
            try refused("key-package-extension-not-listed", "7.3", "capabilities", &source) {
                $0.configuration.extensions = [unlisted: [1]]
            },
            try refused("key-package-credential-not-listed", "7.3", "capabilities", &source) {
                $0.configuration.capabilities.credentials = [.x509]
            },
        ]
    }

    func keys(_ source: inout VectorSource) throws -> [NegativeCase] {
        [
            try refused("key-package-init-key-is-leaf-key", "10.1", "wrong-key-package", &source) {
                $0.initKey = $0.leafKey
            },
            try refused("key-package-init-key-small-order", "5.1", "invalid-key", &source) {
                $0.initKey = [UInt8](repeating: 0, count: 32)
            },
            try refused("key-package-leaf-key-small-order", "5.1", "invalid-key", &source) {
                $0.leafKey = [1] + [UInt8](repeating: 0, count: 31)
            },
            try refused("key-package-leaf-key-short", "5.1", "invalid-key", &source) {
                $0.leafKey.removeLast()
            },
        ]
    }

    func encodings(_ source: inout VectorSource) throws -> [NegativeCase] {
        [
            try refused("key-package-trailing-byte", "6", "malformed", &source) {
                $0.encoding = { $0 + [0] }
            },
            try refused("key-package-truncated", "6", "malformed", &source) {
                $0.encoding = { Array($0.dropLast()) }
            },
            try refused("key-package-version-unknown", "10", "malformed", &source) {
                // Version and wire format of the message, then the version of the key package.
                $0.encoding = { $0.flipping(bit: 5 * 8 + 1) }
            },
            try refused("key-package-length-not-minimal", "2.1.2", "malformed", &source) {
                // The length of the init key, in two bytes where one is enough.
                $0.encoding = { Array($0[..<8]) + [0x40] + Array($0[8...]) }
            },
        ]
    }
}
