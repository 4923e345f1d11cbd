// Which requests of a connection wait for a place, and which for an answer.

import SottoRelayProtocol
import SottoWire

/// The requests of one connection: numbered, sent in order, at most `places` unanswered
/// [RELAY-6].
struct RequestTable<Waiter> {
    /// Who wants the answer.
    enum Asker {
        /// A caller.
        case caller(Waiter)
        /// The link itself.
        case link
        /// Nobody any more; the place stays taken until the relay has answered.
        case nobody
    }

    private struct Entry {
        let type: RequestType
        var asker: Asker
        let deadline: Duration
        /// What is to be sent; nothing once it was.
        var unsent: [UInt8]?
    }

    private let places: Int
    private var entries: [UInt32: Entry] = [:]
    private var nextID: UInt32 = 1
    /// Every request below this one was sent, or given up before.
    private var nextToSend: UInt32 = 1
    /// No request below this one has a caller whose time could run out.
    private var oldestWatched: UInt32 = 1
    private var unanswered = 0
    private var waiting = 0

    init(places: Int) { self.places = places }

    enum OnAdd: Equatable {
        case send(id: UInt32, frame: [UInt8])
        case wait(id: UInt32)
        case refuse(RelayRequestError)
    }

    /// Numbers a request and sends it, or keeps it until there is a place.
    ///
    /// Deadlines never come out of order: each is as far from its request as any other.
    mutating func add(
        _ request: Request.Body, by asker: Asker, deadline: Duration, bytesMax: Int
    ) -> OnAdd {
        let id = nextID
        guard id < .max else { return .refuse(.closed(.usedUp)) }
        let isFree = unanswered < places && waiting == 0
        if case .caller = asker, !isFree, waiting >= RelayLinkLimits.requestsWaitingMax {
            return .refuse(.tooManyWaiting)
        }
        let frame = ClientFrame.request(Request(id: id, body: request)).wireBytes
        guard frame.count <= bytesMax else {
            return .refuse(.tooLarge(bytes: frame.count, bytesMax: bytesMax))
        }
        nextID += 1
        entries[id] = Entry(
            type: request.type, asker: asker, deadline: deadline, unsent: isFree ? nil : frame)
        guard isFree else {
            waiting += 1
            return .wait(id: id)
        }
        unanswered += 1
        nextToSend = nextID
        return .send(id: id, frame: frame)
    }

    enum OnAnswer {
        /// Who asked, and what for.
        case tell(Asker, RequestType)
        case unknown
        case wrongType
    }

    /// The relay answered; `type` is nothing when it refused.
    mutating func answered(_ id: UInt32, type: RequestType?) -> OnAnswer {
        guard let entry = entries[id], entry.unsent == nil else { return .unknown }
        guard type == nil || type == entry.type else { return .wrongType }
        entries[id] = nil
        unanswered -= 1
        return .tell(entry.asker, entry.type)
    }

    /// The next request that has a place now.
    mutating func nextFrame() -> [UInt8]? {
        guard waiting > 0, unanswered < places else { return nil }
        while nextToSend < nextID {
            defer { nextToSend += 1 }
            guard let frame = entries[nextToSend]?.unsent else { continue }
            entries[nextToSend]?.unsent = nil
            waiting -= 1
            unanswered += 1
            return frame
        }
        return nil
    }

    /// Its caller no longer waits. Answers the caller, if the request still has one.
    mutating func giveUp(_ id: UInt32) -> Waiter? {
        guard let entry = entries[id], case .caller(let waiter) = entry.asker else { return nil }
        if entry.unsent == nil {
            entries[id]?.asker = .nobody
        } else {
            entries[id] = nil
            waiting -= 1
        }
        return waiter
    }

    /// The callers whose time has run out, the earliest first; they are given up.
    mutating func expired(now: Duration) -> [Waiter] {
        var expired: [Waiter] = []
        while let deadline = earliestDeadline(), deadline <= now {
            if let waiter = giveUp(oldestWatched) { expired.append(waiter) }
        }
        return expired
    }

    /// When the first caller's time runs out.
    mutating func earliestDeadline() -> Duration? {
        while oldestWatched < nextID {
            if let entry = entries[oldestWatched], case .caller = entry.asker {
                return entry.deadline
            }
            oldestWatched += 1
        }
        return nil
    }

    /// Every caller that still waits, in the order of their requests; the table is empty then.
    mutating func removeAll() -> [Waiter] {
        let left = entries.sorted { $0.key < $1.key }
        entries = [:]
        unanswered = 0
        waiting = 0
        return left.compactMap { entry in
            if case .caller(let waiter) = entry.value.asker { waiter } else { nil }
        }
    }
}
