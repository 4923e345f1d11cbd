// Groups that say they follow another, and are not what was agreed on (RFC 9420 section 11).

import SottoCrypto
import Testing

@testable import SottoMLS

@Suite("Lying successors")
struct LyingSuccessorTests {
    /// Two members of a group that was replaced, or not, and what the second is invited to.
    private struct Forger {
        var predecessor: [TestMember]
        var founder: TestClient
        var invited: TestClient
        let keyPackage: OwnKeyPackage

        init(reInit: ReInit?) throws {
            predecessor = try makeGroup(["alice", "bob"])
            founder = try TestClient("alice", suite: .x25519ChaCha20)
            invited = try TestClient("bob", suite: .x25519ChaCha20)
            founder.leaf.credential = predecessor[0].client.leaf.credential
            invited.leaf.credential = predecessor[1].client.leaf.credential
            keyPackage = try invited.keyPackage()
            guard let reInit else { return }
            let commit = try predecessor[0].commits([.reInit(reInit)])
            for index in predecessor.indices { try predecessor[index].hears(commit.message) }
        }

        /// What the invited one makes of a group with these parameters.
        mutating func invite(
            _ usage: ResumptionUsage = .reInit, id: [UInt8] = [9],
            extensions: Extensions = TestClient.groupExtensions, later: Bool = false,
            again: Bool = false, to epoch: UInt64? = nil
        ) throws -> Group {
            var group = try Group.create(
                id: GroupID(id), suite: founder.suite, leaf: founder.leaf,
                lifetime: founder.lifetime, extensions: extensions, signer: founder.signer,
                using: &founder.entropy)
            if later {
                _ = try group.commit(policy: LeafRuleTests.credulous, using: &founder.entropy)
                _ = try group.mergePendingCommit(now: TestClient.now)
            }
            let old = predecessor[0].group
            let key = PreSharedKeyID.Key.resumption(
                usage: usage, group: old.id, epoch: epoch ?? old.epoch)
            var keys = PreSharedKeys()
            keys[resumption: old.id, epoch ?? old.epoch] = old.resumptionKey
            let ids = (0..<(again ? 2 : 1)).map { _ in
                group.preSharedKeyID(key, using: &founder.entropy)
            }
            let checks = ProposalChecks(
                epoch: group.current.fromOutside, policy: LeafRuleTests.credulous,
                origin: .keyPackage,
                usage: usage)
            let commit = try group.commit(
                [.add(keyPackage.keyPackage)] + ids.map { .preSharedKey($0) },
                including: .none, preSharedKeys: keys, options: CommitOptions(), checks,
                using: &founder.entropy)
            return try invited.join(
                commit.welcome, with: keyPackage, predecessor: predecessor[1].group,
                policy: LeafRuleTests.credulous)
        }
    }

    private static let agreed = ReInit(
        groupID: GroupID([9]), suite: .x25519ChaCha20, extensions: TestClient.groupExtensions)

    @Test("the honest successor that the others are made from is accepted")
    func honest() throws {
        var forger = try Forger(reInit: Self.agreed)
        #expect(try forger.invite().epoch == 1)
    }

    @Test("[MLS-55] a successor that is past its first epoch")
    func epoch() throws {
        var forger = try Forger(reInit: Self.agreed)
        #expect(throws: JoinError.predecessor(.epoch)) { try forger.invite(later: true) }
    }

    @Test("[MLS-56] a successor with other parameters, or a branch of another suite")
    func parameters() throws {
        var forger = try Forger(reInit: Self.agreed)
        #expect(throws: JoinError.predecessor(.groupID)) { try forger.invite(id: [8]) }
        var more = TestClient.groupExtensions
        more[ExtensionType(rawValue: 0xF052)] = [1]
        #expect(throws: JoinError.predecessor(.extensions)) {
            try forger.invite(extensions: more)
        }
        var other = try Forger(
            reInit: ReInit(
                groupID: GroupID([9]), suite: .x25519AES128,
                extensions: TestClient.groupExtensions))
        #expect(throws: JoinError.predecessor(.suite)) { try other.invite() }
        var unended = try Forger(reInit: nil)
        #expect(throws: JoinError.predecessor(.suite)) { try unended.invite(.branch) }
    }

    @Test("[MLS-57] a successor or branch with a stranger, or a successor without a member")
    func members() throws {
        var forger = try Forger(reInit: Self.agreed)
        forger.founder.leaf.credential = .basic(identity: [1])
        #expect(throws: JoinError.predecessor(.members)) { try forger.invite() }
        var larger = try Forger(reInit: nil)
        larger.predecessor = try makeGroup(["alice", "bob", "carol"])
        let commit = try larger.predecessor[0].commits([.reInit(Self.agreed)])
        for index in 0...1 { try larger.predecessor[index].hears(commit.message) }
        #expect(throws: JoinError.predecessor(.members)) { try larger.invite() }
    }

    @Test("[MLS-58] a successor of a group that was not to be replaced, or not then")
    func notReInitialized() throws {
        var unended = try Forger(reInit: nil)
        #expect(throws: JoinError.predecessor(.notReInitialized)) { try unended.invite() }
        var forger = try Forger(reInit: Self.agreed)
        #expect(throws: JoinError.predecessor(.notReInitialized)) { try forger.invite(to: 1) }
    }

    @Test("[MLS-54] an invitation that proves its predecessor twice")
    func twice() throws {
        var forger = try Forger(reInit: Self.agreed)
        #expect(throws: JoinError.predecessor(.preSharedKeys)) {
            try forger.invite(again: true)
        }
    }
}
