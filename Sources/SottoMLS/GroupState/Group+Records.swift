// A group out of its records and into them.

public import SottoCrypto
import SottoWire

extension Group {
    /// Takes up a membership.
    ///
    /// - Parameters:
    ///   - epoch: The record `.epoch`.
    ///   - pending: The record `.pendingCommit`, if there is one.
    ///   - proposals: The record `.proposals`, if there is one.
    ///   - signer: The key of our leaf, which no record holds.
    /// - Throws: `.mismatch` if the records or the key do not belong together.
    public init(
        epoch: Secret, pending: Secret?, proposals: Secret?, signer: SignaturePrivateKey
    ) throws(RecordError) {
        let (current, pastEpochs) = try Self.read(epoch, .epoch) { (reader) throws(WireError) in
            (try reader.value(EpochState.self), try reader.vector(of: EndedEpoch.self))
        }
        guard current.tree.leaf(at: current.ownLeaf)?.signatureKey == signer.publicKey else {
            throw .mismatch
        }
        self.init(current: current, pastEpochs: pastEpochs, signer: signer)
        if let pending {
            let commit = try read(pending, .pendingCommit, as: PendingCommit.self)
            guard commit.epoch.subtractingReportingOverflow(1) == (self.epoch, false) else {
                throw .mismatch
            }
            pendingCommit = commit
        }
        guard let proposals else { return }
        let stored = try read(proposals, .proposals, as: StoredProposals.self)
        guard stored.epoch == self.epoch else { throw .mismatch }
        proposalCache = stored.cache
    }

    /// Takes a record into memory. One that is there already stays as it is.
    ///
    /// - Throws: `.mismatch` if the record is another's, or of an epoch that is not kept.
    public mutating func load(_ key: GroupRecordKey, _ record: Secret) throws(RecordError) {
        guard let epoch = key.epochNumber,
            epoch == self.epoch || pastEpochs.contains(where: { $0.number == epoch })
        else { throw .mismatch }
        var loaded = self.loaded[epoch] ?? LoadedEpoch()
        switch key {
        case .epoch, .pendingCommit, .proposals: return
        case .secretTree:
            if loaded.secretTree == nil { loaded.secretTree = try read(record, key) }
        case .ratchet(_, let sender):
            if loaded.ratchets[sender] == nil { loaded.ratchets[sender] = try read(record, key) }
        case .pastEpoch:
            if loaded.past == nil { loaded.past = try read(record, key) }
        }
        if epoch != self.epoch { _ = loaded.end(epoch, ownLeaf: ownLeaf, suite) }
        self.loaded[epoch] = loaded
    }

    /// The present form of a record, to be stored sealed; `nil` if there is none in memory.
    public func encoded(_ key: GroupRecordKey) -> Secret? {
        switch key {
        case .epoch:
            write(key) { writer in
                writer.value(current)
                writer.vector(pastEpochs)
            }
        case .pendingCommit: write(key, pendingCommit)
        case .proposals:
            write(key, StoredProposals(epoch: self.epoch, cache: proposalCache))
        case .secretTree(let epoch): write(key, loaded[epoch]?.secretTree)
        case .ratchet(let epoch, let sender): write(key, loaded[epoch]?.ratchets[sender])
        case .pastEpoch(let epoch): write(key, loaded[epoch]?.past)
        }
    }

    /// All records that are in memory: what is to be stored of a group that was just created or
    /// joined.
    public var allRecords: [GroupChange] {
        var keys: [GroupRecordKey] = [.epoch]
        if pendingCommit != nil { keys.append(.pendingCommit) }
        if !proposalCache.entries.isEmpty { keys.append(.proposals) }
        for (epoch, part) in loaded {
            if part.secretTree != nil { keys.append(.secretTree(epoch: epoch)) }
            if part.past != nil { keys.append(.pastEpoch(epoch)) }
            keys += part.ratchets.keys.map { .ratchet(epoch: epoch, $0) }
        }
        return keys.sorted().map { .write($0) }
    }
}

// MARK: - The frame of a record: version, group and key

extension Group {
    private func write(_ key: GroupRecordKey, _ body: (inout WireWriter) -> Void) -> Secret {
        RecordFormat.write { writer in
            writer.value(key)
            writer.value(id)
            body(&writer)
        }
    }

    private func write(_ key: GroupRecordKey, _ value: (some WireEncodable)?) -> Secret? {
        value.map { value in write(key) { writer in writer.value(value) } }
    }

    private func read<Value: WireDecodable>(
        _ record: Secret, _ key: GroupRecordKey, as _: Value.Type = Value.self
    ) throws(RecordError) -> Value {
        let (group, value) = try Self.readNamed(record, key) { (reader) throws(WireError) in
            try reader.value(Value.self)
        }
        guard group == id else { throw .mismatch }
        return value
    }

    private static func read<Value>(
        _ record: Secret, _ key: GroupRecordKey,
        _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(RecordError) -> Value {
        try readNamed(record, key, body).value
    }

    private static func readNamed<Value>(
        _ record: Secret, _ key: GroupRecordKey,
        _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(RecordError) -> (group: GroupID, value: Value) {
        let (found, group, value) = try RecordFormat.read(record) { (reader) throws(WireError) in
            (
                try reader.value(GroupRecordKey.self), try reader.value(GroupID.self),
                try body(&reader)
            )
        }
        guard found == key else { throw .mismatch }
        return (group, value)
    }
}
