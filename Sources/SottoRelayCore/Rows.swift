// What the relay keeps, as values (spec/relay.md section 8).

package import SottoRelayProtocol

/// A mailbox, without its entries.
package struct MailboxRow: Sendable, Equatable {
    /// Who owns it.
    package var mailboxKey: MailboxKey
    /// What its entries are sealed to.
    package var sealingKey: SealingKey
    /// The generation of its delivery secret.
    package var tokenGeneration: UInt32
    /// The newest entry that was acknowledged; 0 for none.
    package var acked: UInt64
    /// The newest entry there ever was; 0 for none.
    package var newest: UInt64
    /// How many entries it holds.
    package var entries: Int
    /// How many bytes these have.
    package var bytes: Int
    /// How many labels of the present generation it denies [TOK-8].
    package var denied = 0
    /// How many gap marks it holds [MBX-9].
    package var gaps = 0
    /// Whether open tokens admit anything [TOK-7].
    package var isOpen = true
    /// What open tokens brought in the present hour [TOK-7].
    package var openWelcomes = RateWindow()
    /// What tokens of other lanes brought in the present day [TOK-5].
    package var strayWelcomes = RateWindow()

    /// A mailbox in this state, which denies nothing.
    package init(
        mailboxKey: MailboxKey, sealingKey: SealingKey, tokenGeneration: UInt32 = 1,
        acked: UInt64 = 0, newest: UInt64 = 0, entries: Int = 0, bytes: Int = 0
    ) {
        self.mailboxKey = mailboxKey
        self.sealingKey = sealingKey
        self.tokenGeneration = tokenGeneration
        self.acked = acked
        self.newest = newest
        self.entries = entries
        self.bytes = bytes
    }
}

/// A gap mark that lies in a mailbox [MBX-9].
package struct GapRow: Sendable, Equatable {
    /// The lane that it names.
    package var name: GapName
    /// The number of the mark among the mailbox's entries.
    package var sequence: UInt64

    /// The mark for a lane.
    package init(name: GapName, sequence: UInt64) {
        self.name = name
        self.sequence = sequence
    }
}

/// A number of entries and the bytes they have.
package struct EntryTotal: Sendable, Equatable {
    /// How many.
    package var entries: Int
    /// How many bytes.
    package var bytes: Int

    /// So many entries of so many bytes.
    package init(entries: Int = 0, bytes: Int = 0) {
        self.entries = entries
        self.bytes = bytes
    }
}

/// The lane of a token [TOK-5].
package struct PinRow: Sendable, Equatable {
    /// The token and its lane, hashed together.
    package var lane: PinnedLane
    /// The day of a post in the last week before the last one that showed the token.
    package var day: UInt64

    /// A token's lane, shown on a day.
    package init(lane: PinnedLane, day: UInt64) {
        self.lane = lane
        self.day = day
    }
}

/// A post that was accepted [LANE-5].
package struct PostRow: Sendable, Equatable {
    /// What tells it from another post under its id.
    package var bodyHash: PostBodyHash
    /// The head that it gave its lane.
    package var head: LaneHead
    /// What became of it at each mailbox.
    package var statuses: [RecipientStatus]
    /// When.
    package var time: Timestamp

    /// An accepted post and what it was answered, but for the proof, which can be made again.
    package init(
        bodyHash: PostBodyHash, head: LaneHead, statuses: [RecipientStatus], time: Timestamp
    ) {
        self.bodyHash = bodyHash
        self.head = head
        self.statuses = statuses
        self.time = time
    }
}

/// A record and who may write it.
package struct RecordRow: Sendable, Equatable {
    /// Pinned by the first put [DIR-1].
    package var writeKey: WriteKey
    /// Its newest version.
    package var record: Record
    /// The day on which that came.
    package var day: UInt64

    /// A record of this writer.
    package init(writeKey: WriteKey, record: Record, day: UInt64) {
        self.writeKey = writeKey
        self.record = record
        self.day = day
    }
}

/// A stock, without its packages, which are numbered in the order they came.
package struct StockRow: Sendable, Equatable {
    /// Pinned by the first put [DIR-1].
    package var writeKey: WriteKey
    /// The number of the last put.
    package var version: UInt64
    /// What the last put was, to know it again [DIR-2].
    package var bodyHash: StockBodyHash
    /// The number of the oldest package that is left.
    package var oldest: UInt64
    /// The number that the next package will get.
    package var next: UInt64
    /// What is given when none is left.
    package var lastResort: SealedPackage?
    /// The takes of the present hour [DIR-4].
    package var takes: RateWindow
    /// The day of the last put.
    package var day: UInt64

    /// A stock in this state.
    package init(
        writeKey: WriteKey, version: UInt64, bodyHash: StockBodyHash, oldest: UInt64 = 0,
        next: UInt64 = 0, lastResort: SealedPackage? = nil,
        takes: RateWindow = RateWindow(), day: UInt64
    ) {
        self.writeKey = writeKey
        self.version = version
        self.bodyHash = bodyHash
        self.oldest = oldest
        self.next = next
        self.lastResort = lastResort
        self.takes = takes
        self.day = day
    }

    /// How many packages are left.
    package var count: Int { Int(next - oldest) }
}

/// The oldest entries of one mailbox, to be removed because their time is over.
package struct ExpiredEntries: Sendable, Equatable {
    /// The mailbox.
    package var mailbox: MailboxID
    /// The newest of them.
    package var through: UInt64

    /// The entries of a mailbox up to a number.
    package init(mailbox: MailboxID, through: UInt64) {
        self.mailbox = mailbox
        self.through = through
    }
}
