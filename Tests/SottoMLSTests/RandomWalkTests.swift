// Random histories of groups: whatever happens, members that follow the commits agree.

import SottoCrypto
import SottoMLS
import Testing

@Suite("Random histories")
struct RandomWalkTests {
    @Test("members agree, messages are read once, under any order and loss", arguments: 0..<12)
    func walk(seed: Int) throws {
        var world = try World(seed: UInt8(seed))
        for _ in 0..<120 { try world.step() }
        try world.settle()
    }
}

/// Up to eight clients, one lane that orders commits, and a network that loses and reorders
/// messages.
private struct World {
    private struct Message {
        let epoch: UInt64
        let text: String
        let bytes: [UInt8]
    }

    /// A member and what is on its way to it: commits in order, messages in none.
    private struct Place {
        var member: TestMember
        var commits: [[UInt8]] = []
        var messages: [Message] = []
        var read: [Message] = []

        /// Whether the member was not there yet in an epoch that would still be kept.
        func joined(after epoch: UInt64) -> Bool {
            member.group.encoded(.pastEpoch(epoch)) == nil
        }
    }

    private var random: Entropy
    private var places: [String: Place] = [:]
    private var names: [String] { places.keys.sorted() }
    private var laneEpoch: UInt64 = 0
    private var counter = 0

    init(seed: UInt8) throws {
        random = Entropy(seed: Secret(copying: [seed]))
        let founder = try TestClient("member 0", seed: seed).founder()
        places["member 0"] = Place(member: founder)
    }

    mutating func step() throws {
        guard let name = names.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: try say(name)
        case 30..<55: try hear(name)
        case 55..<75: try follow(name)
        case 75..<85: try commit(name, [])
        case 85..<91: try add(by: name)
        case 91..<94: try remove(by: name)
        case 94..<97: try restart(name)
        default: lose(name)
        }
    }

    /// Delivers all commits and checks that everybody arrived at the same state.
    mutating func settle() throws {
        for name in names { while places[name]?.commits.isEmpty == false { try follow(name) } }
        let groups = places.values.map(\.member.group)
        #expect(groups.allSatisfy { $0.epoch == laneEpoch })
        #expect(groups.allSatisfy { $0.epochAuthenticator == groups[0].epochAuthenticator })
        #expect(groups.allSatisfy { $0.members == groups[0].members })
        for name in names { try say(name) }
        for name in names { while places[name]?.messages.isEmpty == false { try hear(name) } }
    }

    private mutating func say(_ name: String) throws {
        guard var place = places[name] else { return }
        counter += 1
        let text = "message \(counter)"
        let message = Message(
            epoch: place.member.group.epoch, text: text, bytes: try place.member.says(text))
        places[name] = place
        for other in names where other != name { places[other]?.messages.append(message) }
    }

    /// Delivers a message, any of those on their way; sometimes it comes twice.
    private mutating func hear(_ name: String) throws {
        guard var place = places[name], !place.messages.isEmpty else { return }
        let message = place.messages.remove(
            at: Int.random(in: place.messages.indices, using: &random))
        let epoch = place.member.group.epoch
        let before = place.member.records
        do {
            #expect(try place.member.reads(message.bytes) == message.text)
            place.read.append(message)
        } catch ProcessError.epochInFuture {
            #expect(message.epoch > epoch)
            place.messages.append(message)
            #expect(place.member.records == before)
        } catch ProcessError.epochTooOld {
            let oldest = epoch - min(epoch, UInt64(MLSLimits.pastEpochsMax))
            #expect(message.epoch < oldest || place.joined(after: message.epoch))
            #expect(place.member.records == before)
        }
        if let again = place.read.randomElement(using: &random) {
            let before = place.member.records
            #expect(throws: ProcessError.self) { try place.member.hears(again.bytes) }
            #expect(place.member.records == before)
        }
        places[name] = place
    }

    private mutating func lose(_ name: String) {
        guard let place = places[name], !place.messages.isEmpty else { return }
        let lost = Int.random(in: place.messages.indices, using: &random)
        places[name]?.messages.remove(at: lost)
    }

    /// Delivers the next commit.
    private mutating func follow(_ name: String) throws {
        guard var place = places[name], !place.commits.isEmpty else { return }
        let commit = place.commits.removeFirst()
        if case .removed = try place.member.hears(commit) {
            places[name] = nil
        } else {
            places[name] = place
        }
    }

    private mutating func restart(_ name: String) throws {
        guard var place = places[name] else { return }
        place.member = try place.member.restarted()
        places[name] = place
    }

    /// Commits; the lane takes it if nobody else was first.
    @discardableResult
    private mutating func commit(
        _ name: String, _ proposals: [Proposal]
    ) throws -> OutboundCommit? {
        guard var place = places[name], place.member.group.pendingCommit == nil else {
            return nil
        }
        let path = Bool.random(using: &random)
        let framing: HandshakeFraming =
            Bool.random(using: &random) ? .privateMessage : .publicMessage
        let commit = try place.member.commits(proposals) { options in
            options.path = path
            options.framing = framing
        }
        let isFirst = place.member.group.epoch == laneEpoch
        places[name] = place
        guard isFirst else { return nil }
        laneEpoch += 1
        for name in names { places[name]?.commits.append(commit.message) }
        return commit
    }

    private mutating func add(by name: String) throws {
        guard places.count < 8 else { return }
        counter += 1
        var client = try TestClient("member \(counter)")
        let keyPackage = try client.keyPackage()
        guard let commit = try commit(name, [.add(keyPackage.keyPackage)]) else { return }
        let group = try client.join(commit.welcome, with: keyPackage)
        places[client.name] = Place(member: TestMember(client: client, group: group))
    }

    private mutating func remove(by name: String) throws {
        guard let group = places[name]?.member.group else { return }
        let others = group.members.map(\.index).filter { $0 != group.ownLeaf }
        guard let leaf = others.randomElement(using: &random) else { return }
        try commit(name, [.remove(leaf)])
    }
}
