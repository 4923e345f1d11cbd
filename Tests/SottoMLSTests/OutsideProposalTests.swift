// Proposals of those whom a group lets propose, and of those who want to be added.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Proposals from outside")
struct OutsideProposalTests {
    /// A group of three that lets the outsider propose, as the second of two.
    private func group() throws -> Outsider {
        var outsider = try Outsider()
        let other = try TestClient("other")
        let senders = [other, outsider.client].map {
            ExternalSender(signatureKey: $0.signer.publicKey, credential: $0.leaf.credential)
        }
        var extensions = outsider.members[0].group.extensions
        extensions[.externalSenders] = ExternalSender.encoded(senders)
        let commit = try outsider.members[0].commits([.groupContextExtensions(extensions)])
        for index in outsider.members.indices { try outsider.members[index].hears(commit.message) }
        return outsider
    }

    @Test("[OUT-1] whom a group lets propose is heard, and members commit what it proposes")
    func proposing() throws {
        var outsider = try group()
        var dave = try TestClient("dave")
        let keyPackage = try dave.keyPackage()
        let place = OutsideProposer(outsider.epoch.context)
        let add = try place.propose(
            .add(keyPackage.keyPackage), as: 1, signer: outsider.client.signer,
            authenticatedData: [7])
        let remove = try place.propose(
            .remove(LeafIndex(2)), as: 1, signer: outsider.client.signer)
        for index in outsider.members.indices {
            guard case .proposal(let heard) = try outsider.members[index].hears(add) else {
                throw TestError.notACommit
            }
            #expect(heard.sender == .external(1))
            #expect(heard.authenticatedData == [7])
            try outsider.members[index].hears(remove)
        }
        let commit = try outsider.members[0].commits()
        for index in [0, 1] { try outsider.members[index].hears(commit.message) }
        let group = try dave.join(commit.welcome, with: keyPackage)
        var members = Array(outsider.members.prefix(2))
        members.append(TestMember(client: dave, group: group))
        try everybodyTalks(&members)
        #expect(group.ownLeaf == LeafIndex(2))
    }

    @Test("[OUT-1] who is not let propose is not heard")
    func strangers() throws {
        var outsider = try group()
        let remove = Proposal.remove(LeafIndex(2))
        let stranger = try TestClient("stranger").signer
        try outsider.isRefused(
            outsider.proposal(remove, as: .external(1), by: stranger),
            .message(.invalidSignature))
        try outsider.isRefused(
            outsider.proposal(remove, as: .external(0)), .message(.invalidSignature))
        for number in [2, UInt32.max] {
            try outsider.isRefused(
                outsider.proposal(remove, as: .external(number)), .message(.unknownSender))
        }
        try outsider.isRefused(
            outsider.proposal(remove, as: .external(1), epoch: 1), .epochTooOld(1))
        var plain = try Outsider()
        try plain.isRefused(
            plain.proposal(remove, as: .external(0)), .message(.unknownSender))
    }

