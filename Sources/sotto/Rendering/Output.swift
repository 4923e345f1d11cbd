// Where a command's words go: results to standard output, everything else to standard error.
import Foundation

/// Something a command shows, as a line of JSON or as lines for people.
protocol Showable: Encodable {
    func human(_ style: Style) -> [String]
}

struct Output: Sendable {
    let isJSON: Bool
    let style: Style

    /// Whoever read standard output has gone; there is nobody left to tell.
    struct ReaderIsGone: Error {}

    init(isJSON: Bool) {
        self.isJSON = isJSON
        style = Style(isColoured: !isJSON && Style.wantsColour(STDOUT_FILENO))
    }

    func show(_ record: some Showable) throws {
        if isJSON {
            try write(STDOUT_FILENO, Self.jsonLine(record))
        } else {
            try text(record.human(style).joined(separator: "\n"))
        }
    }

    /// Words for people on standard output. Nothing when empty.
    func text(_ text: String) throws {
        guard !text.isEmpty else { return }
        try write(STDOUT_FILENO, text + "\n")
    }

    /// Words for people that are no result: progress, explanations.
    func note(_ text: String) {
        try? write(STDERR_FILENO, text + "\n")
    }

    func alarm(_ alarm: AlarmRecord, isResult: Bool) throws {
        if isJSON {
            try write(isResult ? STDOUT_FILENO : STDERR_FILENO, Self.jsonLine(alarm))
        } else {
            note(alarm.human(style).joined(separator: "\n"))
        }
    }

    func fail(_ failure: Failure) {
        let record = FailureRecord(failure)
        if isJSON {
            try? write(STDERR_FILENO, Self.jsonLine(record))
        } else {
            note(record.human(style).joined(separator: "\n"))
        }
    }

    private static func jsonLine(_ record: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Harmless.json(String(decoding: try encoder.encode(record), as: UTF8.self)) + "\n"
    }

    /// One line is one write, so that lines of concurrent writers do not mix.
    private func write(_ descriptor: Int32, _ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw ReaderIsGone()
            } else if errno != EINTR {
                throw Failure(
                    status: .internal, code: "output_failed",
                    message:
                        "Standard output cannot be written: \(String(cString: strerror(errno))).",
                    hint: "Nothing is lost: run the command again with its output elsewhere.",
                    isRetryable: true)
            }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// How lines for people look: dimmed and bold only where a terminal shows them.
struct Style: Sendable {
    let isColoured: Bool

    func dim(_ text: String) -> String { wrapped(text, "2") }
    func bold(_ text: String) -> String { wrapped(text, "1") }

    private func wrapped(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }

    static func wantsColour(_ descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(descriptor) == 1 && environment["NO_COLOR", default: ""].isEmpty
            && environment["TERM", default: "dumb"] != "dumb"
    }
}
