// The only form in which time reaches this layer: as an argument.

package import SottoWire

/// A moment, in milliseconds since 1970 as its teller's clock has it.
package struct Timestamp: Hashable, Comparable, Sendable, WireCodable {
    /// Milliseconds since the start of 1970, UTC.
    package let milliseconds: UInt64

    /// The moment that many milliseconds after the start of 1970.
    package init(milliseconds: UInt64) { self.milliseconds = milliseconds }

    /// Reads eight bytes.
    package init(from reader: inout WireReader) throws(WireError) {
        milliseconds = try reader.uint64()
    }

    /// Writes eight bytes.
    package func encode(to writer: inout WireWriter) { writer.uint64(milliseconds) }

    /// Whether one moment is before another.
    package static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Days since the start of 1970.
    package var day: UInt64 { milliseconds / 86_400_000 }

    /// How long ago `earlier` was; nothing when it lies ahead, as it may after a clock was set.
    package func since(_ earlier: Timestamp) -> Duration {
        .milliseconds(milliseconds > earlier.milliseconds ? milliseconds - earlier.milliseconds : 0)
    }
}
