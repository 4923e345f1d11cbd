// Proposals that are valid each, and meant to keep others from committing or from coming back.

import SottoCrypto
import SottoMLS
import Testing

@Suite("Hostile proposals")
struct HostileProposalTests {
    private static let wish = ProposalType(rawValue: 0xF010)
    private static let rare = ExtensionType(rawValue: 0xF060)

    @Test("a group whose proposals were all forgotten can be taken up again in the next epoch")
    func forgottenProposals() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        let remove = try members[1].proposes(.remove(LeafIndex(2)))
        try members[0].hears(remove.message)
        var stored = members[0].records
        func store(_ changes: [GroupChange]) {
            for change in changes {
                switch change {
                case .write(let key): stored[key] = members[0].group.encoded(key)
                case .delete(let key): stored[key] = nil
                case .deleteEpoch(let epoch):
                    stored = stored.filter { $0.key.epochNumber != epoch }
                }
            }
        }
        store(members[0].group.forgetProposal(remove.reference))
        store(try members[0].commits().changes)
        store(try members[0].group.mergePendingCommit(now: TestClient.now).changes)
        let again = try Group(
            epoch: try #require(stored[.epoch]), pending: stored[.pendingCommit],
            proposals: stored[.proposals], signer: members[0].client.signer)
        #expect(again.epoch == members[0].group.epoch)
    }

    @Test("extensions that the committer does not support do not keep it from committing")
    func extensionsAgainstCommitter() throws {
        var members = try makeGroup(["alice", "bob"]) { client in
            if client.name == "bob" { client.leaf.capabilities.extensions.append(Self.rare) }
        }
        var extensions = TestClient.groupExtensions
        extensions[Self.rare] = [1]
        let hostile = try members[1].proposes(.groupContextExtensions(extensions))
        try members[0].hears(hostile.message)
        try members[1].hears(members[0].commits().message)
        #expect(members[1].group.extensions == TestClient.groupExtensions)
    }

    @Test("an Update that gives up a kind of proposal does not keep others from committing one")
    func updateAgainstOwnProposal() throws {
        var members = try makeGroup(["alice", "bob"]) {
            $0.leaf.capabilities.proposals = [Self.wish]
        }
        var leaf = members[1].client.leaf
        leaf.capabilities.proposals = []
        try members[0].hears(members[1].updates(leaf).message)
        let wish = CustomProposal(type: Self.wish, data: [1])
        guard
            case .commit(let summary) = try members[1].hears(
                members[0].commits([.custom(wish)]).message)
        else { throw TestError.notACommit }
        #expect(summary.custom == [wish])
        #expect(summary.updatedLeaves == [])
    }

    @Test("an outsider that the application no longer accepts does not stop other commits")
    func outsiderOutOfFavour() throws {
        let outsider = try TestClient("outsider")
        var client = try TestClient("alice")
        var extensions = TestClient.groupExtensions
        extensions[.externalSenders] = ExternalSender.encoded([
            ExternalSender(
                signatureKey: outsider.signer.publicKey, credential: outsider.leaf.credential)
        ])
        var group = try client.found(extensions: extensions)
        var policy = TestClient.policy
        policy.validator = Strict()
        let commit = try group.commit(policy: policy, using: &client.entropy)
        #expect(!commit.message.isEmpty)
    }

    private struct Strict: CredentialValidator {
        func judge(_ leaf: LeafNode, from origin: LeafOrigin) -> LeafVerdict { .accepted }
        func judge(_ sender: ExternalSender) -> LeafVerdict { .refused(reason: 5) }
    }

    @Test("[MLS-30] a proposal that all know but a member who leaves by the same commit is kept")
    func wishBesideRemove() throws {
        var members = try makeGroup(["alice", "bob", "carol"]) { client in
            if client.name != "carol" { client.leaf.capabilities.proposals = [Self.wish] }
        }
        let wish = CustomProposal(type: Self.wish, data: [1])
        let proposal = try members[1].proposes(.custom(wish))
        for index in [0, 2] { try members[index].hears(proposal.message) }
        let remove = try members[1].proposes(.remove(LeafIndex(2)))
        var alice = members[0]
        // Without the Remove it is left out, and refused where it is named.
        _ = try alice.commits()
        #expect(alice.group.pendingCommit?.summary.custom == [])
        _ = alice.group.clearPendingCommit()
        #expect(throws: CommitError.proposals(.notSupported(Self.wish))) {
            try alice.commits(including: .exactly([proposal.reference]))
        }
        for index in [0, 2] { try members[index].hears(remove.message) }
        let commit = try members[0].commits()
        guard case .commit(let summary) = try members[1].hears(commit.message) else {
            throw TestError.notACommit
        }
        #expect(summary.custom == [wish])
        guard case .removed = try members[2].hears(commit.message) else {
            throw TestError.notACommit
        }
    }

    @Test("[SELF-3] who removes itself may leave beside a member that does not know how to")
    func selfRemoveBesideRemove() throws {
        var members = try makeGroup(["alice", "bob", "carol", "dave"]) { client in
            if client.name != "carol" { client.leaf.capabilities.proposals = [.selfRemove] }
        }
        let leave = try members[1].proposes(.selfRemove)
        let update = try members[1].updates()
        for index in [0, 2, 3] {
            try members[index].hears(leave.message)
            try members[index].hears(update.message)
        }
        // Carol stays, so Bob's wish is left out, and does not stand before his Update.
        var alice = members[0]
        _ = try alice.commits()
        #expect(alice.group.pendingCommit?.summary.removed == [])
        #expect(alice.group.pendingCommit?.summary.updatedLeaves == [LeafIndex(1)])
        _ = alice.group.clearPendingCommit()
        #expect(throws: CommitError.proposals(.notSupported(.selfRemove))) {
            try alice.commits(including: .exactly([leave.reference]))
        }
        // An Update that gives the knowledge up does not come in between, either.
        var leaf = members[3].client.leaf
        leaf.capabilities.proposals = []
        let forgetting = try members[3].updates(leaf)
        let remove = try members[3].proposes(.remove(LeafIndex(2)))
        for index in [0, 1, 2] {
            try members[index].hears(forgetting.message)
            try members[index].hears(remove.message)
        }
        let commit = try members[0].commits()
        guard case .commit(let summary) = try members[3].hears(commit.message) else {
            throw TestError.notACommit
        }
        #expect(summary.removed.map(\.index) == [1, 2].map(LeafIndex.init))
        #expect(summary.updatedLeaves == [])
    }

    @Test("[MLS-32] what is proposed by or against who is removed by the commit itself is left out")
    func besideOwnRemove() throws {
        var members = try makeGroup(["alice", "bob", "carol"]) {
            $0.leaf.capabilities.proposals = [.selfRemove]
        }
        let proposals = [
            try members[1].updates(), try members[1].proposes(.selfRemove),
            try members[2].proposes(.remove(LeafIndex(1))),
        ]
        for proposal in proposals { try members[0].hears(proposal.message) }
        let commit = try members[0].commits([.remove(LeafIndex(1))])
        guard case .commit(let summary) = try members[2].hears(commit.message) else {
            throw TestError.notACommit
        }
        #expect(summary.removed.map(\.index) == [LeafIndex(1)])
    }

    @Test("[MLS-32] extensions, a ReInit and a key of the commit itself go before those proposed")
    func besideOwn() throws {
        var members = try makeGroup(["alice", "bob"])
        var keys = PreSharedKeys()
        keys[external: [1]] = Secret(copying: [1, 2, 3])
        let key = Proposal.preSharedKey(members[1].preSharedKeyID(.external(id: [1])))
        var theirs = TestClient.groupExtensions
        theirs[ExtensionType(rawValue: 0xF052)] = [1]
        let extensions = Proposal.groupContextExtensions(theirs)
        for proposal in [key, extensions] {
            try members[0].hears(members[1].proposes(proposal).message)
        }
        var alice = members[0]
        _ = try alice.commits(
            [.groupContextExtensions(TestClient.groupExtensions), key], keys: keys)
        let summary = try #require(alice.group.pendingCommit?.summary)
        #expect(!summary.extensionsChanged)
        #expect(summary.preSharedKeys.count == 1)
        let reInit = ReInit(groupID: GroupID([1]), suite: .x25519AES128, extensions: [:])
        _ = try members[0].commits([.reInit(reInit)], keys: keys)
        #expect(members[0].group.pendingCommit?.summary.reInit == reInit)
    }

    @Test("[MLS-32] who does not support extensions that are taken up is left out")
    func besideExtensions() throws {
        var members = try makeGroup(["alice", "bob", "carol"]) {
            $0.leaf.capabilities.extensions.append(Self.rare)
        }
        var extensions = TestClient.groupExtensions
        extensions[Self.rare] = [1]
        var leaf = members[2].client.leaf
        leaf.capabilities.extensions.removeLast()
        var dave = try TestClient("dave")
        let proposals = [
            try members[1].proposes(.add(try dave.keyPackage().keyPackage)),
            try members[2].updates(leaf),
            try members[1].proposes(.groupContextExtensions(extensions)),
        ]
        for proposal in proposals { try members[0].hears(proposal.message) }
        _ = try members[0].commits()
        let summary = try #require(members[0].group.pendingCommit?.summary)
        #expect(summary.extensionsChanged)
        #expect(summary.added.isEmpty)
        #expect(summary.updatedLeaves.isEmpty)
    }

    @Test("[MLS-21] who commits extensions may begin to support them by the same commit")
    func committerLearns() throws {
        var members = try makeGroup(["alice", "bob"]) { client in
            if client.name == "bob" { client.leaf.capabilities.extensions.append(Self.rare) }
        }
        var extensions = TestClient.groupExtensions
        extensions[Self.rare] = [1]
        var leaf = members[0].client.leaf
        leaf.capabilities.extensions.append(Self.rare)
        let commit = try members[0].commits([.groupContextExtensions(extensions)]) {
            $0.leaf = leaf
        }
        try members[1].hears(commit.message)
        #expect(members[1].group.extensions == extensions)
    }

    @Test("[MLS-32] a key package whose time is over by the time of the commit is left out")
    func expiredBeforeCommit() throws {
        var members = try makeGroup(["alice", "bob"])
        var dave = try TestClient("dave")
        let add = try members[1].proposes(.add(try dave.keyPackage().keyPackage))
        try members[0].hears(add.message)
        var alice = members[0]
        _ = try alice.commits()
        #expect(alice.group.pendingCommit?.summary.added.count == 1)
        var late = TestClient.policy
        late.time = UnixTime(seconds: TestClient.now.seconds + 200 * TestClient.day)
        var entropy = members[0].client.entropy
        _ = try members[0].group.commit(policy: late, using: &entropy)
        #expect(members[0].group.pendingCommit?.summary.added.isEmpty == true)
    }

    @Test("[MLS-32] a ReInit is committed by its name alone")
    func reInitUnasked() throws {
        var members = try makeGroup(["alice", "bob"])
        let reInit = ReInit(
            groupID: GroupID([1]), suite: .x25519AES128, extensions: TestClient.groupExtensions)
        let proposal = try members[1].proposes(.reInit(reInit))
        try members[0].hears(proposal.message)
        var alice = members[0]
        try members[1].hears(members[0].commits().message)
        #expect(members[1].group.reInit == nil)
        _ = try alice.commits(including: .exactly([proposal.reference]))
        #expect(alice.group.pendingCommit?.summary.reInit == reInit)
    }

    @Test("[MLS-32] extensions that do not fit do not stand before earlier ones that do")
    func laterExtensions() throws {
        var members = try makeGroup(["alice", "bob", "carol"]) { client in
            if client.name == "carol" { client.leaf.capabilities.extensions.append(Self.rare) }
        }
        var wanted: [Extensions] = []
        for data: [UInt8] in [[1], [2]] {
            var extensions = TestClient.groupExtensions
            extensions[ExtensionType(rawValue: 0xF052)] = data
            wanted.append(extensions)
            let proposal = try members[1].proposes(.groupContextExtensions(extensions))
            for index in [0, 2] { try members[index].hears(proposal.message) }
        }
        var unfit = TestClient.groupExtensions
        unfit[Self.rare] = [1]
        let hostile = try members[2].proposes(.groupContextExtensions(unfit))
        for index in [0, 1] { try members[index].hears(hostile.message) }
        let commit = try members[0].commits()
        for index in members.indices { try members[index].hears(commit.message) }
        #expect(members[1].group.extensions == wanted[1])
    }

    @Test("what RFC 9420 defines cannot be said as a custom proposal")
    func customOfKnownType() throws {
        var members = try makeGroup(["alice", "bob"])
        for type in [ProposalType.add, .remove, .selfRemove] {
            #expect(throws: (any Error).self) {
                try members[0].proposes(.custom(CustomProposal(type: type, data: [1])))
            }
        }
    }
}
