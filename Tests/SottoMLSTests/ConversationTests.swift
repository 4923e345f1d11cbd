// Members found a group, join it and talk, in every suite.

import SottoCrypto
import SottoMLS
import Testing

@Suite("Conversations")
struct ConversationTests {
    @Test("[SUITE-5] a key of another scheme founds no group and makes no key package")
    func wrongSigner() throws {
        var client = try TestClient("Alice", suite: .p256AES128)
        let signer = try SignaturePrivateKey.random(using: &client.entropy)
        #expect(throws: CreationError.wrongSigner) {
            try Group.create(
                id: GroupID([1]), suite: client.suite, leaf: client.leaf,
                lifetime: client.lifetime, extensions: [:], signer: signer,
                using: &client.entropy)
        }
        #expect(throws: CryptoError.invalidKey) {
            try OwnKeyPackage.make(
                suite: client.suite, signer: signer, leaf: client.leaf,
                lifetime: client.lifetime, using: &client.entropy)
        }
    }

    @Test("two members talk in both directions in every suite", arguments: CipherSuite.all)
    func twoTalk(suite: CipherSuite) throws {
        var members = try makeGroup(["alice", "bob"], suite: suite)
        #expect(members[0].group.epoch == 1)
        #expect(members[0].group.members == members[1].group.members)
        #expect(members[0].group.epochAuthenticator == members[1].group.epochAuthenticator)
        for round in 0..<3 {
            let hello = try members[0].says("hello \(round)")
            #expect(try members[1].reads(hello) == "hello \(round)")
            let answer = try members[1].says("answer \(round)")
            #expect(try members[0].reads(answer) == "answer \(round)")
        }
    }

    @Test("every member of a larger group reads every other", arguments: CipherSuite.all)
    func manyTalk(suite: CipherSuite) throws {
        var members = try makeGroup(["a", "b", "c", "d", "e"], suite: suite)
        for speaker in members.indices {
            let message = try members[speaker].says("from \(speaker)")
            for listener in members.indices where listener != speaker {
                #expect(try members[listener].reads(message) == "from \(speaker)")
            }
        }
    }

    @Test("commits with a path of either side are followed", arguments: CipherSuite.all)
    func paths(suite: CipherSuite) throws {
        var members = try makeGroup(["alice", "bob", "carol"], suite: suite)
        for committer in [1, 0, 2, 1, 2] {
            try commit(by: committer, among: &members)
            let message = try members[committer].says("after")
            for listener in members.indices where listener != committer {
                #expect(try members[listener].reads(message) == "after")
            }
        }
    }

    @Test("a commit is followed as PublicMessage and as PrivateMessage")
    func framings() throws {
        var members = try makeGroup(["alice", "bob"])
        for framing in [HandshakeFraming.publicMessage, .privateMessage] {
            try commit(by: 0, among: &members) { options in
                options.framing = framing
                options.authenticatedData = [1, 2, 3]
            }
        }
    }

    @Test("newcomers read what is said after they joined, and nothing before")
    func newcomer() throws {
        var members = try makeGroup(["alice", "bob"])
        let before = try members[0].says("before")
        var carol = try TestClient("carol")
        let keyPackage = try carol.keyPackage()
        let added = try members[1].commits([.add(keyPackage.keyPackage)])
        try members[0].hears(added.message)
        _ = try members[1].group.mergePendingCommit(now: TestClient.now)
        var newcomer = TestMember(
            client: carol, group: try carol.join(added.welcome, with: keyPackage))
        #expect(throws: ProcessError.epochTooOld(1)) { try newcomer.hears(before) }
        let after = try members[0].says("after")
        #expect(try newcomer.reads(after) == "after")
    }

    @Test("a commit without a path adds as well, and joiners can commit afterwards")
    func withoutPath() throws {
        var members = try makeGroup(["alice", "bob"])
        var carol = try TestClient("carol")
        let keyPackage = try carol.keyPackage()
        let added = try members[0].commits([.add(keyPackage.keyPackage)]) { $0.path = false }
        try members[1].hears(added.message)
        _ = try members[0].group.mergePendingCommit(now: TestClient.now)
        let joined = try carol.join(added.welcome, with: keyPackage)
        members.append(TestMember(client: carol, group: joined))
        try commit(by: 2, among: &members)
        try commit(by: 1, among: &members)
    }

    @Test("a removed member is told, and cannot read what follows")
    func removal() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        let removed = try members[0].commits([.remove(LeafIndex(1))])
        guard case .removed(let summary) = try members[1].hears(removed.message) else {
            throw TestError.notACommit
        }
        #expect(summary.committer.index == LeafIndex(0))
        try members[2].hears(removed.message)
        _ = try members[0].group.mergePendingCommit(now: TestClient.now)
        #expect(members[2].group.members.map(\.index) == [LeafIndex(0), LeafIndex(2)])
        let secret = try members[2].says("without bob")
        #expect(throws: ProcessError.epochInFuture(2)) { try members[1].hears(secret) }
        #expect(try members[0].reads(secret) == "without bob")
    }

    @Test("extensions of the GroupContext are replaced for everybody")
    func groupContextExtensions() throws {
        var members = try makeGroup(["alice", "bob"])
        var extensions = members[0].group.extensions
        extensions[ExtensionType(rawValue: 0xF052)] = [7]
        let change = try members[0].commits([.groupContextExtensions(extensions)])
        guard case .commit(let summary) = try members[1].hears(change.message) else {
            throw TestError.notACommit
        }
        #expect(summary.extensionsChanged)
        #expect(members[1].group.extensions == extensions)
    }

    @Test("all members export the same, and nothing once it was wiped")
    func exporter() throws {
        var members = try makeGroup(["alice", "bob"])
        let pending = try {
            _ = try members[0].commits()
            return try members[0].group.pendingCommit?.export(
                label: "lane", context: [1], length: 32)
        }()
        let message = try #require(members[0].group.pendingCommit?.message)
        try members[1].hears(message)
        try members[0].hears(message)
        let exported = try members.map {
            try $0.group.export(label: "lane", context: [1], length: 32)
        }
        #expect(exported[0] == exported[1])
        #expect(exported[0] == pending)
        #expect(try members[0].group.export(label: "lane", context: [2], length: 32) != pending)
        let changes = members[0].group.wipeExporter()
        #expect(changes == [.write(.epoch)])
        #expect(throws: ExportError.wiped) {
            try members[0].group.export(label: "lane", context: [1], length: 32)
        }
        #expect(throws: ExportError.invalidLength) {
            try members[1].group.export(label: "lane", context: [1], length: 1 << 20)
        }
    }

    /// Lets one member commit and all others follow, and checks that they agree.
    private func commit(
        by committer: Int, among members: inout [TestMember],
        _ change: (inout CommitOptions) -> Void = { _ in }
    ) throws {
        let commit = try members[committer].commits([], change)
        for index in members.indices {
            guard case .commit(let summary) = try members[index].hears(commit.message) else {
                throw TestError.notACommit
            }
            #expect(summary.updated)
        }
        let authenticators = members.map(\.group.epochAuthenticator)
        #expect(authenticators.allSatisfy { $0 == authenticators[0] })
    }
}
