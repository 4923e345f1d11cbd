// Commits: pending until ordered, and refused when they are not ones that a member may make.

import SottoCrypto
import SottoMLS
import Testing

@Suite("Commits")
struct CommitTests {
    @Test("a commit is pending until it comes back, and then counts for its sender too")
    func pending() throws {
        var members = try makeGroup(["alice", "bob"])
        let before = members[0].group.epochAuthenticator
        let commit = try members[0].commits()
        #expect(members[0].group.epoch == 1)
        #expect(members[0].group.epochAuthenticator == before)
        #expect(commit.changes.last == .write(.pendingCommit))
        guard case .commit(let summary) = try members[0].hears(commit.message) else {
            throw TestError.notACommit
        }
        #expect(summary.committer.index == LeafIndex(0))
        #expect(summary.epoch == 2)
        #expect(members[0].group.epoch == 2)
        #expect(members[0].group.pendingCommit == nil)
        try members[1].hears(commit.message)
        #expect(members[0].group.epochAuthenticator == members[1].group.epochAuthenticator)
    }

    @Test("who loses the race for an epoch follows the winner and forgets its own commit")
    func race() throws {
        var members = try makeGroup(["alice", "bob"])
        let winner = try members[0].commits()
        let loser = try members[1].commits()
        try members[0].hears(winner.message)
        let processed = try members[1].group.process(
            MLSMessage(encoded: winner.message), policy: TestClient.policy)
        #expect(processed.changes.contains(.delete(.pendingCommit)))
        #expect(members[1].group.pendingCommit == nil)
        #expect(throws: ProcessError.epochTooOld(1)) { try members[0].hears(loser.message) }
        #expect(throws: MergeError.nothingPending) {
            try members[1].group.mergePendingCommit(now: TestClient.now)
        }
        #expect(members[0].group.epochAuthenticator == members[1].group.epochAuthenticator)
    }

    @Test("a commit that was given up is one's own, and changes nothing when it comes back")
    func givenUp() throws {
        var members = try makeGroup(["alice", "bob"])
        let commit = try members[0].commits()
        #expect(members[0].group.clearPendingCommit() == [.delete(.pendingCommit)])
        #expect(members[0].group.clearPendingCommit().isEmpty)
        let before = members[0].records
        #expect(throws: ProcessError.fromSelf) { try members[0].hears(commit.message) }
        #expect(members[0].records == before)
    }

    @Test("each flipped bit of a commit is refused and changes nothing")
    func flippedBits() throws {
        var members = try makeGroup(["alice", "bob"])
        for framing in [HandshakeFraming.publicMessage, .privateMessage] {
            let commit = try members[0].commits { $0.framing = framing }
            let before = members[1].records
            for bit in stride(from: 0, to: commit.message.count * 8, by: 3) {
                var changed = commit.message
                changed[bit / 8] ^= 1 << (bit % 8)
                #expect(throws: (any Error).self) { try members[1].hears(changed) }
            }
            #expect(members[1].records == before)
            _ = members[0].group.clearPendingCommit()
        }
    }

    @Test("a second commit is refused while one is pending")
    func secondCommit() throws {
        var members = try makeGroup(["alice", "bob"])
        let commit = try members[0].commits()
        let before = members[0].records
        #expect(throws: CommitError.alreadyPending) { try members[0].commits() }
        #expect(members[0].records == before)
        #expect(members[0].group.pendingCommit?.message == commit.message)
    }

    @Test("flipped bits of a Welcome are refused")
    func flippedWelcome() throws {
        var bob = try TestClient("bob")
        let keyPackage = try bob.keyPackage()
        var founder = try TestClient("alice").founder()
        let commit = try founder.commits([.add(keyPackage.keyPackage)])
        let welcome = try #require(commit.welcome)
        for bit in stride(from: 0, to: welcome.count * 8, by: 37) {
            var changed = welcome
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: (any Error).self) { try bob.join(changed, with: keyPackage) }
        }
        _ = try bob.join(welcome, with: keyPackage)
    }

    @Test("[MLS-44] a Welcome opens with the key package it is for and no other")
    func otherKeyPackage() throws {
        var bob = try TestClient("bob")
        let keyPackage = try bob.keyPackage()
        var founder = try TestClient("alice").founder()
        let commit = try founder.commits([.add(keyPackage.keyPackage)])
        let other = try bob.keyPackage()
        #expect(throws: JoinError.welcome(.notForUs)) {
            try bob.join(commit.welcome, with: other)
        }
        #expect(throws: JoinError.wrongSigner) {
            try TestClient("alice").join(commit.welcome, with: keyPackage)
        }
    }

    @Test("a member changes what its leaf says by a path, and the others see it")
    func newLeaf() throws {
        var members = try makeGroup(["alice", "bob"])
        var leaf = members[1].client.leaf
        leaf.extensions[ExtensionType(rawValue: 0xF051)] = [6, 6]
        let commit = try members[1].commits { $0.leaf = leaf }
        try members[0].hears(commit.message)
        let seen = try #require(members[0].group.leafNode(at: LeafIndex(1)))
        #expect(seen.extensions == leaf.extensions)
    }

    @Test("a tree that the Welcome does not carry is given by hand")
    func treeApart() throws {
        var bob = try TestClient("bob")
        let keyPackage = try bob.keyPackage()
        var founder = try TestClient("alice").founder()
        let commit = try founder.commits([.add(keyPackage.keyPackage)]) {
            $0.ratchetTreeInWelcome = false
        }
        #expect(throws: JoinError.treeMissing) {
            try bob.join(commit.welcome, with: keyPackage)
        }
        _ = try founder.group.mergePendingCommit(now: TestClient.now)
        let joined = try bob.join(
            commit.welcome, with: keyPackage, ratchetTree: founder.group.ratchetTree)
        #expect(joined.epochAuthenticator == founder.group.epochAuthenticator)
        let other = try makeGroup(["carol", "dave"])[0].group.ratchetTree
        #expect(throws: JoinError.self) {
            try bob.join(commit.welcome, with: keyPackage, ratchetTree: other)
        }
    }
}

