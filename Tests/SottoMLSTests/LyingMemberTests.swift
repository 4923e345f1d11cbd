// Well-formed lies of a member: signed, authenticated, and refused for what they say.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Lying members")
struct LyingMemberTests {
    @Test("[MLS-36] a commit that must have a path and has none", arguments: [0, 1])
    func pathMissing(removals: Int) throws {
        var liar = try Liar()
        let proposals = (0..<removals).map { _ in
            ProposalOrRef.proposal(.remove(LeafIndex(2)))
        }
        try liar.isRefused(liar.commit(proposals: proposals), .commit(.pathMissing))
    }

    @Test("[MLS-36] each kind of proposal that must have a path has none")
    func pathMissingByKind() throws {
        let wish = ProposalType(rawValue: 0xF010)
        var liar = try Liar { $0.leaf.capabilities.proposals = [.selfRemove, wish] }
        let kinds: [ProposalOrRef] = [
            .proposal(.groupContextExtensions(TestClient.groupExtensions)),
            .proposal(.custom(CustomProposal(type: wish, data: [1]))),
            try liar.propose { try $0.updates() },
            try liar.propose { try $0.proposes(.selfRemove) },
        ]
        for kind in kinds {
            try liar.isRefused(liar.commit(proposals: [kind]), .commit(.pathMissing))
        }
    }

    @Test("[MLS-43] nothing is heard in a group that was replaced")
    func afterReInit() throws {
        var liar = try Liar()
        let successor = ReInit(
            groupID: GroupID([1]), suite: .x25519AES128, extensions: TestClient.groupExtensions)
        let end = try liar.member.commits([.reInit(successor)])
        try liar.tellVictim(end.message)
        try liar.member.hears(end.message)
        let removal = Proposal.remove(LeafIndex(2))
        for message in [
            liar.publicMessage(.proposal(removal), from: .member(LeafIndex(0))),
            try liar.commit(path: liar.path()), try liar.privateMessage(padding: []),
        ] {
            try liar.isRefused(message, .reInitialized)
        }
    }

    @Test("[MLS-42] a commit whose confirmation tag is another state's")
    func confirmationTag() throws {
        var liar = try Liar()
        let commit = try liar.commit(path: liar.path())
        try liar.isRefused(commit, .commit(.confirmationTag))
    }

    @Test("[MLS-37] a path with a node, or a ciphertext, too few or too many")
    func shapes() throws {
        var liar = try Liar()
        let path = try liar.path()
        let node = path.nodes[0]
        let more = UpdatePathNode(
            encryptionKey: node.encryptionKey,
            encryptedPathSecret: node.encryptedPathSecret + node.encryptedPathSecret)
        let fewer = UpdatePathNode(
            encryptionKey: node.encryptionKey, encryptedPathSecret: [])
        for nodes in [
            Array(path.nodes.dropLast()), path.nodes + [node],
            [more] + path.nodes.dropFirst(), [fewer] + path.nodes.dropFirst(),
        ] {
            let wrong = UpdatePath(leafNode: path.leafNode, nodes: nodes)
            try liar.isRefused(liar.commit(path: wrong), .commit(.path(.shape)))
        }
    }

    @Test("[MLS-40] a path secret that was sealed for another epoch")
    func otherContext() throws {
        var liar = try Liar()
        let path = try liar.path(context: [1, 2, 3])
        try liar.isRefused(liar.commit(path: path), .commit(.path(.notDecryptable)))
    }

    @Test("[MLS-40] a key of a path that does not follow from its secret")
    func keyMismatch() throws {
        var liar = try Liar()
        let path = try liar.path(secret: .zero(32))
        try liar.isRefused(liar.commit(path: path), .commit(.path(.keyMismatch)))
    }

