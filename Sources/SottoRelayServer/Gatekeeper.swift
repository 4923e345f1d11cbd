// Who may do what how often, and who nothing at all: what every connection asks before it asks on.

import NIOConcurrencyHelpers
import SottoRelayCore
import SottoRelayProtocol

/// The rates and bans of one relay. Addresses are in memory alone, and shown nowhere.
final class Gatekeeper: Sendable {
    private let rates: NIOLockedValueBox<RateTable>
    private let bans: NIOLockedValueBox<BanList>

    init(rates: RateLimits = RateLimits(), bans: BanList = BanList()) {
        self.rates = NIOLockedValueBox(RateTable(limits: rates))
        self.bans = NIOLockedValueBox(bans)
    }

    /// Takes another list; those who are connected are looked at by the table.
    func ban(_ list: BanList) { bans.withLockedValue { $0 = list } }

    /// Whether a client is not served, by its address or its mailbox.
    func isBanned(_ client: ClientAddress?, _ mailbox: MailboxID? = nil) -> Bool {
        bans.withLockedValue { list in
            guard !list.isEmpty else { return false }
            return client.map(list.bans) == true || mailbox.map(list.bans) == true
        }
    }

    /// Why a request is not carried further; nothing if it is. This machine's own addresses have
    /// no rates.
    func refusal(
        of asked: RelayOperation.Asked, from client: ClientAddress?
    ) -> RelayRefusal? {
        if let mailbox = asked.claimedMailbox, isBanned(nil, mailbox) { return .notPermitted }
        guard let act = asked.ratedAct, let client, !client.isLoopback else { return nil }
        let now = WallClock.now
        return rates.withLockedValue { $0.take(act, by: client, at: now) }
            .map { .rateLimited(retryAfter: $0) }
    }
}

extension RelayOperation.Asked {
    /// The mailbox that it says is the connection's own.
    var claimedMailbox: MailboxID? {
        switch self {
        case .register(let verified): verified.request.mailbox
        case .authenticate(let proof, _): proof.mailbox
        default: nil
        }
    }
}
