// Where records and stocks lie and who may write there (spec/relay.md section 5).

package import SottoWire

/// Where a record or a stock lies; it tells nothing of whose it is.
package typealias Locator = FixedBytes<LocatorKind>

/// The Ed25519 public key that the first put at a locator pins [DIR-1].
package typealias WriteKey = FixedBytes<WriteKeyKind>

/// The labelled hash of what one put added to a stock.
package typealias StockBodyHash = FixedBytes<StockBodyHashKind>

// MARK: - Kinds

/// The kind of a `Locator`.
package enum LocatorKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `WriteKey`.
package enum WriteKeyKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `StockBodyHash`.
package enum StockBodyHashKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}