    @Test("[MLS-38] a path that uses somebody's key, or one twice")
    func keyInUse() throws {
        var liar = try Liar()
        let path = try liar.path()
        let victim = try #require(liar.member.group.leafNode(at: LeafIndex(1)))
        for key in [victim.encryptionKey, path.leafNode.encryptionKey] {
            var nodes = path.nodes
            nodes[0] = UpdatePathNode(
                encryptionKey: key, encryptedPathSecret: nodes[0].encryptedPathSecret)
            let wrong = UpdatePath(leafNode: path.leafNode, nodes: nodes)
            try liar.isRefused(liar.commit(path: wrong), .commit(.path(.keyInUse)))
        }
    }

    @Test("[MLS-39] a leaf that does not bind the keys above it")
    func parentHash() throws {
        var liar = try Liar()
        let path = try liar.path()
        let leaf = try liar.leaf { $0.source = .commit(parentHash: [1, 2, 3]) }
        let wrong = UpdatePath(leafNode: leaf, nodes: path.nodes)
        try liar.isRefused(liar.commit(path: wrong), .commit(.path(.parentHash)))
    }

    @Test("a leaf that may not stand in the committer's place")
    func leaves() throws {
        var liar = try Liar()
        let path = try liar.path()
        let old = try #require(liar.member.group.leafNode(at: LeafIndex(0)))
        let lifetime = liar.member.client.lifetime
        let lies: [(LeafRefusal, (inout Liar.Leaf) -> Void)] = [
            (.wrongSource, { $0.source = .update }),
            (.wrongSource, { $0.source = .keyPackage(lifetime) }),
            (.invalidSignature, { $0.place = LeafIndex(1) }),
            (.keyInUse, { $0.encryptionKey = old.encryptionKey }),
            (.capabilities, { $0.configuration.capabilities.extensions = [] }),
            (.capabilities, { $0.configuration.capabilities.credentials = [] }),
            (.capabilities, { $0.configuration.capabilities.extensions.removeLast() }),
            (.application(reason: 3), { $0.configuration.extensions = [:] }),
            (
                .application(reason: 2),
                { leaf in
                    leaf.configuration.credential = .basic(
                        identity: Array("mallory".utf8) + old.signatureKey)
                }
            ),
        ]
        for (refusal, change) in lies {
            let wrong = UpdatePath(leafNode: try liar.leaf(change), nodes: path.nodes)
            try liar.isRefused(liar.commit(path: wrong), .commit(.leaf(refusal)))
        }
    }

    @Test("keys that nobody can seal to: of a path, its leaf, a key package, its leaf")
    func invalidKeys() throws {
        var liar = try Liar()
        let path = try liar.path()
        let good = path.leafNode.encryptionKey
        for key in [[], Array(good.dropLast()), good + [0], Array(repeating: 0, count: 32)] {
            let leaf = try liar.leaf { $0.encryptionKey = key }
            try liar.isRefused(
                liar.commit(path: UpdatePath(leafNode: leaf, nodes: path.nodes)),
                .commit(.leaf(.invalidKey)))
            for place in path.nodes.indices {
                var nodes = path.nodes
                nodes[place] = UpdatePathNode(
                    encryptionKey: key, encryptedPathSecret: nodes[place].encryptedPathSecret)
                let wrong = UpdatePath(leafNode: path.leafNode, nodes: nodes)
                try liar.isRefused(liar.commit(path: wrong), .commit(.path(.invalidKey)))
            }
            for (initKey, leafKey) in [(key, good), (good, key)] {
                let dave = try TestClient("dave").keyPackage(initKey: initKey, leafKey: leafKey)
                try liar.isRefused(
                    liar.commit(proposals: [.proposal(.add(dave))], path: path),
                    .commit(.proposals(.add(.invalidKey))))
            }
        }
    }

    @Test("a removal of ours in a commit that the others would refuse")
    func removedByAnInvalidCommit() throws {
        var liar = try Liar()
        let path = try liar.path()
        let leaf = try liar.leaf { $0.source = .update }
        let wrong = UpdatePath(leafNode: leaf, nodes: path.nodes)
        let removal = ProposalOrRef.proposal(.remove(LeafIndex(1)))
        try liar.isRefused(
            liar.commit(proposals: [removal], path: wrong), .commit(.leaf(.wrongSource)))
        try liar.isRefused(
            liar.commit(proposals: [removal], path: path), .commit(.path(.shape)))
    }

