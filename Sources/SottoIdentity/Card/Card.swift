// The secret that lets its holder find and read an account's record.

package import SottoCrypto
package import SottoWire

/// What a ``CardLocator`` is.
package enum CardLocatorKind: FixedBytesKind { package static let byteCount = 32 }
/// What a ``StockLocator`` is.
package enum StockLocatorKind: FixedBytesKind { package static let byteCount = 32 }

/// Where a relay keeps the sealed record of a card.
package typealias CardLocator = FixedBytes<CardLocatorKind>
/// Where a relay keeps the sealed key packages of one device; random, chosen by the device.
package typealias StockLocator = FixedBytes<StockLocatorKind>

/// 32 random bytes that an account hands to whom it wants to be found by (spec/identity.md,
/// section 3).
package struct Card: Sendable, Equatable {
    /// The card itself. Who sees it can read the record and take key packages.
    package let secret: Secret

    /// A new card.
    package static func random(using entropy: inout Entropy) -> Card {
        Card(made: entropy.secret(secretBytes))
    }

    /// A card that was kept or received.
    ///
    /// - Throws: `.truncated` or `.trailingBytes` unless it has 32 bytes.
    package init(_ secret: Secret) throws(WireError) {
        guard secret.count >= Self.secretBytes else {
            throw .truncated(needed: Self.secretBytes, available: secret.count)
        }
        guard secret.count == Self.secretBytes else {
            throw .trailingBytes(secret.count - Self.secretBytes)
        }
        self.init(made: secret)
    }

    private init(made secret: Secret) { self.secret = secret }

    /// Where the record lies.
    package var locator: CardLocator {
        derive("card locator").withBytes { CardLocator(made: Array($0)) }
    }

    /// What the record is sealed with.
    package var recordKey: SealKey { SealKey(made: derive("card record key")) }

    /// What key packages are sealed with.
    package var stockKey: SealKey { SealKey(made: derive("card stock key")) }

    private func derive(_ label: String) -> Secret {
        Labelled.derive(secret, label, context: [], count: 32)
    }

    static let secretBytes = 32
}