@Suite("Proposals that cannot be committed")
struct ProposalTests {
    /// What a group of Alice, Bob and Carol answers to these proposals of Alice.
    private func refusal(
        _ proposals: (inout [TestMember]) throws -> [Proposal]
    ) throws -> CommitError? {
        var members = try makeGroup(["alice", "bob", "carol"])
        let proposals = try proposals(&members)
        let before = members[0].records
        do {
            _ = try members[0].commits(proposals)
            return nil
        } catch let error as CommitError {
            #expect(members[0].records == before)
            return error
        }
    }

    private func keyPackage(
        _ name: String = "dave", suite: CipherSuite = .x25519AES128,
        _ change: (inout TestClient) -> Void = { _ in }
    ) throws -> Proposal {
        var client = try TestClient(name, suite: suite)
        change(&client)
        return .add(try client.keyPackage().keyPackage)
    }

    @Test("removals of oneself, of nobody, or of somebody twice")
    func removals() throws {
        #expect(
            try refusal { _ in [.remove(LeafIndex(0))] } == .proposals(.removesCommitter))
        for leaf in [3, 4, UInt32.max] {
            #expect(
                try refusal { _ in [.remove(LeafIndex(leaf))] }
                    == .proposals(.unknownLeaf(LeafIndex(leaf))))
        }
        #expect(
            try refusal { _ in [.remove(LeafIndex(1)), .remove(LeafIndex(1))] }
                == .proposals(.changedTwice(LeafIndex(1))))
    }

    @Test("a client that is a member already, or twice")
    func duplicates() throws {
        let dave = try keyPackage()
        #expect(try refusal { _ in [dave, dave] } == .proposals(.add(.keyInUse)))
        #expect(
            try refusal { members in [.add(try members[1].client.keyPackage().keyPackage)] }
                == .proposals(.add(.keyInUse)))
        #expect(
            try refusal { members in
                [.add(try members[1].client.keyPackage().keyPackage), .remove(LeafIndex(1))]
            } == nil)
    }

    @Test("a client of another suite")
    func otherSuite() throws {
        let dave = try keyPackage(suite: .x25519ChaCha20)
        #expect(try refusal { _ in [dave] } == .proposals(.add(.wrongKeyPackage)))
    }

    @Test("a client that does not do what the group requires")
    func capabilities() throws {
        let without = try keyPackage { client in
            client.leaf.capabilities.extensions.removeAll { $0.rawValue == 0xF052 }
        }
        #expect(try refusal { _ in [without] } == .proposals(.add(.capabilities)))
        let unlisted = try keyPackage { client in
            client.leaf.extensions[ExtensionType(rawValue: 0xF060)] = []
        }
        #expect(try refusal { _ in [unlisted] } == .proposals(.add(.capabilities)))
        let noBasic = try keyPackage { $0.leaf.capabilities.credentials = [.x509] }
        #expect(try refusal { _ in [noBasic] } == .proposals(.add(.capabilities)))
        let otherSuite = try keyPackage { client in
            client.leaf.capabilities.cipherSuites = [CipherSuite.x25519ChaCha20.rawValue]
        }
        #expect(try refusal { _ in [otherSuite] } == .proposals(.add(.capabilities)))
    }

    @Test("[CONV-3] a key package that is expired, not valid yet, or valid for too long")
    func lifetimes() throws {
        let (now, day) = (TestClient.now.seconds, TestClient.day)
        let refused: [(UInt64, UInt64)] = [
            (now - 90 * day, now - 3_601), (now + 3_601, now + day), (now, now + 92 * day),
            (now + day, now - day), (0, .max),
        ]
        for (notBefore, notAfter) in refused {
            let dave = try keyPackage { client in
                client.lifetime = Lifetime(
                    notBefore: UnixTime(seconds: notBefore),
                    notAfter: UnixTime(seconds: notAfter))
            }
            #expect(try refusal { _ in [dave] } == .proposals(.add(.lifetime)))
        }
        let tolerated = try keyPackage { client in
            client.lifetime = Lifetime(
                notBefore: UnixTime(seconds: now + 3_600),
                notAfter: UnixTime(seconds: now + 3_600))
        }
        #expect(try refusal { _ in [tolerated] } == nil)
    }

    @Test("a client whose identity the application does not believe")
    func identity() throws {
        let mallory = try keyPackage { $0.leaf.credential = .basic(identity: [1, 2, 3]) }
        #expect(
            try refusal { _ in [mallory] } == .proposals(.add(.application(reason: 1))))
    }

    @Test("GroupContext extensions twice, or ones that a member does not support")
    func extensions() throws {
        let extensions = TestClient.groupExtensions
        #expect(
            try refusal { _ in
                [.groupContextExtensions(extensions), .groupContextExtensions(extensions)]
            } == .proposals(.extensionsTwice))
        var unknown = extensions
        unknown[ExtensionType(rawValue: 0xF060)] = [1]
        #expect(
            try refusal { _ in [.groupContextExtensions(unknown)] }
                == .proposals(.extensionsNotSupported))
        var demanding = extensions
        demanding[.requiredCapabilities] =
            RequiredCapabilities(
                extensions: [], proposals: [ProposalType(rawValue: 0xF001)], credentials: []
            ).encoded
        #expect(
            try refusal { _ in [.groupContextExtensions(demanding)] }
                == .proposals(.extensionsNotSupported))
        var malformed = extensions
        malformed[.requiredCapabilities] = [1]
        #expect(
            try refusal { _ in [.groupContextExtensions(malformed)] }
                == .proposals(.extensionsNotSupported))
    }

    @Test("kinds that a member's commit does not have, and kinds that we do not do")
    func kinds() throws {
        #expect(
            try refusal { members in
                [.update(try #require(members[0].group.leafNode(at: LeafIndex(0))))]
            } == .proposals(.updateByCommitter))
        #expect(
            try refusal { _ in [.externalInit(kemOutput: [])] } == .proposals(.externalInit))
        let psk = PreSharedKeyID(key: .external(id: [1]), nonce: [2])
        #expect(
            try refusal { _ in [.preSharedKey(psk)] } == .proposals(.preSharedKeyNonce))
    }

    @Test("a leaf of one's own that the others would refuse")
    func ownLeaf() throws {
        var members = try makeGroup(["alice", "bob"])
        var leaf = members[0].client.leaf
        leaf.credential = .basic(identity: [1])
        let before = members[0].records
        #expect(throws: CommitError.leaf(.application(reason: 1))) {
            try members[0].commits { $0.leaf = leaf }
        }
        #expect(members[0].records == before)
    }

    @Test("a founder that does not do what its own group requires")
    func founder() throws {
        var alice = try TestClient("alice")
        alice.leaf.capabilities.extensions = []
        #expect(throws: CreationError.leaf(.capabilities)) { try alice.found() }
    }
}
