// How long a command that ends by itself may wait for the relay.
import ArgumentParser

struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long to wait for the relay: 500ms, 20s, 2m, 1h.", valueName: "duration"))
    var timeout = TimeSpan(.seconds(20))

    @Flag(help: "Use only what is stored here; do not connect.")
    var offline = false
}

/// A duration as people write it: `500ms`, `20s`, `2m`, `1h`; a number alone is seconds.
struct TimeSpan: ExpressibleByArgument {
    static let secondsMax: Int64 = 7 * 24 * 3_600

    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count <= Self.secondsMax * 1_000 else { return nil }
        let milliseconds: Int64
        switch argument.dropFirst(digits.count) {
        case "ms": milliseconds = count
        case "s", "": milliseconds = count * 1_000
        case "m": milliseconds = count * 60_000
        case "h": milliseconds = count * 3_600_000
        default: return nil
        }
        guard milliseconds <= Self.secondsMax * 1_000 else { return nil }
        duration = .milliseconds(milliseconds)
    }

    var defaultValueDescription: String { Self.describe(duration) }

    static func describe(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
}
