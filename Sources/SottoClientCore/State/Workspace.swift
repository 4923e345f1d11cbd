// What one decision works on: records as loaded, changes on top, and what is missing.

import OrderedCollections
import SottoCrypto
import SottoMLS
import SottoRelayProtocol

/// The records that were loaded for a decision.
package struct LoadedRecords: Sendable {
    private var records: [RecordKey: StoredRecord?] = [:]

    /// Nothing.
    package init() {}

    /// Adds what lies under a key; `nil` says that nothing does.
    package mutating func add(_ record: StoredRecord?, under key: RecordKey) {
        records[key] = .some(record)
    }

    /// What lies under a key: `nil` if it was not loaded, `.some(nil)` if there is nothing.
    package subscript(key: RecordKey) -> StoredRecord?? { records[key] }
}

/// Why a decision stopped.
enum Halt: Error, Equatable {
    /// Records are needed that were not loaded.
    case missing
    /// The intent cannot be done.
    case refused(IntentRefusal)
    /// Stored records contradict each other.
    case damaged
    /// A function of the layers below failed that cannot fail on values of our own.
    case impossible
}

/// The changes of one decision. A copy of nothing durable: dropped unless the decision succeeds.
struct Workspace {
    /// The wall clock when the event came.
    let time: Timestamp
    var entropy: Entropy
    private let loaded: LoadedRecords
    private(set) var missing: OrderedSet<RecordKey> = []
    private var writes: OrderedDictionary<RecordKey, StoredRecord?> = [:]
    private var effects: [Effect] = []
    private var groups: OrderedDictionary<GroupID, OpenGroup> = [:]

    /// A group that this decision has opened, and which of its records have changed.
    private struct OpenGroup {
        var group: Group
        var changed: OrderedSet<GroupRecordKey> = []
    }

    init(loaded: LoadedRecords, now: Timestamp, entropy: Entropy) {
        self.loaded = loaded
        time = now
        self.entropy = entropy
    }

    /// The effects in their order: first what is written, then what leaves.
    consuming func finish() throws(Halt) -> [Effect] {
        try writeGroups()
        return writes.map { Effect.write($0.key, $0.value) } + effects
    }
}

// MARK: - Records

extension Workspace {
    /// What lies under a key, with the changes of this decision.
    mutating func find(_ key: RecordKey) throws(Halt) -> StoredRecord? {
        if let written = writes[key] { return written }
        if let record = loaded[key] { return record }
        missing.append(key)
        throw .missing
    }

    /// Stops with everything of `keys` that was not loaded, so that one round brings all of it.
    mutating func need(_ keys: [RecordKey]) throws(Halt) {
        let absent = keys.filter { writes[$0] == nil && loaded[$0] == nil }
        guard !absent.isEmpty else { return }
        missing.append(contentsOf: absent)
        throw .missing
    }

    /// Writes a record.
    mutating func put(_ record: StoredRecord, under key: RecordKey) {
        writes.updateValue(.some(record), forKey: key)
    }

    /// Deletes a record.
    mutating func remove(_ key: RecordKey) { writes.updateValue(nil, forKey: key) }

    /// Adds an effect that leaves after the transaction, or a deletion of many records.
    mutating func emit(_ effect: Effect) { effects.append(effect) }
}

// MARK: - Groups

extension Workspace {
    /// The group, opened from its records at the first use in a decision.
    ///
    /// - Throws: `.damaged` where it has no records or they are none.
    mutating func group(_ id: GroupID, signer: SignaturePrivateKey) throws(Halt) -> Group {
        if let open = groups[id] { return open.group }
        try need([.group(id, .epoch), .group(id, .pendingCommit), .group(id, .proposals)])
        guard case .group(let epoch)? = try find(.group(id, .epoch)) else { throw .damaged }
        let pending = try groupRecord(id, .pendingCommit)
        let proposals = try groupRecord(id, .proposals)
        let group: Group
        do {
            group = try Group(
                epoch: epoch, pending: pending, proposals: proposals, signer: signer)
        } catch {
            throw .damaged
        }
        groups[id] = OpenGroup(group: group)
        return group
    }

    private mutating func groupRecord(
        _ id: GroupID, _ key: GroupRecordKey
    ) throws(Halt) -> Secret? {
        guard case .group(let record)? = try find(.group(id, key)) else { return nil }
        return record
    }

    /// Loads records that an operation on `group` asked for.
    mutating func load(_ keys: [GroupRecordKey], into group: inout Group) throws(Halt) {
        let id = group.id
        try need(keys.map { .group(id, $0) })
        for key in keys {
            guard case .group(let record)? = try find(.group(id, key)) else { throw .damaged }
            do { try group.load(key, record) } catch { throw .damaged }
        }
    }

    /// Takes the new state of a group; its records are encoded once, at the end.
    mutating func keep(_ group: Group, changes: [GroupChange]) {
        let id = group.id
        var open = groups[id] ?? OpenGroup(group: group)
        open.group = group
        for change in changes {
            switch change {
            case .write(let key): open.changed.append(key)
            case .delete(let key):
                open.changed.remove(key)
                remove(.group(id, key))
            case .deleteEpoch(let epoch):
                open.changed.removeAll { $0.epochNumber == epoch }
                emit(.deleteEpoch(id, epoch))
            }
        }
        groups[id] = open
    }

    /// Deletes a group and everything of it.
    mutating func forget(_ id: GroupID) {
        groups[id] = nil
        emit(.deleteGroup(id))
    }

    private mutating func writeGroups() throws(Halt) {
        for (id, open) in groups {
            for key in open.changed {
                guard let record = open.group.encoded(key) else { throw .impossible }
                put(.group(record), under: .group(id, key))
            }
        }
    }
}
