// How a relay remembers to which lane a token belongs, without keeping either (section 3).

package import SottoWire

/// What a relay keeps of a token that it has pinned [TOK-5].
package typealias TokenPin = FixedBytes<TokenPinKind>
/// What a ``TokenPin`` is.
package enum TokenPinKind: FixedBytesKind { package static let byteCount = 32 }

/// What a relay keeps of a token and its lane together [TOK-5].
package typealias PinnedLane = FixedBytes<PinnedLaneKind>
/// What a ``PinnedLane`` is.
package enum PinnedLaneKind: FixedBytesKind { package static let byteCount = 32 }

/// What a relay keeps of a mailbox and a lane that a gap mark in it names [MBX-9].
package typealias GapName = FixedBytes<GapNameKind>
/// What a ``GapName`` is.
package enum GapNameKind: FixedBytesKind { package static let byteCount = 32 }

extension DeliveryToken {
    /// The name under which a relay keeps this token's lane.
    package var pin: TokenPin { .hash(Label.tokenPin, wireBytes) }

    /// What a relay keeps there once this lane is the token's.
    package func pinned(to lane: LaneID) -> PinnedLane {
        .hash(Label.pinnedLane, wireBytes + lane.bytes)
    }
}
