// Where connections come in: counted, identified, and not waited for without end.

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import SottoRelayCore

/// The connections of a relay, from the moment they are accepted.
final class Door: Sendable {
    private struct State {
        var admission: Admission
        /// Those that have not asked for anything yet.
        var beginnings: [Admission.Ticket: any Channel] = [:]
    }

    let proxies: TrustedProxies?
    private let state: NIOLockedValueBox<State>
    private let meters: RelayMeters

    private let gatekeeper: Gatekeeper

    init(_ options: TransportOptions, meters: RelayMeters, gatekeeper: Gatekeeper) {
        self.gatekeeper = gatekeeper
        proxies = options.proxies
        self.meters = meters
        state = NIOLockedValueBox(
            State(admission: Admission(limits: options.limits, proxies: options.proxies)))
    }

    /// How many connections there are.
    var count: Int { state.withLockedValue { $0.admission.count } }

    /// Takes a connection in, on its event loop; nothing when it is one too many.
    func open(_ channel: any Channel) -> Arrival? {
        let (opened, displaced) = state.withLockedValue { state in
            let opened = state.admission.open()
            guard case .admitted(let ticket, let other) = opened else {
                return (opened, nil as (any Channel)?)
            }
            state.beginnings[ticket] = channel
            return (opened, other.flatMap { state.beginnings.removeValue(forKey: $0) })
        }
        if let displaced {
            meters.turnedAway(.displaced)
            displaced.close(promise: nil)
        }
        guard case .admitted(let ticket, _) = opened else {
            meters.turnedAway(.full)
            return nil
        }
        channel.closeFuture.whenComplete { _ in self.close(ticket) }
        return Arrival(ticket, of: channel, at: self)
    }

    fileprivate func identify(_ ticket: Admission.Ticket, as address: ClientAddress) -> Bool {
        guard !gatekeeper.isBanned(address) else {
            meters.turnedAway(.banned)
            return false
        }
        let isAdmitted = state.withLockedValue { state in
            state.admission.identify(ticket, as: address)
        }
        if !isAdmitted { meters.turnedAway(.perClient) }
        return isAdmitted
    }

    fileprivate func begin(_ ticket: Admission.Ticket) {
        state.withLockedValue { state in
            state.beginnings[ticket] = nil
            state.admission.begin(ticket)
        }
    }

    private func close(_ ticket: Admission.Ticket) {
        state.withLockedValue { state in
            state.beginnings[ticket] = nil
            state.admission.close(ticket)
        }
    }
}

/// One connection on its way in, for its event loop alone.
final class Arrival {
    /// Where its client is, as far as the relay may believe it; for limits, and shown nowhere.
    private(set) var client: ClientAddress?
    /// Whether its client has more connections than it may.
    private(set) var isOneTooMany = false

    private let ticket: Admission.Ticket
    private let door: Door
    private let peer: ClientAddress?
    private var patience: Scheduled<Void>?

    fileprivate init(_ ticket: Admission.Ticket, of channel: any Channel, at door: Door) {
        self.ticket = ticket
        self.door = door
        peer = channel.remoteAddress.flatMap(ClientAddress.init)
        client = peer
        patience = channel.eventLoop.scheduleTask(in: ServerLimits.beginningMax) {
            channel.close(promise: nil)
        }
    }

    /// Whether a PROXY header comes first.
    var isAnnounced: Bool { peer.map { door.proxies?.announces($0) ?? false } ?? false }

    /// Counts the connection for whom it comes from.
    ///
    /// - Returns: Whether it is served.
    func identify() -> Bool { identify(as: client) }

    /// The same, on the word of a proxy.
    func identify(as address: ClientAddress?) -> Bool {
        client = address
        guard let address else { return true }
        isOneTooMany = !door.identify(ticket, as: address)
        return !isOneTooMany
    }

    /// The head of a request has come; it may say where the client is.
    func asked(_ head: HTTPRequestHead) {
        patience?.cancel()
        patience = nil
        door.begin(ticket)
        guard let peer, let proxies = door.proxies, proxies.word == .forwardedFor else { return }
        let said = proxies.client(of: peer, saying: head.headers["X-Forwarded-For"])
        if said != client || isOneTooMany { _ = identify(as: said) }
    }
}

extension ClientAddress {
    /// The address of a socket; nothing for one that is a file.
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(text)
    }
}
