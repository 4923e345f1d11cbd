// Decisions and their store put together: a batch in, what may leave out.

package import SottoCrypto
package import SottoRelayProtocol

/// A relay without clock and network: it decides batches and makes them durable.
package struct RelayEngine: Sendable {
    private var core: RelayCore
    private let store: any RelayStore
    private var entropy: Entropy
    private var patrol: LaneID?

    /// Why the last transaction did not reach the disk, of those that did not merely make room
    /// there; nothing if it did.
    package private(set) var failure: RelayStoreError?

    /// Whether the relay can take what is posted. False makes it not ready.
    package var canWrite: Bool { failure == nil }

    /// A relay over a store, which nobody else uses.
    package init(
        privateKey: SignaturePrivateKey, secrets: RelaySecrets, quotas: RelayQuotas,
        store: any RelayStore, now: Timestamp, entropy: Entropy
    ) throws(CryptoError) {
        var entropy = entropy
        core = try RelayCore(
            identity: RelayIdentity(privateKey: privateKey, incarnation: store.incarnation),
            secrets: secrets, quotas: quotas, now: now, using: &entropy)
        self.store = store
        self.entropy = entropy
    }

    /// Who this relay is.
    package var identity: RelayIdentity { core.identity }

    /// What a mailbox may hold, from the next batch on.
    package var quotas: RelayQuotas {
        get { core.quotas }
        set { core.quotas = newValue }
    }

    /// What a new mailbox needs, from the next batch on.
    package var terms: RegistrationTerms {
        get { core.terms }
        set { core.terms = newValue }
    }

    /// Makes changes that no request asked for, between two batches.
    mutating func put(_ changes: [RelayWrite]) throws(RelayStoreError) { try write(changes) }

    /// How many mailboxes' devices listen.
    package var subscribers: Int { core.subscribers.count }

    /// Decides a batch and returns what may leave, which is when its transaction is on disk.
    ///
    /// When the store cannot write, what would change it is refused as `unavailable`, nothing
    /// of it having happened, and the rest is decided without it. In a full store what makes room
    /// is part of that rest [OPS-5].
    package mutating func run(
        _ operations: [RelayOperation], now: Timestamp
    ) -> RelayOutcome {
        let reason: RelayStoreError
        do throws(RelayStoreError) {
            return try attempt(operations, now: now)
        } catch {
            core.abandoned()
            reason = error
        }
        defer { failure = reason }
        if reason == .full,
            let outcome = attempt(only: { $0.isReadOnly || $0.makesRoom }, of: operations, now)
        {
            return outcome
        }
        return attempt(only: \.isReadOnly, of: operations, now)
            ?? RelayOutcome(
                replies: operations.compactMap(refusal), entriesStored: 0, wrote: false)
    }

    /// Decides some operations of a batch and refuses the others; nothing if that fails too.
    private mutating func attempt(
        only isDecided: (RelayOperation) -> Bool, of operations: [RelayOperation],
        _ now: Timestamp
    ) -> RelayOutcome? {
        do throws(RelayStoreError) {
            var outcome = try attempt(operations.filter(isDecided), now: now)
            outcome.replies += operations.filter { !isDecided($0) }.compactMap(refusal)
            return outcome
        } catch {
            core.abandoned()
            return nil
        }
    }

    /// Removes what is too old, about `RelayCoreLimits.sweepRowsMax` rows of a kind; when there
    /// is nothing left to remove, has the store fold its log. Renews what seals mailboxes.
    ///
    /// - Returns: Whether there may be more.
    package mutating func sweep(now: Timestamp) -> Bool {
        core.renewSealing(now: now, using: &entropy)
        do throws(RelayStoreError) {
            let leftovers = try core.leftovers(in: store, at: now, patrol: &patrol)
            guard !leftovers.isEmpty else {
                return try store.fold()
            }
            for _ in 0..<RelayCoreLimits.roundsMax {
                switch core.sweep(leftovers, now: now) {
                case .missing(let keys): core.learn(try store.find(keys))
                case .effects(let writes, _):
                    try write(writes)
                    core.committed()
                    return true
                }
            }
        } catch {
            core.abandoned()
            failure = error
        }
        return false
    }

    private mutating func attempt(
        _ operations: [RelayOperation], now: Timestamp
    ) throws(RelayStoreError) -> RelayOutcome {
        let named = core.rowsNamed(by: operations)
        if !named.isEmpty { core.learn(try store.find(named)) }
        for _ in 0..<RelayCoreLimits.roundsMax {
            switch core.decide(operations, now: now, using: &entropy) {
            case .missing(let keys): core.learn(try store.find(keys))
            case .effects(let writes, let replies):
                if !writes.isEmpty {
                    try write(writes)
                    if !RelayWrite.makeRoom(writes) { failure = nil }
                }
                core.committed()
                return RelayOutcome(
                    replies: replies, entriesStored: writes.count(where: \.isEntry),
                    wrote: !writes.isEmpty)
            }
        }
        assertionFailure("a batch asks for rows without end")
        throw .failed(code: 0)
    }

    /// Writes; where there is no room, once more after the store's log has given back its own.
    private func write(_ changes: [RelayWrite]) throws(RelayStoreError) {
        do throws(RelayStoreError) {
            try store.write(changes)
        } catch {
            guard error == .full else { throw error }
            _ = try? store.fold()
            try store.write(changes)
        }
    }

    private func refusal(_ operation: RelayOperation) -> RelayReply? {
        switch operation.body {
        case .request(let id, _):
            let refusal = RelayRefusal.unavailable(
                retryAfter: RelayCoreLimits.unavailableRetry)
            return RelayReply(
                connection: operation.connection,
                event: .response(request: id, .failure(refusal)))
        case .fetch: return RelayReply(connection: operation.connection, event: .broken)
        case .disconnect, .probe: return nil
        }
    }
}

/// What came of a batch.
package struct RelayOutcome: Sendable {
    /// What connections are told.
    package var replies: [RelayReply]
    /// How many mailbox entries were written.
    package let entriesStored: Int
    /// Whether there was anything to write.
    package let wrote: Bool
}

extension RelayWrite {
    fileprivate var isEntry: Bool {
        if case .entry = self { true } else { false }
    }
}
