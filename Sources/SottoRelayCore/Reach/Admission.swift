// Which connections a relay has, how far each is, and which it does without.

/// Counts connections from the moment they are accepted.
///
///     opened --(its client is known)--> opened --(it has asked for something)--> begun --> closed
///
/// A flood of connections that never ask for anything costs those of them that wait longest, and
/// nobody who asks in time [NET-6].
package struct Admission: Sendable {
    /// One connection.
    package struct Ticket: Hashable, Sendable, Comparable {
        fileprivate let number: UInt64

        /// Which came first.
        package static func < (left: Ticket, right: Ticket) -> Bool { left.number < right.number }
    }

    private let limits: ConnectionLimits
    private let proxies: TrustedProxies?
    private var newest: UInt64 = 0
    /// Every connection, with whom it counts for.
    private var clients: [Ticket: ClientAddress?] = [:]
    private var counts: [ClientAddress: Int] = [:]
    private var beginnings: Set<Ticket> = []
    /// No beginning is older than this.
    private var oldest: UInt64 = 1

    /// Nobody is connected yet.
    package init(limits: ConnectionLimits, proxies: TrustedProxies?) {
        self.limits = limits
        self.proxies = proxies
    }

    /// How many connections there are.
    package var count: Int { clients.count }

    /// What becomes of a new connection.
    package enum OnOpen: Equatable {
        /// It is served; the other one, if any, is closed in its place.
        case admitted(Ticket, insteadOf: Ticket?)
        /// There are too many.
        case full
    }

    /// A connection was accepted.
    package mutating func open() -> OnOpen {
        guard clients.count < limits.connections else { return .full }
        newest += 1
        let ticket = Ticket(number: newest)
        clients[ticket] = .some(nil)
        beginnings.insert(ticket)
        guard beginnings.count > limits.beginnings, let oldest = takeOldest() else {
            return .admitted(ticket, insteadOf: nil)
        }
        return .admitted(ticket, insteadOf: oldest)
    }

    /// It is known for whom a connection counts.
    ///
    /// - Returns: Whether that client may have one more; if not it is to be closed. An address of
    ///   this machine or of a proxy that vouches for nobody is not one client's, and not counted.
    package mutating func identify(_ ticket: Ticket, as address: ClientAddress) -> Bool {
        guard let before = clients[ticket] else { return false }
        if let before { uncount(before) }
        guard !address.isLoopback, proxies?.contain(address) != true else {
            clients[ticket] = .some(nil)
            return true
        }
        let client = address.client
        guard counts[client, default: 0] < limits.perClient else {
            clients[ticket] = .some(nil)
            return false
        }
        clients[ticket] = client
        counts[client, default: 0] += 1
        return true
    }

    /// A connection has asked for something whole.
    package mutating func begin(_ ticket: Ticket) { beginnings.remove(ticket) }

    /// A connection is gone.
    package mutating func close(_ ticket: Ticket) {
        guard let client = clients.removeValue(forKey: ticket) else { return }
        beginnings.remove(ticket)
        if let client { uncount(client) }
    }

    private mutating func uncount(_ client: ClientAddress) {
        guard let count = counts[client] else { return }
        counts[client] = count > 1 ? count - 1 : nil
    }

    /// The beginning that waits longest, which is one no more.
    private mutating func takeOldest() -> Ticket? {
        while oldest <= newest {
            let ticket = Ticket(number: oldest)
            oldest += 1
            if beginnings.remove(ticket) != nil { return ticket }
        }
        return nil
    }
}
