// Who may open a mailbox: anybody, who was invited, or nobody (spec/relay.md section 3).

package import SottoRelayProtocol
import SottoWire

/// An invitation as a store keeps it [REG-2].
package struct InvitationRow: Sendable, Equatable {
    /// How many mailboxes it still opens.
    package var uses: UInt32
    /// When it ends.
    package var expires: Timestamp

    /// An invitation.
    package init(uses: UInt32, expires: Timestamp) {
        self.uses = uses
        self.expires = expires
    }
}

extension RelayCore {
    /// Lets a new mailbox in, or not; an invitation is used up with the registration [REG-3].
    ///
    /// One refusal for every reason: who asks learns nothing of what codes there are.
    mutating func admit(
        _ register: Verified<Register>, _ now: Timestamp
    ) throws(Pending) {
        guard register.workBits >= terms.workBits else { throw .refused(.notPermitted) }
        switch terms.policy {
        case .open: return
        case .closed: throw .refused(.notPermitted)
        case .invitation:
            guard let hash = register.request.pass.invitation?.hash else {
                throw .refused(.notPermitted)
            }
            let found = try row(rows.invitations.find(hash), .invitation(hash))
            guard var row = found, row.uses > 0, now < row.expires else {
                throw .refused(.notPermitted)
            }
            row.uses -= 1
            let left = row.uses > 0 ? row : nil
            rows.invitations.change(hash, to: left)
            batch.writes.append(.invitation(hash, left))
        }
    }
}

extension RelayEngine {
    /// Remembers an invitation, and forgets those that have ended.
    package mutating func invite(
        _ hash: InvitationHash, _ row: InvitationRow, now: Timestamp
    ) throws(RelayStoreError) {
        try put([.removeInvitations(before: now), .invitation(hash, row)])
    }
}
