// What an owner asks about the tokens of its mailbox (section 3, Delivery tokens).

package import SottoWire

/// Asks for fresh tokens of one kind, 1 to 256 of them.
package struct Mint: Hashable, Sendable, WireCodable {
    /// What the tokens are to admit.
    package let kind: TokenKind
    /// How many.
    package let count: UInt16

    /// A request for `count` tokens; outside 1 to 256 the relay refuses it as `malformed`.
    package init(kind: TokenKind = .conversation, count: UInt16) {
        self.kind = kind
        self.count = count
    }

    /// Reads a kind and a number from 1 to 256.
    package init(from reader: inout WireReader) throws(WireError) {
        kind = try reader.value()
        count = try reader.uint16()
        guard 1...RelayLimits.mintedTokensMax ~= count else { throw .malformed }
    }

    /// Writes the kind and the number.
    package func encode(to writer: inout WireWriter) {
        writer.value(kind)
        writer.uint16(count)
    }
}

/// Fresh tokens.
package struct Minted: Hashable, Sendable, WireCodable {
    /// The tokens, each of its own label.
    package let tokens: [DeliveryToken]

    /// These tokens.
    package init(tokens: [DeliveryToken]) { self.tokens = tokens }

    /// Reads tokens.
    package init(from reader: inout WireReader) throws(WireError) {
        tokens = try reader.vector(
            max: Int(RelayLimits.mintedTokensMax) * DeliveryToken.count)
    }

    /// Writes the tokens.
    package func encode(to writer: inout WireWriter) { writer.vector(tokens) }
}

/// Asks that the tokens of these labels admit nothing any more [TOK-8].
package struct Deny: Hashable, Sendable, WireCodable {
    /// The labels, at most 128.
    package let labels: [TokenLabel]

    /// A request to deny the tokens of these labels.
    package init(labels: [TokenLabel]) { self.labels = labels }

    /// Reads labels.
    package init(from reader: inout WireReader) throws(WireError) {
        labels = try reader.vector(max: RelayLimits.deniedLabelsMax * TokenLabel.count)
    }

    /// Writes the labels.
    package func encode(to writer: inout WireWriter) { writer.vector(labels) }
}