    @Test(
        "long lists of capabilities and demands are compared in little time",
        .timeLimit(.minutes(1)))
    func longLists() throws {
        var dave = try TestClient("dave")
        let types = (0x8000..<0xF000).map { ExtensionType(rawValue: $0) }
        dave.leaf.capabilities.extensions += types
        let leaf = try dave.keyPackage().keyPackage.leafNode
        let last = Array(repeating: ExtensionType(rawValue: 0xEFFF), count: 100_000)
        let demands = RequiredCapabilities(extensions: last, credentials: [])
        try LeafDemands([.requiredCapabilities: demands.encoded], dave.suite).check(leaf)
    }

    @Test("proposals that may not be committed are refused from others as well")
    func proposals() throws {
        var liar = try Liar()
        let path = try liar.path()
        var dave = try TestClient("dave")
        let valid = try dave.keyPackage().keyPackage
        let lies: [(ProposalFault, [Proposal])] = [
            (.removesCommitter, [.remove(LeafIndex(0))]),
            (.unknownLeaf(LeafIndex(3)), [.remove(LeafIndex(3))]),
            (.changedTwice(LeafIndex(2)), [.remove(LeafIndex(2)), .remove(LeafIndex(2))]),
            (.add(.keyInUse), [.add(valid), .add(valid)]),
            (.updateByCommitter, [.update(path.leafNode)]),
            (.externalInit, [.externalInit(kemOutput: [1])]),
            (
                .extensionsNotSupported,
                [.groupContextExtensions([ExtensionType(rawValue: 0xF060): [1]])]
            ),
        ]
        for (fault, proposals) in lies {
            let commit = try liar.commit(proposals: proposals.map { .proposal($0) }, path: path)
            try liar.isRefused(commit, .commit(.proposals(fault)))
        }
        let reference = ProposalOrRef.reference(ProposalRef([1]))
        try liar.isRefused(
            liar.commit(proposals: [reference], path: path),
            .commit(.unknownProposal(ProposalRef([1]))))
    }

    @Test("what another member added in time is followed after its end")
    func expiredOnTheWay() throws {
        var members = try makeGroup(["alice", "bob"])
        var dave = try TestClient("dave")
        let keyPackage = try dave.keyPackage()
        let commit = try members[0].commits([.add(keyPackage.keyPackage)])
        var late = TestClient.policy
        late.time = UnixTime(seconds: TestClient.now.seconds + 200 * TestClient.day)
        _ = try members[1].group.process(MLSMessage(encoded: commit.message), policy: late)
        #expect(members[1].group.members.count == 3)
    }

    @Test("application data that everybody can read, and content from outside")
    func senders() throws {
        var liar = try Liar()
        try liar.isRefused(
            liar.publicMessage(.application([1]), from: .member(LeafIndex(0))),
            .message(.notEncrypted))
        let body = ContentBody.commit(Commit(proposals: [], path: try liar.path()))
        for (sender, error) in [
            (Sender.member(LeafIndex(2)), ProcessError.message(.invalidSignature)),
            (.member(LeafIndex(3)), .message(.unknownSender)),
            (.member(LeafIndex(.max)), .message(.unknownSender)),
            (.member(LeafIndex(1)), .fromSelf),
            (.external(0), .message(.notForSender)),
            (.newMemberCommit, .commit(.proposals(.externalInitCount(0)))),
        ] {
            try liar.isRefused(liar.publicMessage(body, from: sender), error)
        }
    }

    @Test("padding that is not zero, and a leaf that is no member's, inside a sealed message")
    func sealedLies() throws {
        var liar = try Liar()
        try liar.isRefused(liar.privateMessage(padding: [0, 1]), .message(.malformed))
        try liar.isRefused(
            liar.privateMessage(padding: [], from: LeafIndex(3)), .message(.unknownSender))
        try liar.isRefused(
            liar.privateMessage(padding: [], generation: .max), .tooFarAhead)
    }
}
