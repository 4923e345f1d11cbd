// How messages and what happens to them are told to people.

extension MessageRecord: Showable {
    static let unsupported = "(something this version cannot show)"

    func human(_ style: Style) -> [String] {
        switch type {
        case .message, .inboxEntry: messageLines(style)
        case .state: ["  " + style.dim("· \(stateNews)")]
        }
    }

    /// `14:03 Alice: text`, each further line of the text behind a bar, so that no text passes
    /// for another message.
    private func messageLines(_ style: Style) -> [String] {
        let author = isOutgoing ? "me" : Harmless.line(name)
        let words = text.map { Harmless.lines($0) } ?? [Self.unsupported]
        let place = sequence.map { style.dim("#\($0) ") } ?? ""
        let minute = style.dim(ClockTime(time).minute)
        var lines = ["\(place)\(minute) \(style.bold(author)): \(words[0])"]
        lines += words.dropFirst().map { "      | \($0)" }
        if isOutgoing { lines[lines.count - 1] += style.dim("  (\(stateWords))") }
        return lines
    }

    private var stateNews: String {
        let news =
            switch state {
            case .waiting, .unread: "waits for"
            case .sent: "sent to"
            case .delivered: "delivered to"
            case .read: "read by"
            case .failed: "not sent to"
            }
        let trouble = state == .failed || missed > 0 ? " (\(stateWords))" : ""
        return "\(news) \(Harmless.line(name)): \(excerpt)\(trouble)"
    }

    private var excerpt: String {
        let words = Harmless.lines(text ?? Self.unsupported)[0]
        return "\"\(words.count > 24 ? words.prefix(23) + "…" : words[...])\""
    }

    /// How far a message got, in words.
    var stateWords: String {
        if state == .failed { return "not sent: \(error?.message ?? "the reason is not known")" }
        guard missed > 0 else { return state.rawValue }
        return "\(state.rawValue), but \(counted(missed, "device")) did not get it"
    }
}

extension ConnectionRecord: Showable {
    func human(_ style: Style) -> [String] {
        switch state {
        case .online: [style.dim("· connected")]
        case .connecting: []
        case .offline:
            [style.dim("· not connected\(because.map { ": " + $0.message } ?? "")")]
        }
    }
}

extension NamedRecord: Showable {
    func human(_ style: Style) -> [String] {
        [style.dim("· \(account.prefix(8)) calls themselves \(Harmless.line(name))")]
    }
}

extension MissedRecord: Showable {
    func human(_ style: Style) -> [String] {
        [style.dim("· more happened than was shown here; `sotto log` has it all")]
    }
}
