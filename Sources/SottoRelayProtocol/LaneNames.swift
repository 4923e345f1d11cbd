// What lanes, posts and their tokens are called (spec/relay.md section 4).

package import SottoWire

/// A lane's name, random and chosen by who founds the group.
package typealias LaneID = FixedBytes<LaneIDKind>

/// What makes a repeated post the same post [LANE-5].
package typealias PostID = FixedBytes<PostIDKind>

/// The labelled hash of a whole post as received [LANE-5].
package typealias PostBodyHash = FixedBytes<PostBodyHashKind>

/// What a lane's epoch is opened with: exported from that epoch's MLS secrets.
package typealias LaneToken = FixedBytes<LaneTokenKind>

/// What the relay keeps of a lane token. Zero stands for no token.
package typealias LaneTokenHash = FixedBytes<LaneTokenHashKind>

/// The value of a lane's hash chain after some entry.
package typealias HeadHash = FixedBytes<HeadHashKind>

/// The labelled hash of a lane envelope.
package typealias EnvelopeHash = FixedBytes<EnvelopeHashKind>

// MARK: - Kinds

/// The kind of a `LaneID`.
package enum LaneIDKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `PostID`.
package enum PostIDKind: FixedBytesKind {
    /// 16.
    package static let byteCount = 16
}

/// The kind of a `PostBodyHash`.
package enum PostBodyHashKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `LaneToken`.
package enum LaneTokenKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `LaneTokenHash`.
package enum LaneTokenHashKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `HeadHash`.
package enum HeadHashKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `EnvelopeHash`.
package enum EnvelopeHashKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

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
