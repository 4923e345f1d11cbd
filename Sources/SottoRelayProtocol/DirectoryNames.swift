// Where records and stocks lie and who may write there (spec/relay.md section 5).

package import SottoWire

/// Where a record or a stock lies; it tells nothing of whose it is.
package typealias Locator = FixedBytes<LocatorKind>
/// What a ``Locator`` is.
package enum LocatorKind: FixedBytesKind { package static let byteCount = 32 }

/// The Ed25519 public key that the first put at a locator pins [DIR-1].
package typealias WriteKey = FixedBytes<WriteKeyKind>
/// What a ``WriteKey`` is.
package enum WriteKeyKind: FixedBytesKind { package static let byteCount = 32 }

/// An element of the group that the relay's oblivious function works in: a user name that was
/// blinded, or what the relay's key made of it (RFC 9497).
package typealias NameElement = FixedBytes<NameElementKind>
/// What a ``NameElement`` is.
package enum NameElementKind: FixedBytesKind { package static let byteCount = 32 }

/// The labelled hash of what one put added to a stock.
package typealias StockBodyHash = FixedBytes<StockBodyHashKind>
/// What a ``StockBodyHash`` is.
package enum StockBodyHashKind: FixedBytesKind { package static let byteCount = 32 }
