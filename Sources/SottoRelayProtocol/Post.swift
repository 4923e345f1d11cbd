// One sealed envelope on its way into a lane and from there into mailboxes (section 4).

package import SottoWire

/// What a post does to its lane.
package enum PostKind: UInt8, Hashable, Sendable, WireCodable {
    /// It takes the next number.
    case message = 1
    /// It also ends the epoch.
    case commit = 2
}

/// Where a commit stands among its lane's.
package enum CommitForm: UInt8, Hashable, Sendable, WireCodable {
    /// It ends an epoch that is open.
    case follows = 0
    /// It is the first of a lane that does not exist yet [LANE-4].
    case opensLane = 1
    /// It ends an epoch that another commit has ended already, and begins a branch [LANE-9].
    case alternative = 2
}

/// A mailbox to post to, and the token that admits it.
package struct Recipient: Hashable, Sendable, WireCodable {
    /// The mailbox.
    package let mailbox: MailboxID
    /// What its owner gave for this conversation.
    package let token: DeliveryToken

    /// A mailbox and its token.
    package init(mailbox: MailboxID, token: DeliveryToken) {
        self.mailbox = mailbox
        self.token = token
    }

    /// How many bytes a recipient has.
    package static let count = 64

    /// Reads sixty-four bytes.
    package init(from reader: inout WireReader) throws(WireError) {
        mailbox = try reader.value()
        token = try reader.value()
    }

    /// Writes sixty-four bytes.
    package func encode(to writer: inout WireWriter) {
        writer.value(mailbox)
        writer.value(token)
    }
}

/// What a newcomer gets with the commit that adds it.
package struct Welcome: Hashable, Sendable, WireCodable {
    /// The newcomer's mailbox.
    package let recipient: Recipient
    /// What only the newcomer opens.
    package let envelope: ArraySlice<UInt8>

    /// An envelope for one newcomer.
    package init(recipient: Recipient, envelope: some Collection<UInt8>) {
        self.recipient = recipient
        self.envelope = ArraySlice(envelope)
    }

    /// Reads a Welcome.
    package init(from reader: inout WireReader) throws(WireError) {
        recipient = try reader.value()
        envelope = try reader.opaqueSlice(max: RelayLimits.welcomeBytesMax)
    }

    /// Writes a Welcome.
    package func encode(to writer: inout WireWriter) {
        writer.value(recipient)
        writer.opaque(envelope)
    }
}

/// What a commit tells the relay beyond its envelope.
package struct CommitPart: Hashable, Sendable, WireCodable {
    /// Whether it opens its lane, follows, or is an alternative.
    package let form: CommitForm
    /// The hash of the token of the epoch that this commit begins [LANE-3].
    package let nextTokenHash: LaneTokenHash
    /// What newcomers get.
    package let welcomes: [Welcome]

    /// The relay's part of a commit.
    package init(
        _ form: CommitForm = .follows, nextTokenHash: LaneTokenHash, welcomes: [Welcome]
    ) {
        self.form = form
        self.nextTokenHash = nextTokenHash
        self.welcomes = welcomes
    }

    /// Reads the relay's part of a commit; refuses a mailbox that gets two Welcomes [LANE-7].
    package init(from reader: inout WireReader) throws(WireError) {
        form = try reader.value()
        nextTokenHash = try reader.value()
        welcomes = try reader.vector(max: RelayLimits.frameBytesMax)
        guard welcomes.count <= RelayLimits.welcomesMax else {
            throw .lengthOverLimit(length: welcomes.count, limit: RelayLimits.welcomesMax)
        }
        guard Set(welcomes.map(\.recipient.mailbox)).count == welcomes.count else {
            throw .malformed
        }
    }

    /// Writes the relay's part of a commit.
    package func encode(to writer: inout WireWriter) {
        writer.value(form)
        writer.value(nextTokenHash)
        writer.vector(welcomes)
    }
}

