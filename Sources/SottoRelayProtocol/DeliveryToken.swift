// What admits a post to a mailbox, and how a relay knows its own tokens without a list of them.

package import SottoCrypto
package import SottoWire

/// What a delivery token admits [TOK-4].
package enum TokenKind: UInt8, Hashable, Sendable, CaseIterable, WireCodable {
    /// The posts of one conversation: the lane that it is first used in.
    case conversation = 1
    /// First contact: a few Welcomes an hour, and nothing else [TOK-7].
    case open = 2
    /// The posts of every conversation that a last-resort key package begins [TOK-6].
    case lastResort = 3
}

/// Which token this is: a kind, the generation of the mailbox's tokens, and a random part.
package struct TokenLabel: Hashable, Sendable, WireCodable {
    /// What the token admits.
    package let kind: TokenKind
    /// The generation of the mailbox's delivery secret it was minted under.
    package let generation: UInt32
    private let random: Random

    /// A fresh label.
    package init(kind: TokenKind, generation: UInt32, using entropy: inout Entropy) {
        self.kind = kind
        self.generation = generation
        random = Random(
            entropy.next(), UInt16(truncatingIfNeeded: entropy.next()),
            UInt8(truncatingIfNeeded: entropy.next()))
    }

    /// How many bytes a label has.
    package static let count = 16

    private struct Random: Hashable {
        let first: UInt64
        let second: UInt16
        let third: UInt8

        init(_ first: UInt64, _ second: UInt16, _ third: UInt8) {
            self.first = first
            self.second = second
            self.third = third
        }
    }

    /// Reads sixteen bytes.
    package init(from reader: inout WireReader) throws(WireError) {
        kind = try reader.value()
        generation = try reader.uint32()
        random = Random(try reader.uint64(), try reader.uint16(), try reader.uint8())
    }

    /// Writes sixteen bytes.
    package func encode(to writer: inout WireWriter) {
        writer.value(kind)
        writer.uint32(generation)
        writer.uint64(random.first)
        writer.uint16(random.second)
        writer.uint8(random.third)
    }
}

typealias TokenTag = FixedBytes<TokenTagKind>

enum TokenTagKind: FixedBytesKind {
    static let byteCount = 32
}

/// Whoever shows one for a mailbox may post to it [TOK-1].
package struct DeliveryToken: Hashable, Sendable, WireCodable, CustomStringConvertible,
    CustomReflectable
{
    /// Which token this is.
    package let label: TokenLabel
    fileprivate let tag: TokenTag

    fileprivate init(label: TokenLabel, tag: TokenTag) {
        self.label = label
        self.tag = tag
    }

    /// How many bytes a token has.
    package static let count = 48

    /// Reads forty-eight bytes.
    package init(from reader: inout WireReader) throws(WireError) {
        label = try reader.value()
        tag = try reader.value()
    }

    /// Writes forty-eight bytes.
    package func encode(to writer: inout WireWriter) {
        writer.value(label)
        writer.value(tag)
    }

    /// The type and its size, nothing of the bytes.
    package var description: String { "DeliveryToken(48 bytes)" }
    /// Nothing of the bytes.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A mailbox's delivery secret of one generation: what mints its tokens and knows them again.
package struct DeliverySecret: Sendable {
    /// Which generation of the mailbox's tokens it is for.
    package let generation: UInt32
    private let secret: Secret

    /// Derives the secret of a mailbox from the relay's master key.
    package init(masterKey: Secret, mailbox: MailboxID, generation: UInt32) {
        self.generation = generation
        var context = WireWriter()
        context.value(mailbox)
        context.uint32(generation)
        secret = Labelled.derive(
            masterKey, Label.deliverySecret, context: context.bytes, count: 32)
    }

    /// A token of its own label [TOK-3].
    package func mint(
        _ kind: TokenKind = .conversation, using entropy: inout Entropy
    ) -> DeliveryToken {
        let label = TokenLabel(kind: kind, generation: generation, using: &entropy)
        let tag = Labelled.mac(key: secret, Label.deliveryToken, label.wireBytes)
        return DeliveryToken(label: label, tag: TokenTag(made: tag))
    }

    /// The name under which the relay knows again that the mailbox has a mark for this lane: a
    /// MAC, since of names that anybody can compute a disk's reader would try all lanes.
    package func gapName(of lane: LaneID) -> GapName {
        GapName(made: Labelled.mac(key: secret, Label.gapMark, lane.bytes))
    }

    /// Whether this mailbox minted the token in this generation; compared in constant time.
    package func admits(_ token: DeliveryToken) -> Bool {
        token.label.generation == generation
            && Labelled.isValidMAC(
                token.tag.bytes, key: secret, Label.deliveryToken, token.label.wireBytes)
    }
}
