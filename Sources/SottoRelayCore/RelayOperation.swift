// What connections ask of the relay's one writer, and what it tells them.

package import SottoRelayProtocol

/// One connection, for as long as the process lives.
package struct ConnectionID: Hashable, Sendable {
    private let number: UInt64

    /// The connection with this number.
    package init(_ number: UInt64) { self.number = number }
}

/// One thing to decide on.
package struct RelayOperation: Sendable {
    /// Who asks.
    package let connection: ConnectionID
    /// What is asked.
    package let body: Body

    /// Something that a connection asks.
    package init(connection: ConnectionID, body: Body) {
        self.connection = connection
        self.body = body
    }

    /// What is asked. A request's number comes back with its answer.
    package enum Body: Sendable {
        /// A request of the client's.
        case request(id: UInt32, Asked)
        /// Entries for a subscriber that has fallen behind.
        case fetch(FetchRequest)
        /// The connection is gone.
        case disconnect
        /// Nothing but to see whether the store can write.
        case probe
    }

    /// A client's request that needs the rows, its own signature checked. Operations are handed on
    /// several times: what is large and rare lies elsewhere.
    package enum Asked: Sendable {
        /// Opens a mailbox.
        indirect case register(Verified<Register>)
        /// Shows that the connection owns a mailbox; the key to check it with is a row.
        indirect case authenticate(Authenticate, ConnectionBinding)
        /// Asks for tokens.
        case mint(Mint)
        /// Denies tokens.
        case deny([TokenLabel])
        /// Begins a generation of tokens.
        case newGeneration(UInt32)
        /// Says whether open tokens admit anything.
        case setOpen(Bool)
        /// Starts deliveries.
        case subscribe
        /// Removes entries.
        case ack(UInt64)
        /// Posts to a lane.
        case post(Post)
        /// Puts a record.
        indirect case putRecord(Verified<PutRecord>)
        /// Gets a record.
        case getRecord(Locator)
        /// Adds to a stock.
        indirect case putStock(Verified<PutStock>)
        /// Takes from a stock.
        case takeStock(Locator)
        /// Counts a stock.
        case countStock(Locator)
        /// Forwards to who is there.
        case ephemeral(Ephemeral)
        /// Asks for links of a lane's chain.
        case links(GetLinks)
        /// Removes the connection's mailbox.
        case closeMailbox
        /// Removes a record or a stock.
        case remove(Verified<Removal>)
        /// Evaluates a blinded user name.
        case evaluate(NameElement)
    }

    /// How many bytes of rows it may make or read, about, to bound a batch. A recipient weighs
    /// something even if it is unknown, since it is looked for.
    package var weight: Int {
        switch body {
        case .fetch(let request):
            return min(
                request.max * RelayLimits.sealedEntryBytesMax, RelayCoreLimits.fetchBytesMax)
        case .request(_, .post(let post)):
            let copy = post.envelope.count + RelayLimits.entryOverheadMax
            let welcomes = post.commit?.welcomes ?? []
            return welcomes.reduce(copy * max(post.recipients.count, 1)) {
                $0 + $1.envelope.count + RelayLimits.entryOverheadMax
            }
        case .request(_, .ephemeral(let ephemeral)):
            return ephemeral.recipients.count
                * (ephemeral.envelope.count + RelayLimits.entryOverheadMax)
        case .request(_, .links): return RelayLimits.linkCommitsBytesMax
        case .request(_, .getRecord), .request(_, .putRecord): return RelayLimits.recordBytesMax
        case .request(_, .takeStock): return RelayLimits.packageBytesMax
        case .request, .disconnect, .probe: return 0
        }
    }

    /// How many bytes it holds while it waits, about.
    package var bytesHeld: Int {
        guard case .request(_, let asked) = body else { return 64 }
        return switch asked {
        case .post(let post): post.byteCount
        case .ephemeral(let ephemeral):
            ephemeral.envelope.count + ephemeral.recipients.count * Recipient.count
        case .putRecord(let put): put.request.record.sealed.count
        case .putStock(let put):
            put.request.addition.packages.reduce(0) { $0 + $1.sealed.count }
        default: 256
        }
    }

    /// Whether it leaves the store as it is, and so can be done when the store cannot write.
    package var isReadOnly: Bool {
        switch body {
        case .fetch, .disconnect: true
        case .probe: false
        case .request(_, let asked):
            switch asked {
            case .authenticate, .mint, .subscribe, .getRecord, .countStock, .ephemeral, .links,
                .evaluate:
                true
            case .register, .deny, .newGeneration, .setOpen, .ack, .post, .putRecord, .putStock,
                .takeStock, .closeMailbox, .remove:
                false
            }
        }
    }

    /// Whether it leaves the store with less in it, and so can be done when the store is full.
    package var makesRoom: Bool {
        switch body {
        case .request(_, .ack), .request(_, .takeStock), .request(_, .closeMailbox),
            .request(_, .remove):
            true
        default: false
        }
    }
}

/// Asks for entries of the connection's own mailbox.
package struct FetchRequest: Sendable, Equatable {
    /// Which subscription of the connection asks; comes back with the entries.
    package let subscription: UInt64
    /// The number after which to begin.
    package let after: UInt64
    /// How many at most.
    package let max: Int

    init(subscription: UInt64, after: UInt64, max: Int) {
        self.subscription = subscription
        self.after = after
        self.max = max
    }
}

/// Something that a connection is told.
package struct RelayReply: Sendable {
    /// Who is told.
    package let connection: ConnectionID
    /// What.
    package let event: ConnectionEvent
}

/// What the relay's writer tells a connection, all of it after the transaction is on disk.
package enum ConnectionEvent: Sendable {
    /// A request was answered or refused.
    case response(request: UInt32, Result<Answer, RelayRefusal>)
    /// The connection is the one that a mailbox's entries go to.
    case subscribed(request: UInt32, Owned)
    /// Entries that were asked for.
    case fetched(FetchedEntries)
    /// An entry came in.
    case stored(Delivery)
    /// Something for who is there came in.
    case forwarded(EphemeralDelivery)
    /// Another connection has subscribed to the mailbox.
    case superseded
    /// What the connection waits for cannot be had: the store fails. It is best closed.
    case broken
}

/// Entries of a mailbox, as they were before the batch in which they were asked for.
package struct FetchedEntries: Sendable, Equatable {
    /// Which subscription had asked.
    package let subscription: UInt64
    /// The entries, oldest first.
    package let entries: [Delivery]
    /// The number up to which there is nothing beside them.
    package let through: UInt64

    /// Entries for a subscription.
    package init(subscription: UInt64, entries: [Delivery], through: UInt64) {
        self.subscription = subscription
        self.entries = entries
        self.through = through
    }
}
