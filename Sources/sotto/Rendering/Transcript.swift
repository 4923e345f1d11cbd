// Messages in the order they are shown to people, with a line wherever a new day begins.
import Foundation
import SottoClient

struct Transcript {
    private let output: Output
    private var day: String?

    init(_ output: Output) {
        self.output = output
    }

    mutating func show(_ message: MessageRecord) throws {
        try beginDay(of: message)
        try output.show(message)
    }

    private mutating func beginDay(of message: MessageRecord) throws {
        let messageDay = ClockTime(message.time).day
        guard !output.isJSON, day != messageDay else { return }
        day = messageDay
        try output.text(output.style.dim("-- \(messageDay) --"))
    }
}

/// A time as the clock on the wall shows it.
struct ClockTime {
    let day: String
    let minute: String
    var dayAndMinute: String { "\(day) \(minute)" }

    init(_ time: Timestamp) {
        var seconds = time_t(time.milliseconds / 1_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        let numbers = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min].map {
            ($0 < 10 ? "0" : "") + String($0)
        }
        day = "\(parts.tm_year + 1_900)-\(numbers[0])-\(numbers[1])"
        minute = "\(numbers[2]):\(numbers[3])"
    }
}
