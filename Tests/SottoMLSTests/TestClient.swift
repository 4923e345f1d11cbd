// Clients for tests: a name, a signature key, and an application that knows who has which key.

import SottoCrypto
import SottoMLS
import Testing

/// Somebody who can be in groups.
struct TestClient {
    static let now = UnixTime(seconds: 1_800_000_000)
    static let day: UInt64 = 86_400

    /// What our application puts into leaves and groups.
    static let leafExtensions: Extensions = [
        ExtensionType(rawValue: 0xF050): [1, 2, 3], ExtensionType(rawValue: 0xF051): [4, 5],
    ]
    static let types = [0xF050, 0xF051, 0xF052].map { ExtensionType(rawValue: $0) }
    static let groupExtensions: Extensions = [
        .requiredCapabilities: RequiredCapabilities(extensions: types, credentials: [.basic])
            .encoded,
        ExtensionType(rawValue: 0xF052): [9, 9, 9],
    ]

    let name: String
    let suite: CipherSuite
    let signer: SignaturePrivateKey
    var entropy: Entropy
    var leaf: LeafConfiguration
    var lifetime = Lifetime(
        notBefore: UnixTime(seconds: now.seconds - 3_600),
        notAfter: UnixTime(seconds: now.seconds + 90 * day))

    init(_ name: String, suite: CipherSuite = .x25519AES128, seed: UInt8 = 0) throws {
        self.name = name
        self.suite = suite
        let seed = Secret(copying: Array(name.utf8) + [seed])
        entropy = Entropy(seed: seed)
        signer = try SignaturePrivateKey.random(for: suite, using: &entropy)
        leaf = LeafConfiguration(
            credential: .basic(identity: Array(name.utf8) + signer.publicKey),
            capabilities: Capabilities(cipherSuites: [suite], extensions: Self.types),
            extensions: Self.leafExtensions)
    }

    /// Accepts leaves whose identity ends with their signature key and that keep their identity.
    static let policy = LeafPolicy(
        now: now, tolerance: 3_600, lifetimeMax: 91 * day, judge: judge)

    private static let judge: @Sendable (LeafNode, LeafOrigin) -> LeafVerdict = { leaf, origin in
        guard case .basic(let identity) = leaf.credential,
            Array(identity.suffix(leaf.signatureKey.count)) == leaf.signatureKey
        else { return .refused(reason: 1) }
        if case .replacing(let old) = origin, old.credential != leaf.credential {
            return .refused(reason: 2)
        }
        return leaf.extensions.types == leafExtensions.types ? .accepted : .refused(reason: 3)
    }

    mutating func keyPackage() throws -> OwnKeyPackage {
        try OwnKeyPackage.make(
            suite: suite, signer: signer, leaf: leaf, lifetime: lifetime, using: &entropy)
    }

    mutating func found(extensions: Extensions = groupExtensions) throws -> Group {
        try Group.create(
            id: .random(using: &entropy), suite: suite, leaf: leaf, lifetime: lifetime,
            extensions: extensions, signer: signer, using: &entropy)
    }

    /// A group of one. The client goes with its group, or it would draw the same keys again.
    func founder() throws -> TestMember {
        var client = self
        let group = try client.found()
        return TestMember(client: client, group: group)
    }

    func join(
        _ welcome: [UInt8]?, with keyPackage: OwnKeyPackage, ratchetTree: [UInt8]? = nil,
        keys: PreSharedKeys = PreSharedKeys(), predecessor: Group? = nil,
        policy: LeafPolicy = policy
    ) throws -> Group {
        guard let welcome, case .welcome(let welcome) = try MLSMessage(encoded: welcome) else {
            throw TestError.notAWelcome
        }
        return try Group.join(
            welcome, with: keyPackage, signer: signer, ratchetTree: ratchetTree,
            preSharedKeys: keys, predecessor: predecessor, policy: policy)
    }
}

