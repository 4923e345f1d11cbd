// Decoded records that stay in memory between transactions.

import SottoClientCore

/// Records as they lie in the store; dropped as a whole when another process has written.
struct RecordCache {
    private var records: [RecordKey: StoredRecord?] = [:]

    /// What lies under a key: `nil` if that is not known.
    subscript(key: RecordKey) -> StoredRecord?? { records[key] }

    /// Remembers a record of a kind that is used again soon.
    mutating func add(_ record: StoredRecord?, under key: RecordKey) {
        guard Self.isKept(key) else { return }
        if records.count >= ClientLimits.recordsCachedMax { records = [:] }
        records[key] = .some(record)
    }

    /// Forgets everything.
    mutating func removeAll() { records = [:] }

    /// Forgets the records of a group, or of one epoch of it.
    mutating func remove(where isGone: (RecordKey) -> Bool) {
        records = records.filter { !isGone($0.key) }
    }

    private static func isKept(_ key: RecordKey) -> Bool {
        switch key {
        case .account, .publication, .counters, .worklist, .roster, .conversation, .lane, .flight,
            .group:
            true
        default: false
        }
    }
}
