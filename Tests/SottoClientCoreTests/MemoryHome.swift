// A home without a disk: the engine's records in a dictionary, each through its codec.

import SottoClientCore
import SottoContent
import SottoCrypto
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

/// One client's engine and its records.
struct MemoryHome {
    var core = ClientCore()
    var now = Timestamp(milliseconds: 1_790_000_000_000)
    private(set) var records: [RecordKey: Secret] = [:]
    private var entropy: Entropy
    /// How many rounds of loading the longest decision took.
    private(set) var roundsMax = 0

    enum Fault: Error {
        case damaged
        case tooManyRounds
    }

    init(seed: UInt8) {
        entropy = Entropy(seed: Secret(copying: [UInt8](repeating: seed, count: 32)))
    }

    /// Lets the engine decide, keeps what it writes, and answers what leaves.
    mutating func take(_ event: Event) throws -> (effects: [Effect], reply: Reply) {
        var loaded = LoadedRecords()
        for round in 1...ClientLimits.roundsMax {
            roundsMax = max(roundsMax, round)
            switch core.decide(event, loaded: loaded, now: now, entropy: &entropy) {
            case .missing(let keys):
                for key in keys { loaded.add(try record(key), under: key) }
            case .effects(let effects, let next, let reply):
                core = next
                return (effects.filter { !write($0) }, reply)
            case .damaged: throw Fault.damaged
            }
        }
        throw Fault.tooManyRounds
    }

    /// What a user's wish is answered with.
    @discardableResult
    mutating func want(_ intent: Intent) throws -> (effects: [Effect], reply: Reply) {
        try take(.intent(intent))
    }

    /// Writes what is to be written; `false` for what leaves.
    private mutating func write(_ effect: Effect) -> Bool {
        switch effect {
        case .write(let key, let record): records[key] = record?.stored
        case .deleteEpoch(let group, let epoch):
            records = records.filter { entry in
                guard case .group(group, let key) = entry.key else { return true }
                return key.epochNumber != epoch
            }
        case .deleteGroup(let group):
            records = records.filter { entry in
                guard case .group(group, _) = entry.key else { return true }
                return false
            }
        default: return false
        }
        return true
    }
}

// MARK: - Looking

extension MemoryHome {
    func record(_ key: RecordKey) throws -> StoredRecord? {
        switch key {
        case .messageOfContent(let id):
            return try messages().first { $0.content == id }.map { .message($0) }
        case .unread(let conversation, let through):
            let unread = try messages().filter {
                $0.conversation == conversation && $0.number <= through
                    && $0.course == .incoming(isRead: false)
            }
            return .unread(UnreadRecord(numbers: unread.map(\.number)))
        default: return try records[key].map { try StoredRecord(stored: $0, for: key) }
        }
    }

    func messages() throws -> [MessageRecord] {
        try records.keys.compactMap { key -> MessageRecord? in
            guard case .message = key, case .message(let message)? = try record(key) else {
                return nil
            }
            return message
        }.sorted { $0.number < $1.number }
    }

    func texts() throws -> [String] {
        try messages().compactMap { message in
            guard case .text(let text) = message.body else { return nil }
            return text
        }
    }

    func alarms() throws -> [AlarmRecord] {
        try records.keys.compactMap { key -> AlarmRecord? in
            guard case .alarm = key, case .alarm(let alarm)? = try record(key) else { return nil }
            return alarm
        }.sorted { $0.number < $1.number }
    }

    func putAside() throws -> [PutAsideRecord] {
        try (Int64(1)..<2_000).compactMap { number in
            guard case .putAside(let entry)? = try record(.putAside(number)) else { return nil }
            return entry
        }
    }

    func account() throws -> OwnAccount {
        guard case .account(let account)? = try record(.account) else { throw Fault.damaged }
        return account
    }

    func publication() throws -> PublicationRecord {
        guard case .publication(let record)? = try record(.publication) else {
            throw Fault.damaged
        }
        return record
    }

    func conversation(with peer: AccountID) throws -> ConversationRecord {
        guard case .conversation(let record)? = try record(.conversation(peer)) else {
            throw Fault.damaged
        }
        return record
    }

    func lane(_ id: LaneID) throws -> LaneRecord {
        guard case .lane(let record)? = try record(.lane(id)) else { throw Fault.damaged }
        return record
    }

    func cursor() throws -> UInt64 {
        guard case .counters(let counters)? = try record(.counters) else { return 0 }
        return counters.mailbox
    }

    /// The group as this home holds it, with everything loaded.
    func group(_ id: GroupID) throws -> Group {
        guard let epoch = records[.group(id, .epoch)] else { throw Fault.damaged }
        var group = try Group(
            epoch: epoch, pending: records[.group(id, .pendingCommit)],
            proposals: records[.group(id, .proposals)], signer: try account().deviceKey)
        for (key, record) in records {
            guard case .group(id, let part) = key, part.epochNumber != nil else { continue }
            try group.load(part, record)
        }
        return group
    }

    /// Drops what the engine remembers, as a restart does.
    mutating func restart() { core = ClientCore() }
}
