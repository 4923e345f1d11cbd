// Who is in the groups that are measured.

import SottoCrypto
import SottoMLS

/// A client that can be in groups, with a key package that it has published.
struct MLSClient {
    let signer: SignaturePrivateKey
    let keyPackage: OwnKeyPackage

    init(_ number: Int, _ suite: CipherSuite, using entropy: inout Entropy) throws {
        signer = try suite.makeSignatureKey(using: &entropy)
        keyPackage = try OwnKeyPackage.make(
            suite: suite, signer: signer, leaf: Self.leaf(number, suite), lifetime: Self.lifetime,
            using: &entropy)
    }

    /// A group of one, founded by somebody else.
    static func group(
        _ suite: CipherSuite, using entropy: inout Entropy
    ) throws -> Group {
        try Group.create(
            id: .random(using: &entropy), suite: suite, leaf: leaf(0, suite),
            lifetime: Self.lifetime, extensions: [:],
            signer: try suite.makeSignatureKey(using: &entropy), using: &entropy)
    }

    func join(_ welcome: [UInt8]?) throws -> Group {
        guard let welcome, case .welcome(let welcome) = try MLSMessage(encoded: welcome) else {
            throw BenchError.noWelcome
        }
        return try Group.join(
            welcome, with: keyPackage, signer: signer, policy: Self.policy)
    }

    /// The identity of a real client is longer than a name.
    static func leaf(_ number: Int, _ suite: CipherSuite) -> LeafConfiguration {
        let identity = Array("\(number)@".utf8)
        return LeafConfiguration(
            credential: .basic(
                identity: identity + [UInt8](repeating: 7, count: 32 - identity.count)),
            capabilities: Capabilities(cipherSuites: [suite], extensions: []), extensions: [:])
    }

    static let now = UnixTime(seconds: 1_800_000_000)
    static let lifetime = Lifetime(
        notBefore: UnixTime(seconds: now.seconds - 3_600),
        notAfter: UnixTime(seconds: now.seconds + 86_400))
    static let policy = LeafPolicy(now: now, tolerance: 3_600, lifetimeMax: 100 * 86_400) { _, _ in
        .accepted
    }
}
