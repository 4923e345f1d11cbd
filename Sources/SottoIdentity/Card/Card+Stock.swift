// Key packages as a relay stocks them: sealed for readers of the card.

package import SottoCrypto
package import SottoWire

extension Card {
    /// Seals a key package for the stock at `stock` [CARD-4].
    package func sealKeyPackage(
        _ keyPackage: some Collection<UInt8>, stock: StockLocator, using entropy: inout Entropy
    ) -> [UInt8] {
        SymmetricSeal.seal(
            key: stockKey, aad: stock.bytes, Padding.pad(keyPackage), using: &entropy)
    }

    /// Opens a key package that was taken from the stock at `stock`.
    ///
    /// - Throws: `notOpened` if the card, the stock or a bit differs, or `malformed`.
    package func openKeyPackage(
        _ sealed: some Collection<UInt8>, stock: StockLocator
    ) throws(StockError) -> [UInt8] {
        let padded: [UInt8]
        do {
            padded = try SymmetricSeal.open(key: stockKey, aad: stock.bytes, sealed)
        } catch {
            throw .notOpened
        }
        do { return try Padding.unpad(padded) } catch { throw .malformed(error) }
    }
}

/// Why a stocked key package cannot be used.
package enum StockError: Error, Equatable, Sendable {
    /// It was not sealed with this card for this stock, or was changed since.
    case notOpened
    /// It opens, and its padding is wrong.
    case malformed(WireError)
}
