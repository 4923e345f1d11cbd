// The text or QR code by which one person finds another.

import SottoCrypto
package import SottoWire

/// `sotto:` origin `#` the relay's id, the card and a checksum [CARD-5] (spec/identity.md,
/// section 3).
package struct ContactLink: Sendable, Equatable {
    /// Where the relay is reached.
    package let origin: RelayOrigin
    /// The relay that the holder pins.
    package let relay: RelayIDField
    /// What finds and opens the record.
    package let card: Card

    /// A link of its parts.
    package init(origin: RelayOrigin, relay: RelayIDField, card: Card) {
        self.origin = origin
        self.relay = relay
        self.card = card
    }

    /// Reads a link. White space around it and line breaks within it do not count.
    package init(_ text: some StringProtocol) throws(ContactLinkError) {
        guard text.utf8.count <= IdentityLimits.linkBytesMax else { throw .malformed }
        let link = Self.withoutBreaks(text)
        guard link.prefix(Self.scheme.count).lowercased() == Self.scheme else {
            throw .otherScheme
        }
        let parts = link.dropFirst(Self.scheme.count)
            .split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .malformed }
        do { origin = try RelayOrigin(parts[0]) } catch { throw .origin(error) }
        (relay, card) = try Self.payload(parts[1], origin: origin)
    }

    /// The link to hand on. It holds the card: who sees it can read the record.
    package func reveal() -> String {
        let payload = card.secret.withBytes { [Self.version] + relay.bytes + Array($0) }
        let checksum = Self.checksum(origin: origin, payload: payload[...])
        return Self.scheme + origin.description + "#" + Base64URL.encode(payload + checksum)
    }

    private static func payload(
        _ text: Substring, origin: RelayOrigin
    ) throws(ContactLinkError) -> (RelayIDField, Card) {
        do {
            let bytes = try Base64URL.decode(text)
            var reader = WireReader(bytes)
            let version = try reader.uint8()
            guard version == Self.version else { throw ContactLinkError.unknownVersion(version) }
            let relay = try reader.value(RelayIDField.self)
            let card = try Card(Secret(copying: try reader.take(Card.secretBytes)))
            let checksum = try reader.take(checksumBytes)
            try reader.finish()
            let expected = Self.checksum(
                origin: origin, payload: bytes.dropLast(checksumBytes))
            guard checksum == expected else { throw ContactLinkError.wrongChecksum }
            return (relay, card)
        } catch let error as ContactLinkError {
            throw error
        } catch {
            throw .malformed
        }
    }

    private static func checksum(
        origin: RelayOrigin, payload: ArraySlice<UInt8>
    ) -> ArraySlice<UInt8> {
        Labelled.hash("contact link", Array(origin.description.utf8) + payload).prefix(
            checksumBytes)
    }

    private static func withoutBreaks(_ text: some StringProtocol) -> Substring {
        var scalars = text.unicodeScalars.filter { $0 != "\n" && $0 != "\r" }[...]
        while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
        while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        return Substring(String(String.UnicodeScalarView(scalars)))
    }

    private static let scheme = "sotto:"
    private static let version: UInt8 = 1
    private static let checksumBytes = 4
}

/// Why a text is no contact link that we follow.
package enum ContactLinkError: Error, Equatable, Sendable {
    /// It does not begin with `sotto:`.
    case otherScheme
    /// The relay's address in it is not one that we connect to.
    case origin(RelayOriginError)
    /// A later version made it.
    case unknownVersion(UInt8)
    /// A letter is wrong or the address was changed.
    case wrongChecksum
    /// It has another shape, for instance because its end is missing.
    case malformed
}
