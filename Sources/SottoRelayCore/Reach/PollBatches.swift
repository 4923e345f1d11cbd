// What goes out over requests instead of a WebSocket: batches of frames, the last one kept.

/// Frames on their way to a client that asks for them, batch by batch [POLL-2].
package struct PollBatches: Sendable {
    /// Frames that go together.
    package struct Batch: Sendable, Equatable {
        /// Its place among the batches of the session, from 1.
        package let number: UInt64
        /// Each frame behind its length in four bytes.
        package let bytes: [UInt8]
    }

    private var last: Batch?
    private var isLastKnown = true
    private var waiting: [UInt8] = []

    /// Nothing has gone out.
    package init() {}

    /// The bytes that are held.
    package var bytes: Int { waiting.count + (last?.bytes.count ?? 0) }

    /// A frame is to go out.
    package mutating func add(_ frame: [UInt8]) {
        for shift in [24, 16, 8, 0] {
            waiting.append(UInt8(truncatingIfNeeded: frame.count >> shift))
        }
        waiting += frame
    }

    /// Whether a client may ask for what comes after the batch of this number: the last one, or,
    /// when that was lost on the way, the one before.
    package mutating func has(_ number: UInt64) -> Bool {
        let newest = last?.number ?? 0
        if number == newest {
            isLastKnown = true
            last = last.map { Batch(number: $0.number, bytes: []) }
            return true
        }
        guard number + 1 == newest, last?.bytes.isEmpty == false else { return false }
        isLastKnown = false
        return true
    }

    /// The next batch, if there is anything: the last one once more while it is not known to have
    /// come, else what has gathered since.
    package mutating func next() -> Batch? {
        if !isLastKnown, let last { return last }
        guard !waiting.isEmpty else { return nil }
        let batch = Batch(number: (last?.number ?? 0) + 1, bytes: waiting)
        waiting = []
        last = batch
        isLastKnown = false
        return batch
    }

    /// The frames of a batch; nothing where it does not fit together.
    package static func frames(in bytes: some RandomAccessCollection<UInt8>) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard count <= rest.count, frames.count < ReachLimits.pollFramesMax else { return nil }
            frames.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return frames
    }
}