    @Test("[OUT-2] nobody outside proposes Updates, key exchanges, or to leave")
    func kinds() throws {
        var outsider = try group()
        let leaf = try #require(outsider.members[0].group.leafNode(at: LeafIndex(0)))
        let wrong: [(Proposal, ProposalFault)] = [
            (.update(leaf), .notForSender(.update)),
            (.externalInit(kemOutput: [1]), .externalInit),
            (.selfRemove, .notForSender(.selfRemove)),
        ]
        for (proposal, fault) in wrong {
            try outsider.isRefused(
                outsider.proposal(proposal, as: .external(1)), .proposal(fault))
            #expect(throws: fault) {
                try OutsideProposer(outsider.epoch.context).propose(
                    proposal, as: 1, signer: outsider.client.signer)
            }
        }
        try outsider.isRefused(
            outsider.proposal(.remove(LeafIndex(9)), as: .external(1)),
            .proposal(.unknownLeaf(LeafIndex(9))))
        var other = try TestClient("taken")
        other.leaf.capabilities.extensions = []
        let keyPackage = try other.keyPackage().keyPackage
        try outsider.isRefused(
            outsider.proposal(.add(keyPackage), as: .external(1)),
            .proposal(.add(.capabilities)))
    }

    @Test("[OUT-3] nobody outside says anything but proposals and, to join, a commit")
    func bodies() throws {
        var outsider = try group()
        let senders: [Sender] = [.external(1), .newMemberProposal, .newMemberCommit]
        for sender in senders {
            let said = outsider.sign(.application([1]), as: sender)
            try outsider.isRefused(outsider.encoded(said), .message(.notEncrypted))
        }
        for sender in [Sender.external(1), .newMemberProposal] {
            var commit = outsider.sign(
                .commit(Commit(proposals: [.proposal(.remove(LeafIndex(0)))], path: nil)),
                as: sender)
            commit.auth.confirmationTag = [1]
            try outsider.isRefused(outsider.encoded(commit), .message(.notForSender))
        }
        for sender in [Sender.newMemberProposal, .newMemberCommit] {
            try outsider.isRefused(
                outsider.proposal(.remove(LeafIndex(0)), as: sender), .message(.notForSender))
        }
    }

    @Test("[OUT-4] who wants to be added says so, and a member adds it")
    func newMember() throws {
        var outsider = try Outsider()
        var dave = try TestClient("dave")
        let keyPackage = try dave.keyPackage()
        let place = OutsideProposer(outsider.epoch.context)
        let message = try place.proposeAdding(keyPackage.keyPackage, signer: dave.signer)
        for index in outsider.members.indices {
            guard case .proposal(let heard) = try outsider.members[index].hears(message) else {
                throw TestError.notACommit
            }
            #expect(heard.sender == .newMemberProposal)
        }
        let commit = try outsider.members[2].commits()
        for index in outsider.members.indices { try outsider.members[index].hears(commit.message) }
        var members = outsider.members
        members.append(
            TestMember(client: dave, group: try dave.join(commit.welcome, with: keyPackage)))
        try everybodyTalks(&members)
    }

    @Test("[OUT-4] each flipped byte of what outsiders and leavers say is refused")
    func flippedBytes() throws {
        var outsider = try group()
        let place = OutsideProposer(outsider.epoch.context)
        var dave = try TestClient("dave")
        let said = [
            try place.propose(.remove(LeafIndex(2)), as: 1, signer: outsider.client.signer),
            try place.proposeAdding(dave.keyPackage().keyPackage, signer: dave.signer),
        ]
        let before = outsider.members[Outsider.victim].records
        for message in said {
            for index in message.indices {
                var damaged = message
                damaged[index] ^= 1 << (index % 8)
                #expect(throws: (any Error).self, "byte \(index)") {
                    try outsider.members[Outsider.victim].hears(damaged)
                }
            }
        }
        #expect(outsider.members[Outsider.victim].records == before)
        var members = try SelfRemoveTests.group(["alice", "bob"])
        let leaving = try members[0].proposes(.selfRemove).message
        for index in leaving.indices {
            var damaged = leaving
            damaged[index] ^= 1 << (index % 8)
            #expect(throws: (any Error).self, "byte \(index)") { try members[1].hears(damaged) }
        }
    }

    @Test("[OUT-4] nobody wants others to be added in their name")
    func othersKeyPackage() throws {
        var outsider = try Outsider()
        var dave = try TestClient("dave")
        let keyPackage = try dave.keyPackage().keyPackage
        try outsider.isRefused(
            outsider.proposal(.add(keyPackage), as: .newMemberProposal),
            .message(.invalidSignature))
        let place = OutsideProposer(outsider.epoch.context)
        #expect(throws: ProposalFault.add(.invalidSignature)) {
            try place.proposeAdding(keyPackage, signer: outsider.client.signer)
        }
        let elsewhere = OutsideProposer(
            groupID: outsider.epoch.context.groupID, epoch: 1, suite: .p256AES128)
        #expect(throws: ProposalFault.add(.wrongKeyPackage)) {
            try elsewhere.proposeAdding(keyPackage, signer: dave.signer)
        }
        #expect(throws: ProposalFault.wrongSigner) {
            try elsewhere.propose(.remove(LeafIndex(0)), as: 0, signer: dave.signer)
        }
    }

    @Test("[OUT-6] those outside leave room for members' proposals")
    func room() throws {
        var outsider = try Outsider()
        let place = OutsideProposer(outsider.epoch.context)
        var dave = try TestClient("dave")
        var kept: [ProposalRef] = []
        for _ in 0..<MLSLimits.outsideProposalsMax {
            let message = try place.proposeAdding(
                dave.keyPackage().keyPackage, signer: dave.signer)
            guard case .proposal(let heard) = try outsider.isHeard(message) else {
                throw TestError.notAProposal
            }
            kept.append(heard.reference)
        }
        let more = try place.proposeAdding(dave.keyPackage().keyPackage, signer: dave.signer)
        try outsider.isRefused(more, .proposalsFull)
        let update = try outsider.members[0].updates()
        try outsider.isHeard(update.message)
        // What is forgotten makes room, after a restart too.
        var victim = try outsider.members[Outsider.victim].restarted()
        #expect(throws: ProcessError.proposalsFull) { try victim.hears(more) }
        #expect(!victim.group.forgetProposal(kept[0]).isEmpty)
        try victim.hears(more)
    }

    @Test("[OUT-6] nor do they take more than their share of bytes")
    func roomInBytes() throws {
        var outsider = try Outsider()
        let place = OutsideProposer(outsider.epoch.context)
        var dave = try TestClient("dave")
        dave.leaf.extensions[ExtensionType(rawValue: 0xF050)] = Array(
            repeating: 0, count: 60_000)
        var heard = 0
        for _ in 0..<20 {
            let message = try place.proposeAdding(
                dave.keyPackage().keyPackage, signer: dave.signer)
            guard (try? outsider.isHeard(message)) != nil else { break }
            heard += 1
        }
        #expect(heard == MLSLimits.outsideProposalBytesMax / 60_600)
    }

    @Test("[OUT-5] the application judges whom a group lets propose")
    func judged() throws {
        struct Strict: CredentialValidator {
            let leaves = TestClient.policy.validator
            func judge(_ leaf: LeafNode, from origin: LeafOrigin) -> LeafVerdict {
                leaves.judge(leaf, from: origin)
            }
            func judge(_ sender: ExternalSender) -> LeafVerdict { .refused(reason: 5) }
        }
        var outsider = try group()
        var strict = TestClient.policy
        strict.validator = Strict()
        var dave = try TestClient("dave")
        let info = outsider.members[0].group.groupInfo()
        #expect(throws: ExternalJoinError.group(.externalSender(reason: 5))) {
            try Group.joinExternally(
                info, leaf: dave.leaf, signer: dave.signer, policy: strict,
                using: &dave.entropy)
        }
        var extensions = outsider.members[0].group.extensions
        extensions[ExtensionType(rawValue: 0xF052)] = [1]
        let proposal = try outsider.members[0].proposes(.groupContextExtensions(extensions))
        #expect(throws: ProcessError.proposal(.externalSender(reason: 5))) {
            try outsider.members[1].group.process(
                MLSMessage(encoded: proposal.message), policy: strict)
        }
        extensions[.externalSenders] = [1]
        #expect(throws: CreationError.leaf(.capabilities)) {
            try dave.found(extensions: extensions)
        }
        #expect(throws: ProposeError.proposal(.extensionsNotSupported)) {
            try outsider.members[1].proposes(.groupContextExtensions(extensions))
        }
    }

    @Test("[SELF-3] who joins takes up no SelfRemove in a group where one does not know it")
    func notKnown() throws {
        let liar = try Liar()
        let leaving = liar.publicMessage(.proposal(.selfRemove), from: .member(LeafIndex(0)))
        var outsider = try TestClient("outsider")
        #expect(throws: ExternalJoinError.proposals(.notSupported(.selfRemove))) {
            try outsider.joinsExternally(liar.member.group.groupInfo()) {
                $0.selfRemoves = [try publicMessage(leaving)]
            }
        }
    }

    @Test("[SELF-3] a member that says in secret that it leaves is not heard")
    func secretly() throws {
        var liar = try Liar()
        try liar.isRefused(
            liar.publicMessage(.proposal(.selfRemove), from: .member(LeafIndex(0))),
            .proposal(.notSupported(.selfRemove)))
        var members = try SelfRemoveTests.group(["alice", "bob"])
        var alice = members[0]
        let message = alice.group.sign(
            .proposal(.selfRemove), authenticatedData: [], format: .privateMessage)
        let sent = try alice.group.frame(
            message, .privateMessage, padding: 1, using: &alice.client.entropy)
        #expect(throws: ProcessError.proposal(.selfRemoveNotPublic)) {
            try members[1].hears(sent.message)
        }
    }
}
