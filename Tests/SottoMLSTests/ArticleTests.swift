// The article's code, run: what stands between "snippet" and "end" is in the article word for word.

import SottoCrypto
import SottoMLS
import Testing

// snippet: shelf
/// Where an application keeps the records of one group. A real one seals them and writes all
/// changes of a call in one transaction.
struct Shelf {
    var records: [GroupRecordKey: Secret] = [:]

    mutating func store(_ changes: [GroupChange], of group: Group) {
        for change in changes {
            switch change {
            case .write(let key): records[key] = group.encoded(key)
            case .delete(let key): records[key] = nil
            case .deleteEpoch(let epoch): records = records.filter { $0.key.epochNumber != epoch }
            }
        }
    }
}
// end

struct ArticleTests {
    // snippet: identity
    /// What a device says about itself in every group.
    static func leaf(named name: String) -> LeafConfiguration {
        LeafConfiguration(
            credential: .basic(identity: Array(name.utf8)),
            capabilities: Capabilities(cipherSuites: [.mlkem768X25519AES128], extensions: []),
            extensions: [:])
    }

    /// How long a key package may be used.
    static let lifetime = Lifetime(
        notBefore: UnixTime(seconds: 1_800_000_000), notAfter: UnixTime(seconds: 1_807_776_000))

    /// What the application demands of others' leaves, and what time it is.
    static let policy = LeafPolicy(
        now: UnixTime(seconds: 1_800_000_500), tolerance: 3_600, lifetimeMax: 90 * 86_400
    ) { leaf, _ in
        guard case .basic(let identity) = leaf.credential, !identity.isEmpty else {
            return .refused(reason: 1)
        }
        return .accepted
    }
    // end

    @Test("the article: two people join, talk, update, and one of them survives a crash")
    func article() throws {
        // snippet: join
        var entropy = Entropy.system()
        let aliceSigner = try SignaturePrivateKey.random(using: &entropy)
        let bobSigner = try SignaturePrivateKey.random(using: &entropy)

        // Bob leaves a key package where Alice finds it, and keeps its private half.
        let bobsPackage = try OwnKeyPackage.make(
            suite: .mlkem768X25519AES128, signer: bobSigner, leaf: Self.leaf(named: "Bob"),
            lifetime: Self.lifetime, using: &entropy)

        // Alice founds a group and adds him. Her commit counts once it is ordered.
        var alice = try Group.create(
            id: .random(using: &entropy), suite: .mlkem768X25519AES128,
            leaf: Self.leaf(named: "Alice"), lifetime: Self.lifetime, extensions: [:],
            signer: aliceSigner, using: &entropy)
        let adding = try alice.commit(
            [.add(bobsPackage.keyPackage)], policy: Self.policy, using: &entropy)
        _ = try alice.mergePendingCommit(now: Self.policy.time)

        // Bob joins with the Welcome.
        guard let welcome = adding.welcome,
            case .welcome(let invitation) = try MLSMessage(encoded: welcome)
        else { throw TestError.notAWelcome }
        var bob = try Group.join(
            invitation, with: bobsPackage, signer: bobSigner, policy: Self.policy)
        #expect(alice.epochAuthenticator == bob.epochAuthenticator)
        // end

        // snippet: talk
        var shelf = Shelf()
        shelf.store(bob.allRecords, of: bob)

        // Store what changed before anything is sent: a key that is forgotten is used twice.
        let greeting = try bob.protect(Array("Hello Alice!".utf8), using: &entropy)
        shelf.store(greeting.changes, of: bob)
        let heard = try alice.process(MLSMessage(encoded: greeting.message), policy: Self.policy)
        guard case .application(let said) = heard.received else {
            throw TestError.notApplicationData
        }
        #expect(said.data == Array("Hello Alice!".utf8))
        // end

        // snippet: update
        // An empty commit renews Alice's keys: whoever stole the old ones is shut out.
        let renewal = try alice.commit(policy: Self.policy, using: &entropy)
        _ = try alice.mergePendingCommit(now: Self.policy.time)
        let renewed = try bob.process(MLSMessage(encoded: renewal.message), policy: Self.policy)
        shelf.store(renewed.changes, of: bob)
        #expect(bob.epoch == alice.epoch)
        // end

        // snippet: crash
        // Bob commits, and his program ends before anybody ordered the commit.
        let pending = try bob.commit(policy: Self.policy, using: &entropy)
        shelf.store(pending.changes, of: bob)

        guard let epoch = shelf.records[.epoch] else { throw TestError.notACommit }
        var revived = try Group(
            epoch: epoch, pending: shelf.records[.pendingCommit],
            proposals: shelf.records[.proposals], signer: bobSigner)
        // The commit comes back in the order that all see: from here on it counts.
        let returned = try MLSMessage(encoded: pending.message)
        let merged = try revived.process(returned, policy: Self.policy)
        shelf.store(merged.changes, of: revived)
        _ = try alice.process(returned, policy: Self.policy)
        #expect(revived.epochAuthenticator == alice.epochAuthenticator)
        // end
    }

    @Test("the article: somebody joins without an invitation")
    func external() throws {
        var entropy = Entropy.system()
        var alice = try Group.create(
            id: .random(using: &entropy), suite: .mlkem768X25519AES128,
            leaf: Self.leaf(named: "Alice"), lifetime: Self.lifetime, extensions: [:],
            signer: .random(using: &entropy), using: &entropy)

        // snippet: external
        // Alice lets it be known how the group can be joined. Whoever has this can try.
        let info = alice.groupInfo()

        // Carol joins by a commit of her own. Her group counts once that commit is ordered.
        let carolSigner = try SignaturePrivateKey.random(using: &entropy)
        let carol = try Group.joinExternally(
            info, leaf: Self.leaf(named: "Carol"), signer: carolSigner, policy: Self.policy,
            using: &entropy)
        let arrival = try MLSMessage(encoded: carol.message)
        _ = try alice.process(arrival, policy: Self.policy)
        #expect(carol.group.epochAuthenticator == alice.epochAuthenticator)
        // end
    }
}
