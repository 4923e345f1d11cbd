// How an alarm is told: to programs as JSON (docs/cli.md lists the fields), to people in two lines.
import SottoClient

/// Anything the user must know about the relay, a peer, or what arrived.
struct AlarmRecord: Encodable {
    let type = "alarm"
    /// Its number in this home; none for what is not kept.
    let number: Int64?
    let time: Timestamp?
    let code: String
    let message: String
    let hint: String
    let account: String?
    let name: String?
    let evidence: [String]
    let claim: String?
    /// How often it was raised, where several are told as one.
    let count: Int

    enum CodingKeys: String, CodingKey {
        case type, number, time, code, message, hint, account, name, evidence, claim
    }

    /// An alarm about the connection, which is not kept.
    init(_ alarm: Alarm) {
        self.init(alarm, number: nil, time: nil, name: nil, evidence: [], claim: nil, count: 1)
    }

    init(_ raised: RaisedAlarm, name: String?, count: Int = 1, withProof: Bool = false) {
        self.init(
            raised.alarm, number: raised.number, time: raised.time, name: name,
            evidence: withProof ? raised.evidence : [], claim: withProof ? raised.claim : nil,
            count: count)
    }

    private init(
        _ alarm: Alarm, number: Int64?, time: Timestamp?, name: String?, evidence: [String],
        claim: String?, count: Int
    ) {
        self.number = number
        self.time = time
        code = alarm.code
        message = alarm.message
        hint = alarm.hint
        account = alarm.peer?.hex
        self.name = name
        self.evidence = evidence
        self.claim = claim
        self.count = count
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(type, forKey: .type)
        try fields.encodeIfPresent(number, forKey: .number)
        try fields.encodeIfPresent(time?.iso8601, forKey: .time)
        try fields.encode(code, forKey: .code)
        try fields.encode(message, forKey: .message)
        try fields.encode(hint, forKey: .hint)
        try fields.encodeIfPresent(account, forKey: .account)
        try fields.encodeIfPresent(name, forKey: .name)
        if !evidence.isEmpty { try fields.encode(evidence, forKey: .evidence) }
        try fields.encodeIfPresent(claim, forKey: .claim)
    }
}

extension AlarmRecord: Showable {
    func human(_ style: Style) -> [String] {
        let place = [
            name.map { "with \(Harmless.line($0))" }, time.map { ClockTime($0).dayAndMinute },
            count > 1 ? "\(count) times" : nil,
        ].compactMap(\.self).joined(separator: ", ")
        let aside = place.isEmpty ? "" : style.dim(" (\(place))")
        return ["sotto: warning: \(Harmless.line(message))\(aside)", "  " + style.dim(hint)]
    }
}
