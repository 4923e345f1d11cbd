// Credentials of every kind, values that mean nothing, and key packages that last.

import SottoCrypto
import SottoMLS
import SottoWire
import Testing

/// Knows every kind of credential: each says at its end which key its holder has.
private struct TestValidator: CredentialValidator {
    func signatureKey(in credential: Credential, for suite: CipherSuite) -> [UInt8]? {
        switch credential {
        case .basic: nil
        case .x509(let certificates): certificates.first.map { Array($0.dropFirst()) }
        case .custom(_, let data): Array(data.dropFirst(2))
        }
    }

    func judge(_ leaf: LeafNode, from origin: LeafOrigin) -> LeafVerdict {
        leaf.credential == .basic(identity: []) ? .refused(reason: 7) : .accepted
    }
}

private let customType = CredentialType(rawValue: 0xF00D)

private func credential(_ kind: Int, of key: SignaturePrivateKey) -> Credential {
    switch kind {
    case 0: .basic(identity: [1])
    case 1: .x509(certificates: [[0x30] + key.publicKey, [0x30, 1]])
    default: .custom(type: customType, data: [1, 2] + key.publicKey)
    }
}

@Suite("Credentials and extensibility")
struct ExtensibilityTests {
    private static let policy = LeafPolicy(
        now: TestClient.now, tolerance: 3_600, lifetimeMax: 91 * TestClient.day,
        validator: TestValidator())

    private func client(
        _ name: String, _ credential: (SignaturePrivateKey) -> Credential
    ) throws -> TestClient {
        var client = try TestClient(name)
        client.leaf.credential = credential(client.signer)
        client.leaf.capabilities.credentials = [.basic, .x509, customType]
        return client
    }

