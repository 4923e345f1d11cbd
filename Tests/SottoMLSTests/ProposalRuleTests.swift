// Proposals that may not be made, or not together (RFC 9420 sections 10.1, 12.1 and 12.2).

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Rules of proposals")
struct ProposalRuleTests {
    /// A commit of the liar's is refused for its proposals.
    private func isRefused(
        _ fault: ProposalFault, at location: SourceLocation = #_sourceLocation,
        _ proposals: (inout Liar) throws -> [ProposalOrRef]
    ) throws {
        var liar = try Liar()
        let list = try proposals(&liar)
        let commit = try liar.commit(proposals: list, path: liar.path())
        try liar.isRefused(commit, .commit(.proposals(fault)), at: location)
    }

    @Test("[MLS-12] [MLS-13] [MLS-14] [MLS-15] a key package that is not valid")
    func keyPackages() throws {
        var liar = try Liar()
        var other = try TestClient("dave", suite: .x25519ChaCha20)
        other.leaf.capabilities.cipherSuites.append(CipherSuite.x25519AES128.rawValue)
        try liar.isRefused(.add(try other.keyPackage().keyPackage), .add(.wrongKeyPackage))

        var dave = try TestClient("dave")
        let honest = try dave.keyPackage().keyPackage
        let forged = KeyPackage(
            suite: honest.suite, initKey: honest.initKey, leafNode: honest.leafNode,
            extensions: [:], signer: liar.member.group.signer)
        try liar.isRefused(.add(forged), .add(.invalidSignature))

        let key = honest.leafNode.encryptionKey
        let twice = try dave.keyPackage(initKey: key, leafKey: key)
        try liar.isRefused(.add(twice), .add(.wrongKeyPackage))
    }

