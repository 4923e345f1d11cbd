// The bounds of the client's engine: every queue, list, text and loop has one here.

/// Limits of the engine and of the store that keeps its records.
package enum ClientLimits {
    /// How often one decision may ask for more records before it counts as a fault. A conversation
    /// that goes on asks about ten times, and one step looks after
    /// ``conversationsOfStepMax`` of them.
    package static let roundsMax = 128
    /// How often one operation on a group may ask for more of its records.
    package static let groupRoundsMax = 4
    /// How many events share one transaction.
    package static let eventsOfTransactionMax = 64
    /// How many decoded records the store keeps in memory between transactions.
    package static let recordsCachedMax = 512

    /// The longest text of a message, in bytes of UTF-8.
    package static let textBytesMax = 65_536
    /// The longest name of a person, in characters [CONT-4].
    package static let nameCharactersMax = 64
    /// The longest name of an inbox consumer, in bytes of UTF-8.
    package static let consumerNameBytesMax = 64
    /// How many messages of one conversation may wait to be sent.
    package static let waitingMessagesMax = 4_096
    /// How many groups of one conversation are kept, the active one included.
    package static let groupsOfConversationMax = 8
    /// How many unread messages one step marks as read.
    package static let readsOfStepMax = 256
    /// How many conversations one event looks after when many have work.
    package static let conversationsOfStepMax = 4
    /// How many conversations there may be.
    package static let conversationsMax = 10_000

    /// How many message ids one status report names.
    package static let receiptsOfReportMax = 128
    /// How many receipts of one conversation wait; the oldest give way.
    package static let receiptsWaitingMax = 4_096
    /// How long receipts wait for others to go into one report [RCPT-1].
    package static let receiptDelay = Duration.milliseconds(100)

    /// How many heads of a lane are held to compare views with [CONV-7].
    package static let headsHeld: UInt64 = 1_024
    /// How many epochs before the current one are kept for reading [CONV-5].
    package static let pastEpochsMax = 3
    /// How many entries that could not be processed are kept [ONCE-5].
    package static let putAsideMax: Int64 = 1_000
    /// How many alarms of each ring are kept [ALARM-1].
    package static let alarmsMax: Int64 = 1_000

    /// How many key packages lie in the stock once it was filled [CARD-4].
    package static let stockTarget = 40
    /// Below this many key packages the stock is refilled [CARD-4].
    package static let stockLow = 20
    /// How many delivery tokens are kept ready for groups of our own founding.
    package static let tokensReady = 8
    /// How long a last-resort package serves before another takes its place.
    package static let lastResortServes = Duration.seconds(60 * 24 * 3_600)
    /// How many packages are taken for one device before its stock counts as unusable.
    package static let packageAttemptsMax = 48

    /// How long a key package lives from `not_before`, in seconds [CONV-3].
    package static let keyPackageSeconds: UInt64 = 90 * 24 * 3_600
    /// How long a Welcome may lie in a mailbox after its key package has expired [MBX-7].
    package static let welcomeTravels = Duration.seconds(30 * 24 * 3_600)
    /// How much clocks may differ, in seconds [CONV-3].
    package static let toleranceSeconds: UInt64 = 3_600
    /// How long a group that lost is still read [CHAT-4].
    package static let lostGroupKept = Duration.seconds(7 * 24 * 3_600)

    /// How long a group is waited for whose lane has gone on to an epoch that we do not reach.
    package static let staleGroupKept = Duration.seconds(600)
    /// How long the relay surely remembers a post that it accepted [LANE-5].
    package static let postsRemembered = Duration.seconds(23 * 3_600)

    /// How long after a refusal without a time of its own the same is asked again.
    package static let retryDelay = Duration.seconds(5)
    /// How long until a post that found the peer's mailboxes full is tried again; doubled with each
    /// time [ONCE-7].
    package static let fullMailboxDelay = Duration.seconds(30)
    /// The longest such wait, and the wait of a first message.
    package static let fullMailboxDelayMax = Duration.seconds(3_600)
    /// How soon one who sends more has it tried again [ONCE-7].
    package static let fullMailboxDelayMin = Duration.seconds(10)
    /// How long until a conversation that could not be founded tries again.
    package static let foundingRetryDelay = Duration.seconds(300)
}
