// The groups in which negative vectors play.

import SottoCrypto
import SottoMLS
import SottoWire

/// A group of an insider, perhaps a bystander, and the client of the vectors, in this order.
struct NegativeScene {
    let insider: Insider
    /// The client of the vectors.
    let client: VectorInvitee
    let leaf: LeafIndex
    /// The members between the insider and the client.
    let bystanders: [VectorMember]
    let group: VectorGroup
    let welcome: OpenedWelcome
    private let commit: VectorCommit

    /// - Parameter path: Whether the commit that adds the client has one: if not, all parent
    ///   nodes are blank.
    init(
        bystanders: Int = 0, path: Bool = true, extensions: Extensions = [:],
        _ source: inout VectorSource
    ) throws {
        var group = try VectorGroup(count: 1, &source)
        _ = try group.sharedKey(&source)
        if !extensions.types.isEmpty {
            let plan = VectorCommitPlan(proposals: [.groupContextExtensions(extensions)])
            _ = try group.commit(plan, by: LeafIndex(0), &source)
        }
        commit = try group.commit(by: 0, adding: bystanders + 1, path: path, &source)
        client = commit.newcomers[bystanders]
        welcome = try OpenedWelcome(commit.welcome ?? [], client)
        insider = try Insider(group.member(at: LeafIndex(0)), told: welcome)
        self.bystanders = try (0..<bystanders).map { number in
            try group.member(at: LeafIndex(UInt32(number + 1)))
        }
        leaf = LeafIndex(UInt32(bystanders + 1))
        self.group = group
    }

    /// A client that is not in the group.
    func stranger(_ source: inout VectorSource) throws -> VectorInvitee {
        let client = try VectorClient("a stranger", &source)
        return (client, try client.keyPackage(&source))
    }

    /// An honest or other invitation of the client.
    func invite(
        _ source: inout VectorSource,
        _ change: (inout Insider.Invitation) throws -> Void = { _ in }
    ) throws -> JSON {
        try insider.invite(client, pathSecret: welcome.secrets.pathSecret, &source, change)
    }

    /// The client before it joins.
    var invited: JSON {
        [
            "cipher_suite": .suite(insider.suite), "now": .number(1_700_000_000),
            "external_psks": .array(
                group.externalKeys.map { ["psk_id": .hex($0.id), "psk": .hex($0.secret)] }),
            "key_package": .hex(MLSMessage.keyPackage(client.keyPackage.keyPackage).encoded),
            "signature_priv": .hex(client.client.signer.seed),
            "encryption_priv": .hex(client.keyPackage.leafKey),
            "init_priv": .hex(client.keyPackage.initKey),
        ]
    }

    /// The client in the group, after it heard some messages.
    func joined(before: [[UInt8]] = []) -> JSON {
        invited.adding([
            "welcome": .hex(commit.welcome ?? []), "ratchet_tree": .null,
            "before": .array(before.map { .hex($0) }),
        ])
    }
}
