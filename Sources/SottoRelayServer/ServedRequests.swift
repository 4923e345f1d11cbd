// What one connection asks of the relay, past the gatekeeper to the writer.

import NIOCore
import SottoRelayCore
import SottoRelayProtocol

/// The way of a connection's requests to the writer, and its place among the others.
struct ServedRequests {
    /// A request that goes no further, and what it is answered.
    typealias Refused = (request: UInt32, refusal: RelayRefusal)

    private let relay: RunningRelay
    private let client: ClientAddress?
    /// Names the connection; `.none` before it has arrived and after it has left.
    private(set) var id = ConnectionID.none
    private var mailbox: MailboxID?
    private var operations: [RelayOperation] = []

    /// - Parameter client: Where the connection comes from, for rates and bans.
    init(of relay: RunningRelay, from client: ClientAddress?) {
        self.relay = relay
        self.client = client
    }

    /// The connection can be found from here on.
    mutating func arrive(_ end: any ServedEnd, on loop: any EventLoop) {
        id = relay.table.add(end, on: loop)
        relay.meters.opened(relay.table.count)
    }

    /// Nobody hears of the connection any more.
    mutating func leave() {
        relay.table.remove(id)
        relay.meters.connected(relay.table.count)
        _ = relay.writer.submit([RelayOperation(connection: id, body: .disconnect)])
        id = .none
    }

    /// Takes what the connection decided to ask, for the next ``submit()``.
    ///
    /// - Returns: The request, if the gatekeeper does not let it pass.
    mutating func take(_ body: RelayOperation.Body) -> Refused? {
        if case .request(let request, let asked) = body {
            mailbox = asked.claimedMailbox ?? mailbox
            if let refusal = relay.gatekeeper.refusal(of: asked, from: client) {
                return (request, refusal)
            }
        }
        operations.append(RelayOperation(connection: id, body: body))
        return nil
    }

    /// Hands what was taken to the writer.
    ///
    /// - Returns: The requests that a busy writer leaves.
    mutating func submit() -> [Refused] {
        guard !operations.isEmpty else { return [] }
        let left = relay.writer.submit(operations)
        operations = []
        return left.compactMap { operation in
            guard case .request(let request, _) = operation.body else { return nil }
            return (request, .rateLimited(retryAfter: ServerLimits.busyRetry))
        }
    }

    /// Whether the host has banned who is connected.
    var areBanned: Bool { relay.gatekeeper.isBanned(client, mailbox) }
}
