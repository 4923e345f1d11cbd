// Real groups, run in full, from which vectors are cut.

import SottoCrypto
import SottoMLS

/// All members of one group, who hear all messages at once.
struct VectorGroup {
    private(set) var members: [VectorMember]
    /// What all of them know by name.
    private(set) var externalKeys: [(id: [UInt8], secret: Secret)] = []
    private var preSharedKeys = PreSharedKeys()
    private var clientCount = 0
    /// Who was proposed to be added and is not yet.
    private var proposed: [VectorInvitee] = []

    init(count: Int, _ source: inout VectorSource) throws {
        let founder = try VectorClient("client 0", &source)
        let group = try Group.create(
            id: .random(using: &source.entropy), suite: source.suite, leaf: founder.leaf,
            lifetime: VectorClient.lifetime, extensions: [:], signer: founder.signer,
            using: &source.entropy)
        members = [VectorMember(client: founder, group: group, keyPackage: nil)]
        clientCount = 1
        if count > 1 { try commit(by: 0, adding: count - 1, &source) }
    }

    var suite: CipherSuite { members[0].group.suite }
    var id: GroupID { members[0].group.id }
    var epoch: UInt64 { members[0].group.epoch }
    var ratchetTree: [UInt8] { members[0].group.ratchetTree }
    var epochAuthenticator: Secret { members[0].group.epochAuthenticator }
    var leaves: [LeafIndex] { members.map(\.group.ownLeaf).sorted() }

    func member(at index: LeafIndex) throws -> VectorMember { members[try place(of: index)] }

    private func place(of index: LeafIndex) throws -> Int {
        guard let place = members.firstIndex(where: { $0.group.ownLeaf == index }) else {
            throw JSONError(description: "nobody is at leaf \(index.value)")
        }
        return place
    }

    /// Lets everybody know a key of this name.
    mutating func share(_ secret: Secret, as id: [UInt8]) {
        externalKeys.append((id, secret))
        preSharedKeys[external: id] = secret
    }

    /// Somebody who is not in the group yet.
    mutating func invitee(_ source: inout VectorSource) throws -> VectorInvitee {
        let client = try VectorClient("client \(clientCount)", &source)
        clientCount += 1
        return (client, try client.keyPackage(&source))
    }
}

// MARK: - Proposals

extension VectorGroup {
    /// A member proposes something, and all others hear it.
    mutating func propose(
        _ proposal: Proposal, by proposer: LeafIndex, _ framing: HandshakeFraming,
        _ source: inout VectorSource
    ) throws -> [UInt8] {
        let place = try place(of: proposer)
        let sent = try members[place].group.propose(
            proposal, options: Self.options(framing), policy: VectorClient.policy,
            using: &source.entropy)
        return try deliver(sent, from: place)
    }

    /// A member proposes a new client.
    mutating func proposeAdd(
        by proposer: LeafIndex, _ framing: HandshakeFraming, _ source: inout VectorSource
    ) throws -> [UInt8] {
        let invitee = try invitee(&source)
        proposed.append(invitee)
        return try propose(
            .add(invitee.keyPackage.keyPackage), by: proposer, framing, &source)
    }

    /// A member proposes a new leaf of its own.
    mutating func proposeUpdate(
        by proposer: LeafIndex, _ framing: HandshakeFraming, _ source: inout VectorSource
    ) throws -> [UInt8] {
        let place = try place(of: proposer)
        let sent = try members[place].group.proposeUpdate(
            options: Self.options(framing), policy: VectorClient.policy,
            using: &source.entropy)
        return try deliver(sent, from: place)
    }

    private static func options(_ framing: HandshakeFraming) -> ProposalOptions {
        var options = ProposalOptions()
        options.framing = framing
        return options
    }

    private mutating func deliver(
        _ sent: OutboundProposal, from sender: Int
    ) throws -> [UInt8] {
        for place in members.indices where place != sender {
            _ = try members[place].group.process(
                MLSMessage(encoded: sent.message), policy: VectorClient.policy)
        }
        return sent.message
    }
}

// MARK: - Commits

