// Tells alarms, each once, whichever command of a home comes to it first.
import SottoClient

struct AlarmTeller: Sendable {
    let client: SottoClient
    let output: Output
    /// Whether alarms are part of the command's output.
    let isResult: Bool

    /// Shows what nobody was shown yet, and only then notes that it was: a command that dies in
    /// between shows it again rather than never.
    func tellUnseen() async throws {
        while true {
            let alarms = try await client.unseenAlarms()
            guard !alarms.isEmpty else { return }
            for (alarm, count) in counted(alarms) {
                let name = await name(of: alarm)
                let record = AlarmRecord(alarm, name: name, count: count)
                try output.alarm(record, isResult: isResult)
            }
            // A home that cannot be written shows them again, but not in one breath.
            try await client.markSeen(alarms)
        }
    }

    /// Shows an alarm as it comes up.
    func tell(_ alarm: Alarm) async throws {
        switch alarm {
        case .relayKeyWrong, .helloReplayed:
            try output.alarm(AlarmRecord(alarm), isResult: isResult)
        // These are kept, and another command may have been faster.
        default: try await tellUnseen()
        }
    }

    /// Programs get every alarm; people get what is the same but for its time once.
    func counted(_ alarms: [RaisedAlarm]) -> [(alarm: RaisedAlarm, count: Int)] {
        guard !output.isJSON else { return alarms.map { ($0, 1) } }
        var counted: [(alarm: RaisedAlarm, count: Int)] = []
        for alarm in alarms {
            if let index = counted.firstIndex(where: { $0.alarm.alarm == alarm.alarm }) {
                counted[index].count += 1
            } else {
                counted.append((alarm, 1))
            }
        }
        return counted
    }

    /// What the one is called with whom it happened.
    func name(of alarm: RaisedAlarm) async -> String? {
        guard let peer = alarm.alarm.peer else { return nil }
        return try? await client.displayName(of: peer)
    }
}
