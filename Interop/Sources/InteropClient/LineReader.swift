// Cutting a stream of bytes into lines of bounded length.

/// Cuts what arrives into lines. It never holds more than one line of the greatest length.
public struct LineReader: Sendable {
    /// What was found between two ends of lines.
    public enum Line: Hashable, Sendable {
        /// All of a line, without its end.
        case whole([UInt8])
        /// A line over the limit; its bytes are gone.
        case tooLong
    }

    private let bytesMax: Int
    private var pending: [UInt8] = []
    private var isOver = false

    /// A reader of lines of at most this many bytes, their ends not counted.
    public init(bytesMax: Int = InteropLimits.lineBytesMax) { self.bytesMax = bytesMax }

    /// The lines that end in these bytes.
    public mutating func lines(in bytes: some Collection<UInt8>) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: lineEnd) {
            keep(rest[..<end])
            lines.append(take())
            rest = rest[rest.index(after: end)...]
        }
        keep(rest)
        return lines
    }

    /// What came after the last end of a line; `nil` if that is nothing.
    public mutating func last() -> Line? { isOver || !pending.isEmpty ? take() : nil }

    private mutating func keep(_ bytes: some Collection<UInt8>) {
        if !isOver, bytes.count <= bytesMax - pending.count {
            pending += bytes
        } else {
            isOver = true
            pending = []
        }
    }

    private mutating func take() -> Line {
        defer {
            pending = []
            isOver = false
        }
        return isOver ? .tooLong : .whole(pending)
    }
}

private let lineEnd = UInt8(ascii: "\n")
