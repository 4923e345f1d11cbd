// What the relay keeps of lanes, as values (spec/relay.md section 8).

package import SottoRelayProtocol

/// A lane.
package struct LaneRow: Sendable, Equatable {
    /// How many commits it has had.
    package var epoch: UInt64
    /// The hash of the token that the current epoch is opened with.
    package var tokenHash: LaneTokenHash
    /// How many entries it has had.
    package var number: UInt64
    /// The value of its chain.
    package var head: HeadHash
    /// The day of a post in the last week before its last one [LANE-8].
    package var day: UInt64
    /// The number of the commit that began the epoch; 0 for the first.
    package var began: UInt64
    /// The alternative commits of the present week [LANE-9].
    package var alternatives = RateWindow()

    /// A lane in this state.
    package init(
        epoch: UInt64, tokenHash: LaneTokenHash, number: UInt64, head: HeadHash, day: UInt64,
        began: UInt64 = 0
    ) {
        self.epoch = epoch
        self.tokenHash = tokenHash
        self.number = number
        self.head = head
        self.day = day
        self.began = began
    }
}

/// An epoch of a lane that is not the one that began last.
package struct EpochRow: Sendable, Equatable {
    /// The number of the commit that began it; 0 for the first.
    package var began: UInt64
    /// How many commits led to it.
    package var depth: UInt64
    /// The hash of its token.
    package var tokenHash: LaneTokenHash
    /// The number of the last commit under it; 0 while it is open.
    package var ended: UInt64
    /// When the first commit ended it; while it is open, when it was posted to, within a day.
    package var time: Timestamp

    /// An epoch in this state.
    package init(
        began: UInt64, depth: UInt64, tokenHash: LaneTokenHash, ended: UInt64, time: Timestamp
    ) {
        self.began = began
        self.depth = depth
        self.tokenHash = tokenHash
        self.ended = ended
        self.time = time
    }
}

/// Epochs of a lane that need not be known any more.
package struct EpochPruning: Sendable, Equatable {
    /// Epochs that have ended, and that fewer commits led to.
    package var endedBelow: UInt64
    /// Epochs that are open, and that nobody has posted to since.
    package var openBefore: Timestamp

    /// Ended epochs of fewer commits, and open ones of an earlier time.
    package init(endedBelow: UInt64, openBefore: Timestamp) {
        self.endedBelow = endedBelow
        self.openBefore = openBefore
    }
}

/// An entry of a lane as its chain has it [LINK-3].
package struct LinkRow: Sendable, Equatable {
    /// Its number.
    package var number: UInt64
    /// What it did to its lane.
    package var kind: PostKind
    /// The commit's next token hash; zero for a message.
    package var nextTokenHash: LaneTokenHash
    /// The head before it.
    package var previous: HeadHash
    /// The hash of its envelope.
    package var envelopeHash: EnvelopeHash
    /// The day of its acceptance.
    package var day: UInt64

    /// A link.
    package init(
        number: UInt64, kind: PostKind, nextTokenHash: LaneTokenHash, previous: HeadHash,
        envelopeHash: EnvelopeHash, day: UInt64
    ) {
        self.number = number
        self.kind = kind
        self.nextTokenHash = nextTokenHash
        self.previous = previous
        self.envelopeHash = envelopeHash
        self.day = day
    }
}

/// A commit's envelope, sealed under the token that it was posted with [LINK-3].
package struct KeptCommit: Sendable, Equatable {
    /// The commit's number.
    package var number: UInt64
    /// What `CommitKeeping` opens.
    package var sealed: [UInt8]

    /// A commit that is kept.
    package init(number: UInt64, sealed: [UInt8]) {
        self.number = number
        self.sealed = sealed
    }
}

/// How far the links of a lane are too old to be kept.
package struct LinkAge: Sendable, Equatable {
    /// The lane.
    package var lane: LaneID
    /// The number of its oldest link.
    package var oldest: UInt64
    /// The number of the first that is kept: one above the last if none is.
    package var kept: UInt64

    /// The age of a lane's links.
    package init(lane: LaneID, oldest: UInt64, kept: UInt64) {
        self.lane = lane
        self.oldest = oldest
        self.kept = kept
    }
}