    @Test("[CRED-1] members with every kind of credential are in one group")
    func kinds() throws {
        var clients = try (0..<3).map { kind in
            try client("client \(kind)") { credential(kind, of: $0) }
        }
        var founder = try clients[0].founder()
        let packages = try clients.indices.dropFirst().map { try clients[$0].keyPackage() }
        let added = try founder.group.commit(
            packages.map { .add($0.keyPackage) }, policy: Self.policy,
            using: &founder.client.entropy)
        _ = try founder.group.mergePendingCommit(now: TestClient.now)
        guard case .welcome(let welcome) = try MLSMessage(encoded: added.welcome ?? []) else {
            throw TestError.notAWelcome
        }
        for (client, package) in zip(clients.dropFirst(), packages) {
            let group = try Group.join(
                welcome, with: package, signer: client.signer, policy: Self.policy)
            #expect(group.members == founder.group.members)
            #expect(group.epochAuthenticator == founder.group.epochAuthenticator)
        }
        #expect(
            founder.group.members.map(\.credential.type) == [.basic, .x509, customType])
    }

    @Test("[CRED-2] a leaf whose credential is another key's is refused", arguments: [1, 2])
    func otherKey(kind: Int) throws {
        var entropy = Entropy(seed: .zero(32))
        let other = try SignaturePrivateKey.random(using: &entropy)
        var honest = try client("honest") { credential(kind, of: $0) }
        var liar = try client("liar") { _ in credential(kind, of: other) }
        try honest.keyPackage().keyPackage.validate(policy: Self.policy)
        let lie = try liar.keyPackage().keyPackage
        #expect(throws: LeafRefusal.signatureKey) { try lie.validate(policy: Self.policy) }
        var founder = try client("founder") { credential(0, of: $0) }.founder()
        #expect(throws: CommitError.proposals(.add(.signatureKey))) {
            try founder.group.commit(
                [.add(lie)], policy: Self.policy, using: &founder.client.entropy)
        }
        var unnamed = try client("unnamed") { _ in .basic(identity: []) }
        let package = try unnamed.keyPackage().keyPackage
        #expect(throws: LeafRefusal.application(reason: 7)) {
            try package.validate(policy: Self.policy)
        }
    }

    @Test("[CRED-3] a kind of credential that a member does not list keeps its bearer out")
    func unsupportedCredential() throws {
        var founder = try TestClient("founder").founder()
        var stranger = try client("stranger") { credential(2, of: $0) }
        let package = try stranger.keyPackage().keyPackage
        #expect(throws: CommitError.proposals(.add(.capabilities))) {
            try founder.group.commit(
                [.add(package)], policy: Self.policy, using: &founder.client.entropy)
        }
    }

    @Test("[CRED-1] credentials are read as they were written", arguments: 0..<3)
    func encoding(kind: Int) throws {
        var entropy = Entropy(seed: .zero(32))
        let original = credential(kind, of: try SignaturePrivateKey.random(using: &entropy))
        let encoded = original.wireBytes
        #expect(try Credential(wireBytes: encoded) == original)
        for count in encoded.indices {
            #expect(throws: WireError.self) { try Credential(wireBytes: encoded.prefix(count)) }
        }
    }

    @Test("[GREASE-1] values that mean nothing change nothing", arguments: 0..<5)
    func grease(seed: UInt8) throws {
        var clients = try ["alice", "bob", "carol"].map { try TestClient($0, seed: seed) }
        for index in clients.indices {
            clients[index].leaf = clients[index].leaf.greased(using: &clients[index].entropy)
        }
        let leaf = clients[0].leaf
        #expect(leaf.capabilities.cipherSuites.contains(where: Grease.contains))
        #expect(leaf.capabilities.proposals.contains { Grease.contains($0.rawValue) })
        #expect(leaf.capabilities.credentials.contains { Grease.contains($0.rawValue) })
        #expect(leaf.extensions.types.contains { Grease.contains($0.rawValue) })
        let policy = LeafPolicy(
            now: TestClient.now, tolerance: 0, lifetimeMax: .max
        ) { _, _ in .accepted }
        var founder = try clients[0].founder()
        var members: [TestMember] = []
        for index in [1, 2] {
            let own = try OwnKeyPackage.make(
                suite: clients[index].suite, signer: clients[index].signer,
                leaf: clients[index].leaf, lifetime: clients[index].lifetime,
                extensions: Extensions().greased(using: &clients[index].entropy),
                using: &clients[index].entropy)
            #expect(own.keyPackage.extensions.types.count == 1)
            var options = CommitOptions()
            options.groupInfoExtensions = Extensions().greased(using: &clients[index].entropy)
            let added = try founder.group.commit(
                [.add(own.keyPackage)], options: options, policy: policy,
                using: &founder.client.entropy)
            for member in members.indices {
                _ = try members[member].group.process(
                    MLSMessage(encoded: added.message), policy: policy)
            }
            _ = try founder.group.mergePendingCommit(now: TestClient.now)
            guard case .welcome(let welcome) = try MLSMessage(encoded: added.welcome ?? [])
            else { throw TestError.notAWelcome }
            let group = try Group.join(
                welcome, with: own, signer: clients[index].signer, policy: policy)
            members.append(TestMember(client: clients[index], group: group))
        }
        var carol = members[1]
        let update = try carol.group.commit(policy: policy, using: &carol.client.entropy)
        _ = try founder.group.process(MLSMessage(encoded: update.message), policy: policy)
        _ = try carol.group.mergePendingCommit(now: TestClient.now)
        #expect(founder.group.epochAuthenticator == carol.group.epochAuthenticator)
        let info = carol.group.groupInfo(
            extensions: Extensions().greased(using: &clients[0].entropy))
        var dave = try TestClient("dave")
        let join = try Group.joinExternally(
            info, leaf: dave.leaf, signer: dave.signer, policy: policy, using: &dave.entropy)
        _ = try founder.group.process(MLSMessage(encoded: join.message), policy: policy)
        #expect(founder.group.epochAuthenticator == join.group.epochAuthenticator)
        let kept = founder.group.leafNode(at: carol.group.ownLeaf)
        #expect(kept?.extensions == clients[2].leaf.extensions)
    }

    @Test("[GREASE-1] the reserved values are fifteen, and none is for private use")
    func greaseValues() {
        #expect(Grease.values.count == 15)
        #expect(Grease.values.first == 0x0A0A)
        #expect(Grease.values.last == 0xEAEA)
        #expect(Grease.values.allSatisfy { $0 & 0x0F0F == 0x0A0A && $0 >> 8 == $0 & 0xFF })
        #expect(Grease.values.allSatisfy { (try? CipherSuite(rawValue: $0)) == nil })
    }

    @Test("[KP-1] a key package of last resort says so and can be used twice")
    func lastResort() throws {
        var bob = try TestClient("bob")
        let ordinary = try bob.keyPackage()
        #expect(!ordinary.isLastResort)
        let own = try OwnKeyPackage.make(
            suite: bob.suite, signer: bob.signer, leaf: bob.leaf, lifetime: bob.lifetime,
            extensions: [.lastResortKeyPackage: []], using: &bob.entropy)
        #expect(own.isLastResort)
        let read = try KeyPackage(encoded: own.keyPackage.encoded)
        #expect(read.isLastResort)
        for name in ["alice", "carol"] {
            var founder = try TestClient(name).founder()
            let added = try founder.commits([.add(read)])
            _ = try founder.group.mergePendingCommit(now: TestClient.now)
            let group = try bob.join(added.welcome, with: own)
            #expect(group.epochAuthenticator == founder.group.epochAuthenticator)
        }
        let marked = try OwnKeyPackage.make(
            suite: bob.suite, signer: bob.signer, leaf: bob.leaf, lifetime: bob.lifetime,
            extensions: [.lastResortKeyPackage: [1]], using: &bob.entropy)
        #expect(!marked.isLastResort)
    }

    @Test("[KP-2] a leaf lists the extensions of its key package; who reads does not ask for it")
    func keyPackageExtensions() throws {
        var bob = try TestClient("bob")
        let other = ExtensionType(rawValue: 0xF077)
        let own = try OwnKeyPackage.make(
            suite: bob.suite, signer: bob.signer, leaf: bob.leaf, lifetime: bob.lifetime,
            extensions: [.lastResortKeyPackage: [], other: [1], TestClient.types[0]: []],
            using: &bob.entropy)
        let listed = own.keyPackage.leafNode.capabilities.extensions
        #expect(listed == TestClient.types + [.lastResortKeyPackage, other])
        let ordinary = try bob.keyPackage()
        let unlisted = KeyPackage(
            suite: bob.suite, initKey: ordinary.keyPackage.initKey,
            leafNode: ordinary.keyPackage.leafNode, extensions: [other: [1]],
            signer: bob.signer)
        try unlisted.validate(policy: TestClient.policy)
    }
}
