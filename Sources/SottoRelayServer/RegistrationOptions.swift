// What the host of a relay decides on who may register, and how often clients may do things.

public import SottoRelayCore
import SottoRelayProtocol

/// Who may open a mailbox, how fast clients may go, and who is not served (spec/relay.md sections 3
/// and 10).
public struct RegistrationOptions: Sendable, Equatable {
    /// Who may open a mailbox.
    public enum Policy: String, CaseIterable, Sendable {
        /// Anybody.
        case open
        /// Who shows an invitation.
        case invitation
        /// Nobody.
        case closed
    }

    /// Who may open a mailbox.
    public var policy: Policy
    /// The bits of work that a registration costs, 0 to 32.
    public var workBits: Int
    /// Registrations of one client in an hour.
    public var registersHourly: Int
    /// Lanes that one client opens in an hour.
    public var lanesHourly: Int
    /// Posts of one client in an hour.
    public var postsHourly: Int
    /// Who is not served.
    public var bans: BanList

    /// Anybody may register, as often as the specification has it, unless something else is given.
    public init(
        policy: Policy = .open, workBits: Int = 0, registersHourly: Int = 120,
        lanesHourly: Int = 1_200, postsHourly: Int = 720_000, bans: BanList = BanList()
    ) {
        self.policy = policy
        self.workBits = workBits
        self.registersHourly = registersHourly
        self.lanesHourly = lanesHourly
        self.postsHourly = postsHourly
        self.bans = bans
    }

    var terms: RegistrationTerms {
        let policy: RegistrationTerms.Policy =
            switch policy {
            case .open: .open
            case .invitation: .invitation
            case .closed: .closed
            }
        return RegistrationTerms(
            policy: policy, workBits: min(max(workBits, 0), RelayLimits.workBitsMax))
    }

    var rates: RateLimits {
        RateLimits(
            registersHourly: registersHourly, lanesHourly: lanesHourly, postsHourly: postsHourly)
    }
}
