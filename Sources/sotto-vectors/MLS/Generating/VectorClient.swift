// Clients of which vectors are about.

import SottoCrypto
import SottoMLS

/// Somebody who can be in groups.
struct VectorClient {
    let signer: SignaturePrivateKey
    let leaf: LeafConfiguration
    let suite: CipherSuite

    init(_ name: String, _ source: inout VectorSource) throws {
        suite = source.suite
        signer = try source.signer()
        leaf = LeafConfiguration(
            credential: .basic(identity: Array(name.utf8)),
            capabilities: Capabilities(cipherSuites: [suite], extensions: [Self.extensionType]),
            extensions: [:])
    }

    func keyPackage(_ source: inout VectorSource) throws -> OwnKeyPackage {
        try OwnKeyPackage.make(
            suite: suite, signer: signer, leaf: leaf, lifetime: Self.lifetime,
            using: &source.entropy)
    }

    /// An extension of groups that every client of vectors knows.
    static let extensionType = ExtensionType(rawValue: 0xF0A0)
    /// Key packages of vectors can be used for ever.
    static let lifetime = Lifetime(
        notBefore: UnixTime(seconds: 0), notAfter: UnixTime(seconds: .max))
    /// Everybody is who they say.
    static let policy = LeafPolicy(
        now: UnixTime(seconds: 1_700_000_000), tolerance: 0, lifetimeMax: .max
    ) { _, _ in .accepted }
}

/// Somebody who is in a group.
struct VectorMember {
    let client: VectorClient
    var group: Group
    /// What the member joined with; the founder did not join.
    let keyPackage: OwnKeyPackage?
}

/// A client and the key package by which it is invited.
typealias VectorInvitee = (client: VectorClient, keyPackage: OwnKeyPackage)

/// What a commit sent, and who came by it.
struct VectorCommit {
    let message: [UInt8]
    let welcome: [UInt8]?
    let newcomers: [VectorInvitee]
}

/// How a commit of a `VectorGroup` is made.
struct VectorCommitPlan {
    var proposals: [Proposal] = []
    /// How many new clients the commit adds itself.
    var newcomerCount = 0
    var path = true
    var treeInWelcome = true
    var framing = HandshakeFraming.publicMessage
}
