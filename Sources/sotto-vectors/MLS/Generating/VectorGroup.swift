// Real groups, run in full, from which vectors are cut.

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
            capabilities: Capabilities(cipherSuites: [suite], extensions: []),
            extensions: [:])
    }

    func keyPackage(_ source: inout VectorSource) throws -> OwnKeyPackage {
        try OwnKeyPackage.make(
            suite: suite, signer: signer, leaf: leaf, lifetime: Self.lifetime,
            using: &source.entropy)
    }

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

/// What a commit sent, and who came by it.
struct VectorCommit {
    let message: [UInt8]
    let welcome: [UInt8]?
    let newcomers: [(client: VectorClient, keyPackage: OwnKeyPackage)]
}

/// All members of one group, who hear all commits at once.
struct VectorGroup {
    private(set) var members: [VectorMember]
    private var clientCount = 0

    init(count: Int, _ source: inout VectorSource) throws {
        let founder = try VectorClient("client 0", &source)
        let group = try Group.create(
            id: .random(using: &source.entropy), suite: source.suite, leaf: founder.leaf,
            lifetime: VectorClient.lifetime, extensions: [:], signer: founder.signer,
            using: &source.entropy)
        members = [VectorMember(client: founder, group: group, keyPackage: nil)]
        clientCount = 1
        if count > 1 { try commit(by: 0, adding: count - 1, &source) }
    }

    var suite: CipherSuite { members[0].group.suite }
    var id: GroupID { members[0].group.id }
    var ratchetTree: [UInt8] { members[0].group.ratchetTree }
    var epochAuthenticator: Secret { members[0].group.epochAuthenticator }

    func member(at index: LeafIndex) throws -> VectorMember {
        guard let member = members.first(where: { $0.group.ownLeaf == index }) else {
            throw JSONError(description: "nobody is at leaf \(index.value)")
        }
        return member
    }

    /// A member commits, and all others hear it; those whom it adds join.
    @discardableResult
    mutating func commit(
        by committer: UInt32, proposing proposals: [Proposal] = [], adding newcomers: Int = 0,
        path: Bool = true, treeInWelcome: Bool = true, _ source: inout VectorSource
    ) throws -> VectorCommit {
        var invited: [(client: VectorClient, keyPackage: OwnKeyPackage)] = []
        for _ in 0..<newcomers {
            let client = try VectorClient("client \(clientCount)", &source)
            clientCount += 1
            invited.append((client, try client.keyPackage(&source)))
        }
        var options = CommitOptions()
        options.path = path
        options.framing = .publicMessage
        options.ratchetTreeInWelcome = treeInWelcome
        guard
            let place = members.firstIndex(where: { $0.group.ownLeaf.value == committer })
        else { throw JSONError(description: "nobody is at leaf \(committer)") }
        let sent = try members[place].group.commit(
            proposals + invited.map { .add($0.keyPackage.keyPackage) }, options: options,
            policy: VectorClient.policy, using: &source.entropy)
        let commit = VectorCommit(
            message: sent.message, welcome: sent.welcome, newcomers: invited)
        try hear(commit)
        return commit
    }

    private mutating func hear(_ commit: VectorCommit) throws {
        var staying: [VectorMember] = []
        for var member in members {
            let heard = try member.group.process(
                MLSMessage(encoded: commit.message), policy: VectorClient.policy)
            if case .removed = heard.received { continue }
            staying.append(member)
        }
        let tree = staying[0].group.ratchetTree
        for newcomer in commit.newcomers {
            guard case .welcome(let welcome) = try MLSMessage(encoded: commit.welcome ?? [])
            else { throw JSONError(description: "it is no Welcome") }
            let group = try Group.join(
                welcome, with: newcomer.keyPackage, signer: newcomer.client.signer,
                ratchetTree: tree, policy: VectorClient.policy)
            staying.append(
                VectorMember(
                    client: newcomer.client, group: group, keyPackage: newcomer.keyPackage))
        }
        members = staying
        for member in members {
            try expect(
                "the epoch authenticator", member.group.epochAuthenticator,
                equals: epochAuthenticator)
        }
    }
}
