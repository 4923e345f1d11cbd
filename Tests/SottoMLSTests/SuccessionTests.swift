// Groups that replace a group, and groups that branch off one.

import SottoCrypto
import SottoWire
import Synchronization
import Testing

@testable import SottoMLS

@Suite("Successors and branches")
struct SuccessionTests {
    private static let successor = ReInit(
        groupID: GroupID([9, 9]), suite: .x25519ChaCha20,
        extensions: TestClient.groupExtensions)

    /// A group of these members that was replaced, by a proposal of the last and a commit of the
    /// first.
    private func ended(
        _ names: [String] = ["alice", "bob", "carol"], _ reInit: ReInit = successor
    ) throws -> [TestMember] {
        var members = try makeGroup(names)
        let last = members.count - 1
        let proposal = try members[last].proposes(.reInit(reInit))
        for index in 0..<last { try members[index].hears(proposal.message) }
        let commit = try members[0].commits(including: .exactly([proposal.reference]))
        for index in members.indices {
            guard case .commit(let summary) = try members[index].hears(commit.message) else {
                throw TestError.notACommit
            }
            #expect(summary.reInit == reInit)
        }
        expectAgreement(members)
        return members
    }

    /// Clients of another suite with their key packages.
    private func clients(
        _ names: [String], suite: CipherSuite = .x25519ChaCha20
    ) throws -> (clients: [TestClient], keyPackages: [OwnKeyPackage]) {
        var clients = try names.map { try TestClient($0, suite: suite, seed: 1) }
        let keyPackages = try clients.indices.map { try clients[$0].keyPackage() }
        return (clients, keyPackages)
    }

    /// Clients of the same name are the same.
    private struct Names: CredentialValidator {
        let leaves = TestClient.policy.validator

        func judge(_ leaf: LeafNode, from origin: LeafOrigin) -> LeafVerdict {
            leaves.judge(leaf, from: origin)
        }

        func clientName(of member: Member) -> [UInt8] {
            guard case .basic(let identity) = member.credential else { return [] }
            return Array(identity.dropLast(32))
        }
    }

    private static let policy: LeafPolicy = {
        var policy = TestClient.policy
        policy.validator = Names()
        return policy
    }()

