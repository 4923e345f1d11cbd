// What lanes, posts and their tokens are called (spec/relay.md section 4).

package import SottoWire

/// A lane's name, random and chosen by who founds the group.
package typealias LaneID = FixedBytes<LaneIDKind>
/// What a ``LaneID`` is.
package enum LaneIDKind: FixedBytesKind { package static let byteCount = 32 }

/// What makes a repeated post the same post [LANE-5].
package typealias PostID = FixedBytes<PostIDKind>
/// What a ``PostID`` is.
package enum PostIDKind: FixedBytesKind { package static let byteCount = 16 }

/// The labelled hash of a whole post as received [LANE-5].
package typealias PostBodyHash = FixedBytes<PostBodyHashKind>
/// What a ``PostBodyHash`` is.
package enum PostBodyHashKind: FixedBytesKind { package static let byteCount = 32 }

/// What a lane's epoch is opened with: exported from that epoch's MLS secrets.
package typealias LaneToken = FixedBytes<LaneTokenKind>
/// What a ``LaneToken`` is.
package enum LaneTokenKind: FixedBytesKind { package static let byteCount = 32 }

/// What the relay keeps of a lane token. Zero stands for no token.
package typealias LaneTokenHash = FixedBytes<LaneTokenHashKind>
/// What a ``LaneTokenHash`` is.
package enum LaneTokenHashKind: FixedBytesKind { package static let byteCount = 32 }

/// The value of a lane's hash chain after some entry.
package typealias HeadHash = FixedBytes<HeadHashKind>
/// What a ``HeadHash`` is.
package enum HeadHashKind: FixedBytesKind { package static let byteCount = 32 }

/// The labelled hash of a lane envelope.
package typealias EnvelopeHash = FixedBytes<EnvelopeHashKind>
/// What a ``EnvelopeHash`` is.
package enum EnvelopeHashKind: FixedBytesKind { package static let byteCount = 32 }

extension LaneToken {
    /// What the relay is told of this token before it is used.
    package var hash: LaneTokenHash { .hash(Label.laneToken, bytes) }
}

extension EnvelopeHash {
    /// The hash that a head binds of this envelope.
    package static func of(_ envelope: some Collection<UInt8>) -> EnvelopeHash {
        .hash(Label.laneEnvelope, envelope)
    }
}
