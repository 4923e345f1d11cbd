// A member that only listens: `passive-client-*.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// A case joins by a Welcome and follows the group from epoch to epoch.
///
/// What this version of the library refuses with a typed `Unsupported` is skipped under its name.
struct PassiveClientFormat: VectorFormat {
    let name = "MLS passive client"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["initial_epoch_authenticator", "epochs", "welcome"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard try vector.cipherSuite() != nil else { return try vector.skippedSuite() }
        do {
            var group = try join(vector)
            try expect(
                "the first epoch authenticator", group.epochAuthenticator,
                equals: vector.secret("initial_epoch_authenticator"))
            for epoch in try vector.array("epochs") { try follow(epoch, with: &group) }
            return .passed
        } catch JoinError.unsupported(let what) {
            return .skipped(reason: "joining: \(described(what))")
        } catch ProcessError.unsupported(let what) {
            return .skipped(reason: "following: \(described(what))")
        }
    }

    private func join(_ vector: JSON) throws -> Group {
        guard
            case .keyPackage(let keyPackage) = try MLSMessage(
                wireBytes: vector.bytes("key_package")),
            case .welcome(let welcome) = try MLSMessage(wireBytes: vector.bytes("welcome"))
        else { throw JSONError(description: "it is no key package, or no Welcome") }
        let own = OwnKeyPackage(
            keyPackage: keyPackage,
            initKey: HPKEPrivateKey(try vector.secret("init_priv")),
            leafKey: HPKEPrivateKey(try vector.secret("encryption_priv")))
        return try Group.join(
            welcome, with: own,
            signer: SignaturePrivateKey(seed: try vector.secret("signature_priv")),
            ratchetTree: vector.has("ratchet_tree") ? try vector.bytes("ratchet_tree") : nil,
            policy: Self.anybody)
    }

    private func follow(_ epoch: JSON, with group: inout Group) throws {
        for proposal in try epoch.array("proposals") {
            guard let bytes = proposal.hexBytes else {
                throw JSONError(description: "a proposal is not hex")
            }
            _ = try group.process(MLSMessage(wireBytes: bytes), policy: Self.anybody)
        }
        let commit = try MLSMessage(wireBytes: epoch.bytes("commit"))
        _ = try group.process(commit, policy: Self.anybody)
        try expect(
            "an epoch authenticator", group.epochAuthenticator,
            equals: epoch.secret("epoch_authenticator"))
    }

    private func described(_ what: Unsupported) -> String {
        switch what {
        case .proposal(let type): "proposals of type \(type.rawValue) are not supported"
        case .proposalByReference: "proposals by reference are not supported"
        case .outsideSender: "senders outside the group are not supported"
        case .preSharedKeys: "pre-shared keys are not supported"
        }
    }

    /// Vectors are old: every leaf is taken, whatever its lifetime.
    private static let anybody = LeafPolicy(
        now: UnixTime(seconds: 0), tolerance: .max, lifetimeMax: .max
    ) { _, _ in .accepted }
}
