// How accounts, contacts and outcomes are told to people.

extension AccountRecord: Showable {
    func human(_ style: Style) -> [String] {
        var lines: [String] = []
        if let recoveryCode {
            lines += [
                "Your account lies in \(home).",
                "",
                "Your recovery code, shown this once and kept nowhere:",
                "",
                "    \(style.bold(recoveryCode))",
                "",
                "Write it on paper. It is what proves that the account is yours when this",
                "device is lost or stolen; whoever has it can take the account over.",
                "",
            ]
        }
        lines += [
            "name            \(name.map { Harmless.line($0) } ?? "(none: others see an id)")"
        ]
        if let userName { lines.append("user name       @\(userName)") }
        lines += [
            "account         \(account)",
            "safety number   \(grouped(safetyNumber))  (your half)",
            "relay           \(relay)",
            "relay's key     \(relayID)",
        ]
        if waiting > 0 { lines.append("waiting         \(counted(waiting, "message")) to be sent") }
        lines += ["", "Your contact link. Who has it can write to you:", "", link]
        if !isPublished {
            lines += [
                "", "It does not work yet: the next command that reaches the relay sees to it.",
            ]
        }
        if recoveryCode != nil {
            lines += ["", "Next: `sotto contact add LINK` with the link of somebody you know."]
        }
        return lines
    }
}

extension ContactRecord: Showable {
    func human(_ style: Style) -> [String] {
        var line = style.bold(Harmless.line(name)) + "  " + style.dim(String(account.prefix(16)))
        if isVerified { line += "  verified" }
        if let suggestedName, suggestedName != name {
            line += style.dim("  (calls themselves \(Harmless.line(suggestedName)))")
        }
        return [line]
    }
}

extension SafetyNumberRecord: Showable {
    func human(_ style: Style) -> [String] {
        let groups = grouped(digits).split(separator: " ").map(String.init)
        let rows = stride(from: 0, to: groups.count, by: 4).map {
            "    " + style.bold(groups[$0..<min($0 + 4, groups.count)].joined(separator: " "))
        }
        let name = Harmless.line(name)
        let standing =
            isVerified
            ? ["\(name) is verified."]
            : [
                "Not verified. Compare these numbers with \(name), face to face or by telephone.",
                "If they are the same: sotto verify '\(name)' --accept",
            ]
        return ["Safety number with \(name):", ""] + rows + [""] + standing
    }
}

extension ConversationRecord: Showable {
    func human(_ style: Style) -> [String] {
        var line = style.bold(Harmless.line(name))
        if unread > 0 { line += "  \(unread) unread" }
        if !isContact { line += "  \(account.prefix(8))" }
        if isRequest { line += "  request" }
        if isVerified { line += style.dim("  verified") }
        guard let last else { return [line] }
        let words = Harmless.lines(last.text ?? MessageRecord.unsupported)[0]
        let excerpt = words.count > 60 ? words.prefix(59) + "…" : words[...]
        let author = last.isOutgoing ? "me: " : ""
        return [
            line, "  " + style.dim("\(ClockTime(last.time).dayAndMinute)  \(author)\(excerpt)"),
        ]
    }
}

extension AcknowledgedRecord: Showable {
    func human(_ style: Style) -> [String] {
        ["'\(Harmless.line(consumer))' has everything up to \(sequence)."]
    }
}

extension VersionRecord: Showable {
    func human(_ style: Style) -> [String] { ["sotto \(version), protocol \(protocolVersion)"] }
}

extension FailureRecord: Showable {
    func human(_ style: Style) -> [String] {
        ["sotto: \(Harmless.line(message))", Harmless.line(hint)].filter { !$0.isEmpty }
    }
}

func grouped(_ digits: String) -> String {
    stride(from: 0, to: digits.count, by: 5).map { start in
        String(digits.dropFirst(start).prefix(5))
    }.joined(separator: " ")
}

func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
