// The bounds of the relay's own decisions, and the quotas that an operator may set.

import SottoRelayProtocol

/// Limits inside the relay (spec/relay.md section 8).
package enum RelayCoreLimits {
    /// The requests one transaction may hold.
    package static let batchOperationsMax = 1_024
    /// The bytes of rows that one transaction may make and read, about. One post may make more.
    package static let batchBytesMax = 16 << 20
    /// How often a batch may ask for rows before it is given up as our own mistake: whatever
    /// it holds, a first round asks for rows and a second for what hangs on these.
    package static let roundsMax = 4
    /// The mailboxes, the lanes, and the lanes of tokens, that are remembered between batches.
    package static let rowsRememberedMax = 100_000
    /// The lists of denied labels, and those of gap marks, that are remembered between batches.
    package static let deniedListsRememberedMax = 4_096

    /// The entries read at once for a subscriber that has fallen behind, and their bytes.
    package static let fetchEntriesMax = 128
    /// The bytes of entries read at once. One entry may have more.
    package static let fetchBytesMax = 1 << 20

    /// The posts that one sweep removes at most, and about how many entries.
    package static let sweepRowsMax = 2_000

    /// How long a client is told to wait when the store cannot write.
    package static let unavailableRetry = Duration.seconds(5)
    /// How long a client is told to wait when a batch holds as many posts as it may [HEAD-4].
    package static let fullBatchRetry = Duration.milliseconds(100)
    /// How long a client is told to wait when the relay shuts down.
    package static let drainingRetry = Duration.seconds(2)
    /// The time over which the packages taken from a stock are counted [DIR-4].
    package static let stockWindow = Duration.seconds(60 * 60)
    /// The time over which the Welcomes of open tokens are counted [TOK-7].
    package static let openWindow = Duration.seconds(60 * 60)
    /// The time over which the Welcomes of other lanes' tokens are counted [TOK-5].
    package static let strayWindow = Duration.seconds(24 * 60 * 60)
    /// The time over which ephemeral posts are counted [EPH-2].
    package static let ephemeralWindow = Duration.seconds(10)
    /// The lanes, and the mailboxes, whose ephemeral posts are counted at once. Beyond that all
    /// counts begin anew.
    package static let ephemeralCountsMax = 50_000
    /// How old the time of a branch's last use may be, so that using it does not write it each
    /// time.
    package static let branchUseLag = Duration.seconds(24 * 60 * 60)
    /// How many links are removed at once when a lane has too many, so that not every post
    /// removes one.
    package static let linksRemovedTogether: UInt64 = 64
    /// The lanes whose old links one sweep looks for.
    package static let lanesPatrolledMax = 1_000
    /// The requests for links of a lane in ten seconds [LINK-2].
    package static let linkRequestsMax: UInt32 = 100
    /// How many days the day of a lane's or a token's last use may lag, so that using it does not
    /// write it each time.
    package static let usedDaysLag: UInt64 = 7
    /// The time over which the evaluations of a connection are counted [NAME-5].
    package static let nameWindow = Duration.seconds(60 * 60)
}

/// What one mailbox may hold [MBX-7].
package struct RelayQuotas: Sendable, Equatable {
    /// The entries of a mailbox.
    package var mailboxEntries: Int
    /// The bytes of all entries of a mailbox.
    package var mailboxBytes: Int
    /// How many days an entry is kept.
    package var entryDays: UInt64
    /// How many days a lane is kept to which nobody posts [LANE-8].
    package var laneDays: UInt64

    /// Quotas; those not named are the defaults of the specification.
    package init(
        mailboxEntries: Int = 10_000, mailboxBytes: Int = 64 << 20, entryDays: UInt64 = 30,
        laneDays: UInt64 = 365
    ) {
        self.mailboxEntries = mailboxEntries
        self.mailboxBytes = mailboxBytes
        self.entryDays = entryDays
        self.laneDays = laneDays
    }

    /// Whether a mailbox takes one more entry of so many bytes. Its gap marks do not count: they
    /// lie beyond the quota [MBX-9].
    func admits(_ row: MailboxRow, bytes: Int) -> Bool {
        row.entries - row.gaps < mailboxEntries
            && row.bytes - row.gaps * RelayLimits.gapMarkBytes + bytes <= mailboxBytes
    }
}