    @Test("[MLS-43] after a ReInit nothing more is said or changed, and late messages are read")
    func over() throws {
        var members = try makeGroup(["alice", "bob"])
        let late = try members[0].says("late")
        let commit = try members[0].commits([.reInit(Self.successor)])
        for index in members.indices { try members[index].hears(commit.message) }
        #expect(members[1].group.reInit == Self.successor)
        #expect(try members[1].reads(late) == "late")
        members[1] = try members[1].restarted()
        #expect(members[1].group.reInit == Self.successor)
        let before = members[1].records
        #expect(throws: ProtectError.reInitialized) { try members[1].says("more") }
        #expect(throws: CommitError.reInitialized) { try members[1].commits() }
        #expect(throws: ProposeError.reInitialized) {
            try members[1].proposes(.remove(LeafIndex(0)))
        }
        #expect(throws: ProposeError.reInitialized) { try members[1].updates() }
        #expect(members[1].records == before)
    }

    @Test("the successor has the parameters that were agreed on, and the same members")
    func successor() throws {
        let members = try ended()
        var (clients, packages) = try clients(["alice", "bob", "carol"])
        let founder = Founder(
            leaf: clients[1].leaf, lifetime: clients[1].lifetime, signer: clients[1].signer)
        let founded = try members[1].group.successor(
            adding: [packages[2], packages[0]].map(\.keyPackage), by: founder,
            policy: Self.policy, using: &clients[1].entropy)
        #expect(founded.group.epoch == 1)
        #expect(founded.group.id == Self.successor.groupID)
        #expect(founded.group.suite == .x25519ChaCha20)
        var groups = [TestMember(client: clients[1], group: founded.group)]
        for index in [0, 2] {
            let joined = try clients[index].join(
                founded.welcome, with: packages[index], predecessor: members[index].group,
                policy: Self.policy)
            groups.append(TestMember(client: clients[index], group: joined))
        }
        expectAgreement(groups)
        #expect(try groups[1].reads(groups[0].says("hello")) == "hello")
    }

    @Test(
        "[MLS-57] a successor is not founded without all members, nor with a stranger, nor unasked")
    func refusedToFound() throws {
        let members = try ended()
        var (clients, packages) = try clients(["alice", "bob", "carol", "dave"])
        let founder = Founder(
            leaf: clients[0].leaf, lifetime: clients[0].lifetime, signer: clients[0].signer)
        for others in [[], [1], [1, 3], [1, 2, 3]] {
            #expect(throws: SuccessionError.members) {
                try members[0].group.successor(
                    adding: others.map { packages[$0].keyPackage }, by: founder,
                    policy: Self.policy, using: &clients[0].entropy)
            }
        }
        #expect(throws: SuccessionError.notReInitialized) {
            try makeGroup(["alice"])[0].group.successor(
                adding: [], by: founder, policy: Self.policy, using: &clients[0].entropy)
        }
    }

    @Test("[MLS-57] members that share a credential are counted, each asked about once")
    func sharedCredential() throws {
        let names = (0..<8).map { "client \($0)" }
        let members = try makeGroup(names, policy: Counting.policy()) { client in
            client.leaf.credential = .basic(identity: Array("everybody".utf8))
        }
        let group = members[0].group
        for (count, fault) in [(8, nil), (7, PredecessorFault.members), (9, .members)] {
            let policy = Counting.policy()
            let joined = Array((group.members + group.members).prefix(count))
            let found: PredecessorFault?
            do throws(PredecessorFault) {
                try Succession(.reInit(Self.successor), group).check(joined, policy)
                found = nil
            } catch {
                found = error
            }
            #expect(found == fault)
            let asked = (policy.validator as? Counting)?.asked.withLock { $0 } ?? 0
            #expect(asked <= group.members.count + count)
        }
    }

    /// Accepts everybody, and counts how often it is asked who somebody is.
    private final class Counting: CredentialValidator {
        let asked = Mutex(0)

        static func policy() -> LeafPolicy {
            LeafPolicy(
                now: TestClient.now, tolerance: 3_600, lifetimeMax: 91 * TestClient.day,
                validator: Counting())
        }

        func judge(_ leaf: LeafNode, from origin: LeafOrigin) -> LeafVerdict { .accepted }

        func clientName(of member: Member) -> [UInt8] {
            asked.withLock { $0 += 1 }
            return member.credential.wireBytes
        }
    }

    @Test("who joins a successor checks that it is the one, of the group that it is shown")
    func refusedToJoin() throws {
        let members = try ended()
        let others = try ended(
            ["bob", "alice", "carol"],
            ReInit(
                groupID: GroupID([8]), suite: .x25519ChaCha20,
                extensions: TestClient.groupExtensions))
        var (clients, packages) = try clients(["alice", "bob", "carol"])
        let founder = Founder(
            leaf: clients[0].leaf, lifetime: clients[0].lifetime, signer: clients[0].signer)
        let founded = try members[0].group.successor(
            adding: [1, 2].map { packages[$0].keyPackage }, by: founder, policy: Self.policy,
            using: &clients[0].entropy)
        let (old, epoch) = (members[1].group.id, members[1].group.epoch)
        for predecessor in [nil, others[1].group] {
            #expect(throws: JoinError.predecessor(.missing(old, epoch: epoch))) {
                try clients[1].join(
                    founded.welcome, with: packages[1], predecessor: predecessor,
                    policy: Self.policy)
            }
        }
        // By credentials alone they are not the same clients: each has another signature key.
        #expect(throws: JoinError.predecessor(.members)) {
            try clients[1].join(
                founded.welcome, with: packages[1], predecessor: members[1].group)
        }
    }

    @Test("a branch has some of the members, and the suite, and proves where it comes from")
    func branch() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        var (clients, packages) = try clients(["alice", "bob", "dave"], suite: .x25519AES128)
        let founder = Founder(
            leaf: clients[0].leaf, lifetime: clients[0].lifetime, signer: clients[0].signer)
        let founded = try members[0].group.branch(
            id: GroupID([5]), extensions: TestClient.groupExtensions,
            adding: [packages[1].keyPackage], by: founder, policy: Self.policy,
            using: &clients[0].entropy)
        // The group may go on meanwhile.
        let commit = try members[2].commits()
        for index in members.indices { try members[index].hears(commit.message) }
        let joined = try clients[1].join(
            founded.welcome, with: packages[1], predecessor: members[1].group,
            policy: Self.policy)
        #expect(joined.epochAuthenticator == founded.group.epochAuthenticator)
        #expect(members[1].group.reInit == nil)
        #expect(throws: SuccessionError.members) {
            try members[0].group.branch(
                id: GroupID([5]), extensions: TestClient.groupExtensions,
                adding: [packages[2].keyPackage], by: founder, policy: Self.policy,
                using: &clients[0].entropy)
        }
        let (emptied, _) = try members[1].emptied()
        #expect(throws: JoinError.predecessor(.epochNotKept(1))) {
            try clients[1].join(
                founded.welcome, with: packages[1], predecessor: emptied.group,
                policy: Self.policy)
        }
    }

    @Test("[MLS-54] an invitation that proves no predecessor is refused by who expects one")
    func unproved() throws {
        let members = try ended(["alice", "bob"])
        var bob = try TestClient("bob", suite: .x25519ChaCha20, seed: 1)
        let keyPackage = try bob.keyPackage()
        var founder = try TestClient("alice", suite: .x25519ChaCha20, seed: 1).founder()
        let commit = try founder.commits([.add(keyPackage.keyPackage)])
        #expect(throws: JoinError.predecessor(.preSharedKeys)) {
            try bob.join(
                commit.welcome, with: keyPackage, predecessor: members[1].group,
                policy: Self.policy)
        }
    }
}
