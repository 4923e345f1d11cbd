// Random histories of every change that a group can have, by members and from outside.

import SottoCrypto
import SottoMLS
import Testing

@Suite("Random changes")
struct RandomChangeTests {
    @Test("members agree on every change, or refuse alike", arguments: 0..<10)
    func walk(seed: Int) throws {
        var world = try World(seed: UInt8(seed))
        for _ in 0..<300 { try world.step() }
        try world.settle()
    }

    @Test("so do thirty-two who joined by themselves")
    func crowd() throws {
        var world = try World(seed: 99)
        try world.fill(to: 32)
        for _ in 0..<200 { try world.step() }
        try world.settle()
    }
}

/// Up to thirty-two members and a lane that keeps all handshake messages in one order, and of
/// commits those alone that are of its epoch. Members read it at their own pace.
private struct World {
    private struct Place {
        var member: TestMember
        /// How much of the lane the member has read.
        var position: Int
    }

    private var random: Entropy
    private var places: [String: Place] = [:]
    private var names: [String] { places.keys.sorted() }
    private var lane: [[UInt8]] = []
    private var laneEpoch: UInt64 = 0
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
        places["founder"] = Place(
            member: TestMember(client: founder, group: group), position: 0)
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
            for name in names {
                while let place = places[name], place.position < lane.count { try read(name) }
            }
            try joinExternally(told: names[0])
        }
    }

    mutating func step() throws {
        guard let name = names.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<55: for _ in 0..<6 { try read(name) }
        case 55..<75: try propose(name)
        case 75..<83: try commit(name)
        case 83..<88: try joinExternally(told: name)
        case 88..<91: try comeBack(name)
        case 91..<97: try proposeFromOutside(told: name)
        default: try restart(name)
        }
    }

    /// Everybody reads all, is where the others are, and hears them.
    mutating func settle() throws {
        for name in names {
            while let place = places[name], place.position < lane.count { try read(name) }
        }
        var members = names.compactMap { places[$0]?.member }
        #expect(members.allSatisfy { $0.group.epoch == laneEpoch })
        try everybodyTalks(&members)
    }

    // MARK: - Reading

    private mutating func read(_ name: String) throws {
        guard var place = places[name], place.position < lane.count else { return }
        let number = place.position
        let outcome: String
        do {
            let received = try place.member.group.process(
                MLSMessage(encoded: lane[number]), preSharedKeys: keys,
                policy: TestClient.policy
            ).received
            switch received {
            case .removed: return places[name] = nil
            case .commit(let summary): outcome = "commit \(summary.epoch)"
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
        guard var place = places[name] else { return }
        place.member = try place.member.restarted()
        places[name] = place
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
    private mutating func commit(_ name: String) throws {
        guard var place = places[name], place.member.group.pendingCommit == nil else { return }
        let hasPath = Bool.random(using: &random)
        let isPublic = Bool.random(using: &random)
        let commit = try place.member.commits(keys: keys) {
            $0.path = hasPath
            $0.framing = isPublic ? .publicMessage : .privateMessage
        }
        let isFirst = place.member.group.epoch == laneEpoch
        places[name] = place
        guard isFirst else { return }
        order(commit.message)
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
            places[name] = Place(
                member: TestMember(client: guest.client, group: group), position: lane.count)
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
        order(join.message)
        places[client.name] = Place(
            member: TestMember(client: client, group: join.group), position: lane.count)
    }

    private mutating func order(_ commit: [UInt8]) {
        lane.append(commit)
        laneEpoch += 1
        leaving = []
    }
}
