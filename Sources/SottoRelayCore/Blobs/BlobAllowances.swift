// How much each mailbox has uploaded lately: in memory alone, so that no disk tells who uploaded.

import SottoRelayProtocol

/// What mailboxes may still upload. It begins anew with each start of the relay.
struct BlobAllowances: Sendable {
    private struct Allowance {
        var left: UInt64
        var day: UInt64
    }

    private let full: UInt64
    private let days: UInt64
    private var used: [MailboxID: Allowance] = [:]

    init(_ quotas: BlobQuotas) {
        full = quotas.mailboxBytes
        days = quotas.days
    }

    /// Takes from what a mailbox has left; what is used up comes back evenly over the days that a
    /// blob is kept.
    mutating func take(_ bytes: UInt64, for mailbox: MailboxID, on day: UInt64) -> Bool {
        let left = left(used[mailbox], on: day)
        guard left >= bytes else { return false }
        makeRoom(on: day)
        used[mailbox] = Allowance(left: left - bytes, day: day)
        return true
    }

    private func left(_ allowance: Allowance?, on day: UInt64) -> UInt64 {
        guard let allowance, day < allowance.day + days else { return full }
        let passed = day > allowance.day ? day - allowance.day : 0
        // Less than the whole, since fewer days have passed than it takes.
        let back = full / days * passed
        let (sum, isMore) = allowance.left.addingReportingOverflow(back)
        return isMore ? full : min(sum, full)
    }

    /// Forgets mailboxes that have all back. Where so many upload that this is not enough, the
    /// quota of all together is what holds them, and counting begins anew.
    private mutating func makeRoom(on day: UInt64) {
        guard used.count >= BlobLimits.allowancesMax else { return }
        used = used.filter { left($0.value, on: day) < full }
        if used.count >= BlobLimits.allowancesMax { used = [:] }
    }
}
