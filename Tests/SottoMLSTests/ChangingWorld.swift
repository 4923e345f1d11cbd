// A group that changes at random, its members, its lane, and what is said meanwhile.

import SottoCrypto
import Testing

@testable import SottoMLS

/// Up to thirty-two members and a lane that keeps all handshake messages in one order, and of
/// commits those alone that are of its epoch. Members read it at their own pace.
struct ChangingWorld {
    struct Place {
        var member: TestMember
        /// How much of the lane the member has read.
        var position: Int
        /// The member's first epoch.
        let since: UInt64
        /// What its application has stored: what the changes said, and nothing else.
        var store: [GroupRecordKey: Secret]
        /// What is on its way to it, and what of it was read.
        var inbox: [Said] = []
        var read: [Said] = []

        init(_ member: TestMember, position: Int) {
            self.member = member
            self.position = position
            since = member.group.epoch
            store = member.records
        }

        mutating func keep(_ changes: [GroupChange]) {
            for change in changes {
                switch change {
                case .write(let key): store[key] = member.group.encoded(key)
                case .delete(let key): store[key] = nil
                case .deleteEpoch(let epoch):
                    store = store.filter { $0.key.epochNumber != epoch }
                }
            }
        }
    }

    var random: Entropy
    var places: [String: Place] = [:]
    var names: [String] { places.keys.sorted() }
    /// What was said, and the last states of those who are out.
    var said: [Said] = []
    var gone: [Group] = []
    var counts = Counts()
    private(set) var lane: [[UInt8]] = []
    private(set) var laneEpoch: UInt64 = 0
    /// What all agree on, by epoch.
    private(set) var contexts: [UInt64: GroupContext] = [:]
    /// Commits that others were faster than.
    private var losers: [[UInt8]] = []
    /// What became of each message, with whoever read it.
    private var outcomes: [Int: String] = [:]
    /// Who was proposed to be added and waits for a Welcome.
    private var waiting: [String: (client: TestClient, keyPackage: OwnKeyPackage)] = [:]
    /// What members said in the lane's epoch who want to leave.
    private var leaving: [[UInt8]] = []
    private let outsider: TestClient
    private var keys = PreSharedKeys()
    private var counter = 0

    init(seed: UInt8) throws {
        random = Entropy(seed: Secret(copying: [seed, 77]))
        keys[external: [1]] = Secret(copying: [seed])
        outsider = try TestClient("outsider", seed: seed)
        var founder = try Self.client("founder", seed)
        var extensions = TestClient.groupExtensions
        extensions[.externalSenders] = ExternalSender.encoded([
            ExternalSender(
                signatureKey: outsider.signer.publicKey, credential: outsider.leaf.credential)
        ])
        let group = try founder.found(extensions: extensions)
        places["founder"] = Place(TestMember(client: founder, group: group), position: 0)
        contexts[0] = group.context
    }

    private static func client(_ name: String, _ seed: UInt8) throws -> TestClient {
        var client = try TestClient(name, seed: seed)
        client.leaf.capabilities.proposals = [.selfRemove]
        return client
    }

    private mutating func newClient() throws -> TestClient {
        counter += 1
        return try Self.client("client \(counter)", 0)
    }

    /// Has others join until the group has so many members.
    mutating func fill(to count: Int) throws {
        while places.count < count {
            try everybodyReads()
            try joinExternally(told: names[0])
        }
    }

    /// Has the first member remove the last ones.
    mutating func remove(_ count: Int) throws {
        try everybodyReads()
        let leaves = names.suffix(count).compactMap { places[$0]?.member.group.ownLeaf }
        try commit(names[0], leaves.map { .remove($0) })
    }

    private mutating func everybodyReads() throws {
        for name in names {
            while let place = places[name], place.position < lane.count { try read(name) }
        }
    }