enum TestError: Error {
    case notAWelcome, notApplicationData, notACommit, notAPublicMessage, notAGroupInfo, notAProposal
}

/// A client in a group.
struct TestMember {
    var client: TestClient
    var group: Group

    mutating func says(_ text: String, showing data: [UInt8] = []) throws -> [UInt8] {
        try group.protect(
            Array(text.utf8), authenticatedData: data, padding: 32, using: &client.entropy
        ).message
    }

    @discardableResult
    mutating func hears(
        _ message: [UInt8], keys: PreSharedKeys = PreSharedKeys()
    ) throws -> Received {
        try group.process(
            MLSMessage(encoded: message), preSharedKeys: keys, policy: TestClient.policy
        ).received
    }

    mutating func preSharedKeyID(_ key: PreSharedKeyID.Key) -> PreSharedKeyID {
        group.preSharedKeyID(key, using: &client.entropy)
    }

    /// What was said, of application data.
    mutating func reads(_ message: [UInt8]) throws -> String {
        guard case .application(let said) = try hears(message) else {
            throw TestError.notApplicationData
        }
        return String(decoding: said.data, as: UTF8.self)
    }

    mutating func commits(
        _ proposals: [Proposal] = [], including cached: CachedProposals = .valid,
        keys: PreSharedKeys = PreSharedKeys(),
        _ change: (inout CommitOptions) -> Void = { _ in }
    ) throws -> OutboundCommit {
        var options = CommitOptions()
        change(&options)
        return try group.commit(
            proposals, including: cached, preSharedKeys: keys, options: options,
            policy: TestClient.policy,
            using: &client.entropy)
    }

    @discardableResult
    mutating func proposes(
        _ proposal: Proposal, _ change: (inout ProposalOptions) -> Void = { _ in }
    ) throws -> OutboundProposal {
        var options = ProposalOptions()
        change(&options)
        return try group.propose(
            proposal, options: options, policy: TestClient.policy, using: &client.entropy)
    }

    mutating func updates(_ leaf: LeafConfiguration? = nil) throws -> OutboundProposal {
        try group.proposeUpdate(leaf: leaf, policy: TestClient.policy, using: &client.entropy)
    }

    /// All that would be stored of the group.
    var records: [GroupRecordKey: Secret] { group.records }
}

extension Group {
    /// All that would be stored.
    var records: [GroupRecordKey: Secret] {
        var records: [GroupRecordKey: Secret] = [:]
        for case .write(let key) in allRecords { records[key] = encoded(key) }
        return records
    }
}

/// A group with these members, all in the same epoch.
func makeGroup(
    _ names: [String], suite: CipherSuite = .x25519AES128,
    policy: LeafPolicy = TestClient.policy, _ change: (inout TestClient) -> Void = { _ in }
) throws -> [TestMember] {
    var clients = try names.map { try TestClient($0, suite: suite) }
    for index in clients.indices { change(&clients[index]) }
    var founder = try clients[0].founder()
    var keyPackages: [OwnKeyPackage] = []
    for index in clients.indices.dropFirst() {
        keyPackages.append(try clients[index].keyPackage())
    }
    let commit = try founder.group.commit(
        keyPackages.map { .add($0.keyPackage) }, policy: policy, using: &founder.client.entropy)
    _ = try founder.group.mergePendingCommit(now: TestClient.now)
    var members = [founder]
    for (client, keyPackage) in zip(clients.dropFirst(), keyPackages) {
        let group = try client.join(commit.welcome, with: keyPackage, policy: policy)
        members.append(TestMember(client: client, group: group))
    }
    return members
}

/// Checks that members are in the same epoch of the same group.
func expectAgreement(
    _ members: [TestMember], at location: SourceLocation = #_sourceLocation
) {
    let groups = members.map(\.group)
    #expect(groups.allSatisfy { $0.context == groups[0].context }, sourceLocation: location)
    #expect(
        groups.allSatisfy { $0.epochAuthenticator == groups[0].epochAuthenticator },
        sourceLocation: location)
}
