// One transaction for a batch of events: load, decide, write, commit.

import GRDB
package import SottoClientCore
package import SottoCrypto
import SottoMLS
package import SottoRelayProtocol

/// What came of a batch of events that is committed.
package struct Applied: Sendable {
    /// What leaves now, in order.
    package let effects: [Effect]
    /// The answer to each event.
    package let replies: [Reply]
    /// Whether another process had written since our last transaction.
    package let sawOthers: Bool
}

extension ClientStore {
    /// Lets the engine decide on events and keeps what it decides, all of it or nothing.
    ///
    /// Only when the transaction is on disk does `core` become the engine's next state, and only
    /// then may the effects leave [ONCE-2] [ONCE-3]. After an error both are as before. Events that
    /// write nothing leave the generation as it is: nobody needs to look for what they wrote.
    package mutating func apply(
        _ events: [Event], to core: inout ClientCore, now: Timestamp, using entropy: inout Entropy
    ) throws(StoreError) -> Applied {
        var next = core
        var random = entropy
        var cache = cache
        let known = generation
        var committed = known
        var effects: [Effect] = []
        var replies: [Reply] = []
        var hasWritten = false
        do {
            try database.inTransaction(.immediate) { [seal] database in
                committed = try Self.takeLease(in: database)
                if committed != known + 1 { cache.removeAll() }
                let tables = RecordTables(database: database, seal: seal, generation: committed)
                for event in events {
                    var step = Step(tables: tables, cache: cache)
                    let reply = try step.take(event, core: &next, now: now, using: &random)
                    cache = step.cache
                    effects += step.effects
                    hasWritten = hasWritten || step.hasWritten
                    replies.append(reply)
                }
                return hasWritten ? .commit : .rollback
            }
        } catch {
            self.cache.removeAll()
            throw StoreError(error)
        }
        core = next
        entropy = random
        self.cache = cache
        generation = hasWritten ? committed : committed - 1
        return Applied(effects: effects, replies: replies, sawOthers: committed != known + 1)
    }

    /// Takes the lease row for this transaction: nobody else writes until it ends.
    private static func takeLease(in database: Database) throws -> Int64 {
        try database.execute(sql: "UPDATE lease SET generation = generation + 1")
        return try generation(in: database)
    }
}

/// One event within a transaction.
private struct Step {
    let tables: RecordTables
    var cache: RecordCache
    var effects: [Effect] = []
    var hasWritten = false

    init(tables: RecordTables, cache: RecordCache) {
        self.tables = tables
        self.cache = cache
    }

    /// Calls the engine until it has what it needs, then writes what it decided.
    mutating func take(
        _ event: Event, core: inout ClientCore, now: Timestamp, using entropy: inout Entropy
    ) throws -> Reply {
        var loaded = LoadedRecords()
        for _ in 0..<ClientLimits.roundsMax {
            switch core.decide(event, loaded: loaded, now: now, entropy: &entropy) {
            case .missing(let keys):
                for key in keys { loaded.add(try load(key), under: key) }
            case .effects(let decided, let next, let reply):
                for effect in decided { try perform(effect, using: &entropy) }
                core = next
                return reply
            case .damaged: throw StoreError.doesNotOpen
            }
        }
        throw StoreError.doesNotOpen
    }

    private mutating func load(_ key: RecordKey) throws -> StoredRecord? {
        if let known = cache[key] { return known }
        let record = try tables.load(key)
        cache.add(record, under: key)
        return record
    }

    /// Writes what is to be written; the rest waits for the commit.
    private mutating func perform(_ effect: Effect, using entropy: inout Entropy) throws {
        switch effect {
        case .write(let key, let record):
            try tables.write(record, under: key, using: &entropy)
            cache.add(record, under: key)
        case .deleteEpoch(let group, let epoch):
            try tables.deleteGroup(group, epoch: epoch)
            cache.remove { key in
                guard case .group(group, let part) = key else { return false }
                return part.epochNumber == epoch
            }
        case .deleteGroup(let group):
            try tables.deleteGroup(group)
            cache.remove { key in
                guard case .group(group, _) = key else { return false }
                return true
            }
        case .request, .acknowledge, .named, .resume:
            effects.append(effect)
            return
        }
        hasWritten = true
    }
}