    @Test("[MLS-16] an Update in a commit is looked at again")
    func update() throws {
        let liar = try Liar()
        var copy = liar
        let wrong = try copy.leaf { leaf in
            leaf.source = .update
            leaf.place = LeafIndex(2)
        }
        let checks = ProposalChecks(
            epoch: liar.member.group.current.fromOutside, policy: LeafRuleTests.credulous,
            origin: .added)
        #expect(throws: ProposalFault.update(.invalidSignature)) {
            try AppliedProposals(
                [LeafRuleTests.update(wrong, of: 0)], by: .member(LeafIndex(1)), checks)
        }
    }

    @Test("[MLS-17] a Remove of nobody")
    func unknownLeaf() throws {
        for leaf in [3, 4, UInt32.max].map(LeafIndex.init) {
            var liar = try Liar()
            try liar.isRefused(.remove(leaf), .unknownLeaf(leaf))
        }
    }

    @Test("[MLS-18] [MLS-19] a key whose nonce is short, or that only a first commit may use")
    func preSharedKeys() throws {
        var liar = try Liar()
        let group = liar.member.group
        let nonce = Array(repeating: UInt8(1), count: 32)
        for count in [0, 31, 33] {
            let id = PreSharedKeyID(
                key: .external(id: [1]), nonce: Array(repeating: 1, count: count))
            try liar.isRefused(.preSharedKey(id), .preSharedKeyNonce)
        }
        for usage in [ResumptionUsage.reInit, .branch] {
            let id = PreSharedKeyID(
                key: .resumption(usage: usage, group: group.id, epoch: 1), nonce: nonce)
            try liar.isRefused(.preSharedKey(id), .preSharedKeyUsage)
        }
    }

    @Test("[MLS-20] a ReInit to an older version of MLS")
    func reInitVersion() throws {
        var liar = try Liar()
        var writer = WireWriter()
        writer.value(GroupID([1]))
        writer.uint16(0)
        writer.uint16(1)
        writer.value(Extensions())
        let old = try ReInit(wireBytes: writer.bytes)
        try liar.isRefused(.reInit(old), .reInitVersion)
    }

    @Test("[MLS-21] extensions that a member does not support, removed members not counted")
    func extensions() throws {
        var liar = try Liar()
        var malformed = TestClient.groupExtensions
        malformed[.requiredCapabilities] = [1]
        try liar.isRefused(.groupContextExtensions(malformed), .extensionsNotSupported)

        let type = ExtensionType(rawValue: 0xF060)
        var unknown = TestClient.groupExtensions
        unknown[type] = [1]
        try isRefused(.extensionsNotSupported) { _ in
            [.proposal(.groupContextExtensions(unknown))]
        }
        var members = try makeGroup(["alice", "bob", "carol"]) { client in
            if client.name != "carol" { client.leaf.capabilities.extensions.append(type) }
        }
        #expect(throws: CommitError.proposals(.extensionsNotSupported)) {
            try members[0].commits([.groupContextExtensions(unknown)])
        }
        let commit = try members[0].commits(
            [.remove(LeafIndex(2)), .groupContextExtensions(unknown)])
        try members[1].hears(commit.message)
        #expect(members[1].group.extensions == unknown)
        // Who is added has to support them as well.
        var dave = try TestClient("dave")
        let add = Proposal.add(try dave.keyPackage().keyPackage)
        _ = members[0].group.clearPendingCommit()
        #expect(throws: CommitError.proposals(.add(.capabilities))) {
            try members[0].commits(
                [add, .remove(LeafIndex(2)), .groupContextExtensions(unknown)])
        }
    }

    @Test("[MLS-22] an ExternalInit by itself or in a member's commit")
    func externalInit() throws {
        var liar = try Liar()
        try liar.isRefused(.externalInit(kemOutput: [1]), .externalInit)
    }

    @Test("[MLS-23] an Update of the committer, in the commit and by reference")
    func ownUpdate() throws {
        try isRefused(.updateByCommitter) { liar in
            [.proposal(.update(try liar.leaf { $0.source = .update }))]
        }
        var members = try makeGroup(["alice", "bob"])
        let update = try members[0].updates()
        #expect(throws: CommitError.proposals(.updateByCommitter)) {
            try members[0].commits(including: .exactly([update.reference]))
        }
    }

    @Test("[MLS-24] a Remove of the committer, in the commit and by reference")
    func ownRemove() throws {
        try isRefused(.removesCommitter) { _ in [.proposal(.remove(LeafIndex(0)))] }
        try isRefused(.removesCommitter) { liar in
            [try liar.propose { try $0.proposes(.remove(LeafIndex(0))) }]
        }
    }

    @Test("[MLS-25] a member that is removed twice, updated twice, or both")
    func changedTwice() throws {
        let fault = ProposalFault.changedTwice(LeafIndex(2))
        try isRefused(fault) { _ in
            [.proposal(.remove(LeafIndex(2))), .proposal(.remove(LeafIndex(2)))]
        }
        try isRefused(fault) { liar in
            [try liar.propose { try $0.updates() }, .proposal(.remove(LeafIndex(2)))]
        }
        try isRefused(fault) { liar in
            [try liar.propose { try $0.updates() }, try liar.propose { try $0.updates() }]
        }
    }

    @Test("[MLS-26] a client that is added twice, or is there; not one that is removed")
    func sameClient() throws {
        try isRefused(.add(.keyInUse)) { _ in
            var dave = try TestClient("dave")
            return try [dave.keyPackage(), dave.keyPackage()].map {
                .proposal(.add($0.keyPackage))
            }
        }
        try isRefused(.add(.keyInUse)) { liar in
            [.proposal(.add(try liar.bystander.client.keyPackage().keyPackage))]
        }
        var liar = try Liar()
        let again = try liar.bystander.client.keyPackage().keyPackage
        let commit = try liar.member.commits([.add(again), .remove(LeafIndex(2))])
        #expect(commit.welcome != nil)
    }

    @Test("[MLS-27] [MLS-28] [MLS-29] what may be there once, and what must be alone")
    func alone() throws {
        let id = PreSharedKeyID(
            key: .external(id: [1]), nonce: Array(repeating: 1, count: 32))
        let same = Proposal.groupContextExtensions(TestClient.groupExtensions)
        let reInit = Proposal.reInit(
            ReInit(groupID: GroupID([1]), suite: .x25519AES128, extensions: [:]))
        let lies: [(ProposalFault, [Proposal])] = [
            (.preSharedKeyTwice, [.preSharedKey(id), .preSharedKey(id)]),
            (.extensionsTwice, [same, same]), (.reInitWithOthers, [reInit, reInit]),
            (.reInitWithOthers, [reInit, .remove(LeafIndex(2))]),
            (.reInitWithOthers, [.preSharedKey(id), reInit]),
        ]
        for (fault, proposals) in lies {
            try isRefused(fault) { _ in proposals.map { .proposal($0) } }
        }
    }

    @Test("[MLS-30] a type of proposals that a member does not list, removed ones not counted")
    func custom() throws {
        let type = ProposalType(rawValue: 0xF0F0)
        let wish = Proposal.custom(CustomProposal(type: type, data: []))
        var nobody = try Liar()
        try nobody.isRefused(wish, .notSupported(type))
        var liar = try Liar { client in
            if client.name != "bystander" { client.leaf.capabilities.proposals = [type] }
        }
        let commit = try liar.commit(proposals: [.proposal(wish)], path: liar.path())
        try liar.isRefused(commit, .commit(.proposals(.notSupported(type))))
        // Neither who is removed nor who is added has to know it.
        var dave = try TestClient("dave")
        let add = Proposal.add(try dave.keyPackage().keyPackage)
        _ = try liar.member.commits([add, .remove(LeafIndex(2)), wish])
    }

    @Test("[MLS-62] a proposal that is referred to twice")
    func referencedTwice() throws {
        let type = ProposalType(rawValue: 0xF0F0)
        var liar = try Liar { $0.leaf.capabilities.proposals = [type] }
        let wish = CustomProposal(type: type, data: [1])
        let reference = try liar.propose { try $0.proposes(.custom(wish)) }
        guard case .reference(let name) = reference else { throw TestError.notAProposal }
        let commit = try liar.commit(proposals: [reference, reference], path: liar.path())
        try liar.isRefused(commit, .commit(.proposals(.referencedTwice(name))))
        #expect(throws: CommitError.proposals(.referencedTwice(name))) {
            try liar.member.commits(including: .exactly([name, name]))
        }
    }

    @Test("[MLS-63] more keys than can be counted")
    func preSharedKeysFull() throws {
        let committer = Sender.member(LeafIndex(0))
        var list = (0...MLSLimits.preSharedKeysMax).map { number in
            let id = PreSharedKeyID(
                key: .external(id: UInt32(number).wireBytes), nonce: [])
            return CommittedProposal(.preSharedKey(id), by: committer)
        }
        #expect(throws: ProposalFault.preSharedKeysFull) {
            try SortedProposals(list, by: committer)
        }
        list.removeLast()
        #expect(try SortedProposals(list, by: committer).preSharedKeys.count == 65_535)
    }

    @Test("[MLS-31] Updates that take each other's keys, or the same one")
    func updatesTogether() throws {
        var liar = try Liar()
        let (first, second) = (liar.member.client.signer, liar.bystander.client.signer)
        let third = try SignaturePrivateKey.random(using: &liar.member.client.entropy)
        func leaf(_ index: UInt32, _ signer: SignaturePrivateKey) throws -> CommittedProposal {
            let leaf = try liar.leaf { leaf in
                leaf.source = .update
                leaf.place = LeafIndex(index)
                leaf.signer = signer
            }
            return LeafRuleTests.update(leaf, of: index)
        }
        let checks = ProposalChecks(
            epoch: liar.member.group.current.fromOutside, policy: LeafRuleTests.credulous,
            origin: .added)
        let committer = Sender.member(LeafIndex(1))
        let swapped = [try leaf(0, second), try leaf(2, first)]
        let applied = try AppliedProposals(swapped, by: committer, checks)
        #expect(applied.tree.leaf(at: LeafIndex(0))?.signatureKey == second.publicKey)
        #expect(applied.tree.keysAreUnique)
        for refused in [
            [try leaf(0, third), try leaf(2, third)], [try leaf(0, second)],
        ] {
            #expect(throws: ProposalFault.update(.keyInUse)) {
                try AppliedProposals(refused, by: committer, checks)
            }
        }
        // A Remove gives up a key too, wherever it stands in the list.
        let removal = CommittedProposal(.remove(LeafIndex(2)), by: committer)
        _ = try AppliedProposals([try leaf(0, second), removal], by: committer, checks)
    }

    @Test("[MLS-33] [MLS-34] a commit of another epoch, and one that another member signed")
    func otherEpoch() throws {
        var members = try makeGroup(["alice", "bob"])
        let first = try members[0].commits { $0.framing = .publicMessage }
        try members[0].hears(first.message)
        let second = try members[0].commits { $0.framing = .publicMessage }
        #expect(throws: ProcessError.epochInFuture(2)) { try members[1].hears(second.message) }
        try members[1].hears(first.message)
        #expect(throws: ProcessError.epochTooOld(1)) { try members[1].hears(first.message) }
        var liar = try Liar()
        let commit = liar.publicMessage(
            .commit(Commit(proposals: [], path: try liar.path())), from: .member(LeafIndex(2)))
        try liar.isRefused(commit, .message(.invalidSignature))
    }
}
