// Which leaves a direct conversation takes: two accounts, each proved by its own leaf.

import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

/// The judge of leaves [ID-5] [ID-7] [CHAT-2].
struct DirectLeaves: Sendable {
    /// The accounts that may be in the group; `nil` before it is known who invites.
    let accounts: [AccountID]?
    /// The relay that every mailbox is at.
    let relay: RelayID

    /// Why a leaf is refused; the number comes back in MLS's error.
    enum Reason: UInt16 {
        /// Credential, signature key and device log do not agree.
        case identity = 1
        /// It has no mailbox, or one that does not decode or is at another relay.
        case mailbox = 2
        /// It belongs to an account that has no place in the group.
        case account = 3
    }

    /// The policy for MLS at a moment.
    func policy(at now: Timestamp) -> LeafPolicy {
        LeafPolicy(
            now: UnixTime(now), tolerance: ClientLimits.toleranceSeconds,
            lifetimeMax: ClientLimits.keyPackageSeconds + 2 * ClientLimits.toleranceSeconds
        ) { leaf, origin in
            if let reason = refuses(leaf, origin) { return .refused(reason: reason.rawValue) }
            return .accepted
        }
    }

    private func refuses(_ leaf: LeafNode, _ origin: LeafOrigin) -> Reason? {
        guard let identity = Self.identity(of: leaf) else { return .identity }
        guard let data = leaf.extensions[.mailbox],
            let mailbox = try? MailboxExtension(wireBytes: data),
            mailbox.address.relay == relay.renamed(),
            (try? DeliveryToken(mailbox.token)) != nil
        else { return .mailbox }
        if let accounts, !accounts.contains(identity.account) { return .account }
        // Nobody joins by itself: one account founds the group and adds the other.
        if origin == .joining { return .account }
        if case .replacing(let old) = origin, Self.identity(of: old)?.account != identity.account {
            return .account
        }
        return nil
    }

    /// Who a leaf belongs to, if it proves that.
    static func identity(of leaf: LeafNode) -> LeafIdentity? {
        guard case .basic(let identity) = leaf.credential, let log = leaf.extensions[.deviceLog]
        else { return nil }
        return try? LeafIdentity(
            credential: identity, signatureKey: leaf.signatureKey, deviceLog: log)
    }
}