/// One envelope for every member of a lane.
///
/// A post keeps its bytes: posting it again after a crash sends the same ones, and the relay
/// recognises it by them [LANE-5] [WIRE-5].
package struct Post: Sendable {
    // One object: a relay hands a post on from queue to queue.
    private let parts: Parts

    /// What makes a repetition the same post.
    package var id: PostID { parts.fields.id }
    /// The lane.
    package var lane: LaneID { parts.fields.lane }
    /// The token of the lane's current epoch.
    package var laneToken: LaneToken { parts.fields.laneToken }
    /// The commit's part, or nothing for a message.
    package var commit: CommitPart? { parts.fields.commit }
    /// What members open.
    package var envelope: ArraySlice<UInt8> { parts.fields.envelope }
    /// Every mailbox of the lane's members, the sender's included.
    package var recipients: [Recipient] { parts.fields.recipients }

    /// The hash that tells a repeated post from another under its id [LANE-5].
    package var bodyHash: PostBodyHash { parts.bodyHash }
    /// The hash of the lane's token.
    package var laneTokenHash: LaneTokenHash { parts.laneTokenHash }
    /// The hash of the envelope that the lane's head binds.
    package var envelopeHash: EnvelopeHash { parts.envelopeHash }

    /// A post of a message, or with `commit` of a commit.
    package init(
        id: PostID, lane: LaneID, laneToken: LaneToken, commit: CommitPart? = nil,
        envelope: some Collection<UInt8>, recipients: [Recipient]
    ) {
        let fields = Fields(
            id: id, lane: lane, laneToken: laneToken, commit: commit,
            envelope: ArraySlice(envelope), recipients: recipients)
        var writer = WireWriter()
        writer.value(id)
        writer.value(lane)
        writer.value(laneToken)
        writer.value(commit == nil ? PostKind.message : .commit)
        if let commit { writer.value(commit) }
        writer.opaque(fields.envelope)
        writer.vector(recipients)
        parts = Parts(fields, encoded: writer.bytes[...])
    }

    /// What the post does to its lane.
    package var kind: PostKind { commit == nil ? .message : .commit }

    /// How many bytes the post has.
    package var byteCount: Int { parts.encoded.count }

    /// What a post is made of, and the hashes of it, which are made where the post is made or read:
    /// in a relay on the thread of its connection, not on the one that decides.
    private final class Parts: Sendable {
        let fields: Fields
        let encoded: ArraySlice<UInt8>
        let bodyHash: PostBodyHash
        let laneTokenHash: LaneTokenHash
        let envelopeHash: EnvelopeHash

        init(_ fields: Fields, encoded: ArraySlice<UInt8>) {
            self.fields = fields
            self.encoded = encoded
            bodyHash = .hash(Label.postBody, encoded)
            laneTokenHash = fields.laneToken.hash
            envelopeHash = .of(fields.envelope)
        }
    }

    fileprivate struct Fields: Sendable {
        let id: PostID
        let lane: LaneID
        let laneToken: LaneToken
        let commit: CommitPart?
        let envelope: ArraySlice<UInt8>
        let recipients: [Recipient]
    }
}

extension Post: Hashable {
    /// Two posts are equal when their bytes are.
    package static func == (left: Post, right: Post) -> Bool {
        left.parts.encoded == right.parts.encoded
    }
    /// Hashes the bytes.
    package func hash(into hasher: inout Hasher) { hasher.combine(parts.encoded) }
}

extension Post: WireCodable {
    /// Reads a post; refuses a mailbox named twice [LANE-7] and what is over a limit.
    package init(from reader: inout WireReader) throws(WireError) {
        let (fields, bytes) = try reader.capturing {
            reader throws(WireError) -> Fields in try Fields(from: &reader)
        }
        parts = Parts(fields, encoded: bytes)
    }

    /// Writes the post as it was made or received.
    package func encode(to writer: inout WireWriter) { writer.fixed(parts.encoded) }
}

extension Post.Fields {
    fileprivate init(from reader: inout WireReader) throws(WireError) {
        id = try reader.value()
        lane = try reader.value()
        laneToken = try reader.value()
        switch try reader.value(PostKind.self) {
        case .message: commit = nil
        case .commit: commit = try reader.value()
        }
        envelope = try reader.opaqueSlice(max: RelayLimits.envelopeBytesMax)
        recipients = try reader.vector(max: RelayLimits.recipientsMax * Recipient.count)
        guard Set(recipients.map(\.mailbox)).count == recipients.count else {
            throw .malformed
        }
    }
}

/// What became of a post at one mailbox [LANE-6].
package enum RecipientStatus: UInt8, Hashable, Sendable, WireCodable {
    /// The mailbox has it.
    case stored = 1
    /// The mailbox had no room.
    case full = 2
    /// The mailbox is unknown or does not admit this token.
    case refused = 3
}

/// A post was accepted: it is on the relay's disk.
package struct Accepted: Hashable, Sendable, WireCodable {
    /// Where the post stands in its lane.
    package let head: SignedHead
    /// One status a recipient, in their order, then one a Welcome.
    package let statuses: [RecipientStatus]

    /// The answer to a post.
    package init(head: SignedHead, statuses: [RecipientStatus]) {
        self.head = head
        self.statuses = statuses
    }

    /// Reads the answer to a post.
    package init(from reader: inout WireReader) throws(WireError) {
        head = try reader.value()
        statuses = try reader.vector(
            max: RelayLimits.recipientsMax + RelayLimits.welcomesMax)
    }

    /// Writes the answer to a post.
    package func encode(to writer: inout WireWriter) {
        writer.value(head)
        writer.vector(statuses)
    }
}