extension VectorGroup {
    /// A member commits some proposals and adds new clients, and all others hear it.
    @discardableResult
    mutating func commit(
        by committer: UInt32, proposing proposals: [Proposal] = [], adding newcomers: Int = 0,
        path: Bool = true, treeInWelcome: Bool = true, _ source: inout VectorSource
    ) throws -> VectorCommit {
        let plan = VectorCommitPlan(
            proposals: proposals, newcomerCount: newcomers, path: path,
            treeInWelcome: treeInWelcome)
        return try commit(plan, by: LeafIndex(committer), &source)
    }

    /// A member commits, and all others hear it; those whom it adds join.
    mutating func commit(
        _ plan: VectorCommitPlan, by committer: LeafIndex, _ source: inout VectorSource
    ) throws -> VectorCommit {
        var invited = proposed
        var proposals = plan.proposals
        for _ in 0..<plan.newcomerCount {
            let invitee = try invitee(&source)
            invited.append(invitee)
            proposals.append(.add(invitee.keyPackage.keyPackage))
        }
        var options = CommitOptions()
        options.path = plan.path
        options.framing = plan.framing
        options.ratchetTreeInWelcome = plan.treeInWelcome
        let place = try place(of: committer)
        // A ReInit is committed by its name, and alone.
        let reInit = members[place].group.proposals.filter { $0.proposal.type == .reInit }
        let sent = try members[place].group.commit(
            proposals, including: reInit.isEmpty ? .valid : .exactly(reInit.map(\.reference)),
            preSharedKeys: preSharedKeys, options: options,
            policy: VectorClient.policy, using: &source.entropy)
        return try hear(sent, invited)
    }

    /// Somebody joins by a commit of its own, perhaps in the place of a member that it was, and
    /// all others hear it.
    mutating func joinExternally(
        replacing former: LeafIndex? = nil, _ source: inout VectorSource
    ) throws -> VectorCommit {
        let client = try former.map { try member(at: $0).client } ?? invitee(&source).client
        var options = ExternalJoinOptions()
        options.replacing = former
        let info = members[0].group.groupInfo()
        let joined = try Group.joinExternally(
            info, leaf: client.leaf, signer: client.signer, options: options,
            policy: VectorClient.policy, using: &source.entropy)
        let newcomer = VectorMember(client: client, group: joined.group, keyPackage: nil)
        try enter(try staying(after: joined.message), [newcomer])
        return VectorCommit(message: joined.message, welcome: nil, newcomers: [])
    }

    private mutating func hear(
        _ sent: OutboundCommit, _ invited: [VectorInvitee]
    ) throws -> VectorCommit {
        let staying = try staying(after: sent.message)
        let newcomers = try join(sent.welcome, invited, tree: staying[0].group.ratchetTree)
        try enter(staying, newcomers)
        return VectorCommit(
            message: sent.message, welcome: sent.welcome,
            newcomers: newcomers.compactMap { member in
                member.keyPackage.map { (member.client, $0) }
            })
    }

    /// The members that are left after a commit, each in the next epoch.
    private func staying(after commit: [UInt8]) throws -> [VectorMember] {
        var staying: [VectorMember] = []
        for var member in members {
            let heard = try member.group.process(
                MLSMessage(encoded: commit), preSharedKeys: preSharedKeys,
                policy: VectorClient.policy)
            if case .removed = heard.received { continue }
            staying.append(member)
        }
        return staying
    }

    /// Begins the next epoch, in which all have to agree.
    private mutating func enter(
        _ staying: [VectorMember], _ newcomers: [VectorMember]
    ) throws {
        members = staying + newcomers
        proposed = []
        for member in members {
            try expect(
                "the epoch authenticator", member.group.epochAuthenticator,
                equals: epochAuthenticator)
        }
    }

    /// Whoever of the invited the Welcome is for, as a member.
    private func join(
        _ welcome: [UInt8]?, _ invited: [VectorInvitee], tree: [UInt8]
    ) throws -> [VectorMember] {
        guard let welcome else { return [] }
        guard case .welcome(let welcome) = try MLSMessage(encoded: welcome) else {
            throw JSONError(description: "it is no Welcome")
        }
        let welcomed = invited.filter { invitee in
            welcome.recipients.contains(invitee.keyPackage.keyPackage.reference)
        }
        return try welcomed.map { client, keyPackage in
            let group = try Group.join(
                welcome, with: keyPackage, signer: client.signer, ratchetTree: tree,
                preSharedKeys: preSharedKeys, policy: VectorClient.policy)
            return VectorMember(client: client, group: group, keyPackage: keyPackage)
        }
    }
}
