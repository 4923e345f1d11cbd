// Rows as the store has them, and over these what a batch would make of them.

/// What is known of one row.
enum Lookup<Row> {
    /// It has not been asked for.
    case unknown
    /// There is none.
    case absent
    /// This is it.
    case found(Row)
}

/// Rows of one table: the committed ones that were read, and the uncommitted ones of a batch.
struct RowSet<Key: Hashable & Sendable, Row: Sendable>: Sendable {
    fileprivate var committed: [Key: Row?] = [:]
    fileprivate var changed: [Key: Row?] = [:]

    /// What the batch sees under a key.
    func find(_ key: Key) -> Lookup<Row> {
        guard let row = changed[key] ?? committed[key] else { return .unknown }
        return row.map(Lookup.found) ?? .absent
    }

    /// The row that the batch sees, when it is known to be there.
    subscript(key: Key) -> Row? {
        (changed[key] ?? committed[key]) ?? nil
    }

    /// How many rows are known, absent ones included.
    var count: Int { committed.count }

    /// The row as the store has it.
    func beforeBatch(_ key: Key) -> Row? { committed[key] ?? nil }

    /// Takes over what the store has.
    mutating func learn(_ key: Key, _ row: Row?) { committed[key] = .some(row) }

    /// What the batch makes of a row.
    mutating func change(_ key: Key, to row: Row?) { changed[key] = .some(row) }

    /// The batch is on disk.
    ///
    /// - Parameter remembersAbsence: Whether a removed row stays known as removed.
    mutating func commit(remembersAbsence: Bool = true) {
        for (key, row) in changed {
            committed[key] = row == nil && !remembersAbsence ? nil : .some(row)
        }
        changed.removeAll(keepingCapacity: true)
    }

    /// The batch did not happen.
    mutating func abandon() { changed.removeAll(keepingCapacity: true) }

    /// Remembers nothing.
    mutating func forget() {
        committed.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
    }

    /// Remembers nothing if that is more than `limit` rows.
    mutating func forget(over limit: Int) {
        if committed.count > limit { committed = [:] }
    }
}

extension RowSet where Row: Equatable {
    /// Every key under which the batch sees this row. Looks at all that is in memory.
    func keys(of row: Row) -> [Key] {
        let keys = Set(committed.keys).union(changed.keys)
        return keys.filter { self[$0] == row }
    }
}
