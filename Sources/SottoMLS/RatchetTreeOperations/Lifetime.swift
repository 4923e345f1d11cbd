// The time in which a key package may be used.

package import SottoWire

/// A moment, in whole seconds since 1970-01-01T00:00:00Z. The caller's clock says which.
public struct UnixTime: Hashable, Comparable, Sendable {
    /// Seconds since the epoch of Unix.
    public let seconds: UInt64

    /// The moment this many seconds after the epoch of Unix.
    public init(seconds: UInt64) { self.seconds = seconds }

    /// Earlier before later.
    public static func < (left: UnixTime, right: UnixTime) -> Bool {
        left.seconds < right.seconds
    }
}

/// When a leaf that came from a key package may enter a group (RFC 9420 section 7.2).
public struct Lifetime: Hashable, Sendable {
    /// The first moment. Clocks differ, so issuers set it an hour or so back.
    public let notBefore: UnixTime
    /// The last moment.
    public let notAfter: UnixTime

    /// The time between two moments, both included.
    public init(notBefore: UnixTime, notAfter: UnixTime) {
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// How long it is, `nil` if it ends before it begins.
    package var duration: UInt64? {
        notAfter < notBefore ? nil : notAfter.seconds - notBefore.seconds
    }
}

extension Lifetime: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        notBefore = UnixTime(seconds: try reader.uint64())
        notAfter = UnixTime(seconds: try reader.uint64())
    }

    package func encode(to writer: inout WireWriter) {
        writer.uint64(notBefore.seconds)
        writer.uint64(notAfter.seconds)
    }
}