    mutating func step() throws {
        guard let name = names.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<42: for _ in 0..<6 { try read(name) }
        case 42..<56: try propose(name)
        case 56..<64: try commit(name)
        case 64..<69: try joinExternally(told: name)
        case 69..<72: try comeBack(name)
        case 72..<77: try proposeFromOutside(told: name)
        case 77..<87: try say(name)
        case 87..<95: for _ in 0..<6 { try hear(name) }
        case 95..<97: try hearAgain(name)
        default: try restart(name)
        }
    }

    /// Everybody reads all, is where the others are, and hears them.
    mutating func settle() throws {
        try everybodyReads()
        var members = names.compactMap { places[$0]?.member }
        #expect(members.allSatisfy { $0.group.epoch == laneEpoch })
        try everybodyTalks(&members)
    }

    // MARK: - Reading

    private mutating func read(_ name: String) throws {
        guard var place = places[name], place.position < lane.count else { return }
        let number = place.position
        let before = place.member.group
        let outcome: String
        do {
            let processed = try place.member.group.process(
                MLSMessage(encoded: lane[number]), preSharedKeys: keys,
                policy: TestClient.policy)
            place.keep(processed.changes)
            switch processed.received {
            case .removed:
                leave(place.member.group, before, by: lane[number])
                return places[name] = nil
            case .commit(let summary):
                follow(before, lane[number], summary)
                outcome = "commit \(summary.epoch)"
            case .proposal(let proposal): outcome = "proposal \(proposal.reference.bytes)"
            case .application: throw TestError.notACommit
            }
        } catch ProcessError.fromSelf {
            place.position += 1
            return places[name] = place
        } catch let error as ProcessError {
            outcome = "\(error)"
            if case .commit = error { Issue.record("\(name) does not follow: \(error)") }
        }
        #expect(outcomes[number, default: outcome] == outcome)
        outcomes[number] = outcome
        place.position += 1
        places[name] = place
    }

    private mutating func restart(_ name: String) throws {
        guard var place = places[name], let epoch = place.store[.epoch] else { return }
        let differing = Set(place.store.keys).union(place.member.records.keys)
            .filter { place.store[$0] != place.member.records[$0] }
        #expect(differing.sorted() == [])
        place.member.group = try Group(
            epoch: epoch, pending: place.store[.pendingCommit],
            proposals: place.store[.proposals], signer: place.member.client.signer)
        let rest = place.store.keys.filter { $0.epochNumber != nil }
        try place.member.load(rest, from: place.store)
        places[name] = place
    }

    /// Something of the lane comes again, or a commit that another was faster than.
    private mutating func hearAgain(_ name: String) throws {
        guard var place = places[name] else { return }
        let old = lane.prefix(place.position).suffix(8) + losers.suffix(4)
        guard let message = old.randomElement(using: &random) else { return }
        let decoded = try MLSMessage(encoded: message)
        // Who has not seen the faster one yet is not shown the slower one by the lane.
        guard decoded.epoch ?? 0 < place.member.group.epoch else { return }
        let before = place.member.records
        #expect(throws: ProcessError.self) {
            try place.member.group.process(
                decoded, preSharedKeys: keys, policy: TestClient.policy)
        }
        #expect(place.member.records == before)
    }

    // MARK: - Changing

    private mutating func propose(_ name: String) throws {
        guard var place = places[name] else { return }
        let group = place.member.group
        let sent: OutboundProposal
        do {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: sent = try place.member.updates()
            case 1:
                var client = try newClient()
                let keyPackage = try client.keyPackage()
                waiting[client.name] = (client, keyPackage)
                sent = try place.member.proposes(.add(keyPackage.keyPackage))
            case 2:
                let leaf = group.members.randomElement(using: &random)?.index ?? group.ownLeaf
                sent = try place.member.proposes(.remove(leaf))
            case 3:
                let id = group.preSharedKeyID(.external(id: [1]), using: &random)
                sent = try place.member.proposes(.preSharedKey(id))
            case 4:
                var extensions = group.extensions
                extensions[ExtensionType(rawValue: 0xF052)] = random.bytes(4)
                sent = try place.member.proposes(.groupContextExtensions(extensions)) {
                    $0.framing = .publicMessage
                }
            default:
                sent = try place.member.proposes(.selfRemove)
                if group.epoch == laneEpoch { leaving.append(sent.message) }
            }
        } catch ProposeError.proposal(.changedTwice) {
            return
        }
        place.keep(sent.changes)
        places[name] = place
        lane.append(sent.message)
    }

    private mutating func proposeFromOutside(told name: String) throws {
        guard let group = places[name]?.member.group else { return }
        let place = OutsideProposer(group.context)
        if Bool.random(using: &random) {
            let leaf = group.members.randomElement(using: &random)?.index ?? group.ownLeaf
            lane.append(try place.propose(.remove(leaf), as: 0, signer: outsider.signer))
        } else {
            var client = try newClient()
            let keyPackage = try client.keyPackage()
            waiting[client.name] = (client, keyPackage)
            lane.append(
                try place.proposeAdding(keyPackage.keyPackage, signer: client.signer))
        }
    }

    /// Commits what is proposed; the lane takes it if nobody else was first.
    private mutating func commit(_ name: String, _ proposals: [Proposal] = []) throws {
        guard var place = places[name], place.member.group.pendingCommit == nil else { return }
        let hasPath = Bool.random(using: &random)
        let isPublic = Bool.random(using: &random)
        let commit = try place.member.commits(proposals, keys: keys) {
            $0.path = hasPath
            $0.framing = isPublic ? .publicMessage : .privateMessage
        }
        place.keep(commit.changes)
        let isFirst = place.member.group.epoch == laneEpoch
        places[name] = place
        guard isFirst else { return losers.append(commit.message) }
        order(commit.message, place.member.group.pendingCommit?.next)
        guard commit.welcome != nil else { return }
        for (name, guest) in waiting.sorted(by: { $0.key < $1.key }) {
            guard case .welcome(let welcome) = try MLSMessage(encoded: commit.welcome ?? [])
            else { throw TestError.notAWelcome }
            guard welcome.recipients.contains(guest.keyPackage.keyPackage.reference) else {
                continue
            }
            waiting[name] = nil
            let group = try Group.join(
                welcome, with: guest.keyPackage, signer: guest.client.signer,
                preSharedKeys: keys, policy: TestClient.policy)
            enter(TestMember(client: guest.client, group: group))
        }
    }

    private mutating func joinExternally(told name: String) throws {
        guard places.count < 32 else { return }
        try join(as: newClient(), replacing: nil, told: name)
    }

    /// Somebody lost its state and comes back.
    private mutating func comeBack(_ name: String) throws {
        guard let place = places[name], let told = names.randomElement(using: &random),
            told != name,
            let leaf = places[told]?.member.group.leafNode(at: place.member.group.ownLeaf),
            leaf.signatureKey == place.member.client.signer.publicKey
        else { return }
        try join(as: place.member.client, replacing: place.member.group.ownLeaf, told: told)
    }

    private mutating func join(
        as client: TestClient, replacing: LeafIndex?, told name: String
    ) throws {
        guard let group = places[name]?.member.group, group.epoch == laneEpoch else { return }
        var client = client
        let id = group.preSharedKeyID(.external(id: [1]), using: &random)
        let takesKey = Bool.random(using: &random)
        let join: ExternalJoin
        do {
            join = try client.joinsExternally(group.groupInfo()) { options in
                options.replacing = replacing
                options.preSharedKeyIDs = takesKey ? [id] : []
                options.preSharedKeys = keys
                options.selfRemoves = try leaving.map { try publicMessage($0) }
            }
        } catch ExternalJoinError.proposals(.changedTwice) {
            // Who comes back had wanted to leave.
            return
        }
        order(join.message, join.group.current)
        enter(TestMember(client: client, group: join.group))
    }

    private mutating func order(_ commit: [UInt8], _ next: EpochState?) {
        lane.append(commit)
        laneEpoch += 1
        leaving = []
        contexts[laneEpoch] = next?.context
    }

    private mutating func enter(_ member: TestMember) {
        places[member.client.name] = Place(member, position: lane.count)
        readsNothingFromBefore(member)
    }
}
