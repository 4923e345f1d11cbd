// The bounds that both ends of a relay connection hold each other to (spec/relay.md section 10).

import SottoCrypto

/// Limits of what a client and a relay say to each other.
package enum RelayLimits {
    /// The protocol version spoken here [RELAY-2].
    package static let version: UInt16 = 1
    /// How many versions a client may offer.
    package static let versionsMax = 32
    /// The bytes of all extensions of a hello.
    package static let extensionsBytesMax = 4_096

    /// The bits of work that a relay may ask for: more than half an hour of it.
    package static let workBitsMax = 32
    /// The bytes of one frame, in either direction [RELAY-5].
    package static let frameBytesMax = 1_048_576
    /// The requests of one connection that may be unanswered [RELAY-6].
    package static let requestsInFlightMax = 64
    /// The bytes of a refusal's text.
    package static let refusalTextBytesMax = 256
    /// How long a connection may take to say hello.
    package static let helloTimeout = Duration.seconds(10)
    /// How long a connection may be silent.
    package static let idleTimeout = Duration.seconds(300)

    /// The bytes of a lane envelope: the largest size class, sealed.
    package static let envelopeBytesMax = 262_144 + SymmetricSeal.overhead
    /// The bytes of a Welcome's envelope: the largest size class for one, sealed to a device.
    package static let welcomeBytesMax = 131_072 + 1_141
    /// The mailboxes one post may name as recipients.
    package static let recipientsMax = 1_024
    /// The Welcomes one commit may carry.
    package static let welcomesMax = 16
    /// The gap marks that a full mailbox takes beyond its quota, one a lane [MBX-9].
    package static let gapMarksMax = 64
    /// The bytes of a sealed gap mark: an ephemeral key, what sealing adds, the entry's
    /// predecessor and type, a lane and a number.
    package static let gapMarkBytes = 32 + SymmetricSeal.overhead + 8 + 1 + 32 + 8
    /// How many epochs a lane remembers the token of, to answer `stale` [LANE-2].
    package static let laneEpochsKept: UInt64 = 64
    /// How long a commit that another has forestalled may be posted as an alternative, and how
    /// long a branch to which nobody posts stays open [LANE-9].
    package static let branchLife = Duration.seconds(7 * 24 * 60 * 60)
    /// The alternative commits of a lane in that time [LANE-9].
    package static let alternativesMax: UInt32 = 8
    /// The links of one answer [LINK-2].
    package static let linksMax = 256
    /// The bytes of the commits in one answer, at least one [LINK-2].
    package static let linkCommitsBytesMax = 524_288
    /// The bytes of the links in a proof of a fork: as many as an answer has [HEAD-6].
    package static let forkProofLinksBytesMax = linksMax * 66
    /// The bytes of a commit's envelope that is kept: the size class 65,536, sealed [LINK-3].
    package static let keptCommitBytesMax = 65_536 + SymmetricSeal.overhead
    /// The links of a lane that are kept [LINK-3].
    package static let linksOfLaneMax: UInt64 = 10_000
    /// How long a post id is remembered [LANE-5].
    package static let postMemory = Duration.seconds(24 * 60 * 60)
    /// The heads one signature may cover [HEAD-4].
    package static let headBatchMax = 1_024

    /// The bytes of an ephemeral envelope: the size class 1,024, sealed [EPH-2].
    package static let ephemeralBytesMax = 1_024 + SymmetricSeal.overhead
    /// The ephemeral posts of a lane in ten seconds [EPH-2].
    package static let ephemeralsOfLaneMax: UInt32 = 100
    /// The ephemeral deliveries of a mailbox in ten seconds [EPH-2].
    package static let ephemeralsOfMailboxMax: UInt32 = 200

    /// The credit a subscription may hold [MBX-4].
    package static let creditMax: UInt32 = 4_096
    /// The delivery tokens minted by one request.
    package static let mintedTokensMax: UInt16 = 256
    /// The labels that a mailbox denies, and those of one request [TOK-8].
    package static let deniedLabelsMax = 128
    /// The Welcomes that open tokens bring into one mailbox in an hour [TOK-7].
    package static let openWelcomesHourlyMax: UInt32 = 20
    /// The Welcomes that tokens pinned to other lanes bring into one mailbox in a day [TOK-5].
    package static let strayWelcomesDailyMax: UInt32 = 8
    /// The bytes of such a Welcome's envelope: the size class 4,096, sealed to a device.
    package static let strayWelcomeBytesMax = 4_096 + 1_141
    /// What a sealed entry has at most beside its envelope, in bytes: numbers, a head with its
    /// proof, and what sealing adds.
    package static let entryOverheadMax = 640
    /// The bytes of one sealed mailbox entry.
    package static let sealedEntryBytesMax = envelopeBytesMax + entryOverheadMax

    /// The bytes of a sealed record: its largest size class, sealed.
    package static let recordBytesMax = 65_536 + SymmetricSeal.overhead
    /// The bytes of one sealed key package: its largest size class, sealed.
    package static let packageBytesMax = 16_384 + SymmetricSeal.overhead
    /// The key packages of one put.
    package static let packagesOfPutMax = 32
    /// The key packages of one stock.
    package static let packagesOfStockMax = 200
    /// The key packages one stock gives in an hour [DIR-4].
    package static let packagesTakenHourlyMax: UInt32 = 120
    /// How many days a record or a stock is kept after its last put [DIR-6].
    package static let unusedDaysMax: UInt64 = 180
    /// The user names that one connection may have evaluated in an hour [NAME-5].
    package static let evaluationsHourlyMax: UInt32 = 60

    /// The bytes of a blob: 4 GiB, with what chunks and padding add to it.
    package static let blobBytesMax: UInt64 = (4 << 30) + (256 << 20)
}
