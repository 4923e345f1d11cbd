// Tells when the relay is reached and when not, without repeating itself to people.
import SottoClient

struct ConnectionTeller {
    private let output: Output
    private var lastTold: ConnectionRecord.State?

    init(_ output: Output) {
        self.output = output
    }

    mutating func tell(_ state: ConnectionState) throws {
        let record = ConnectionRecord(state)
        if output.isJSON { return try output.show(record) }
        guard record.state != .connecting, record.state != lastTold else { return }
        lastTold = record.state
        output.note(record.human(output.style).joined(separator: "\n"))
    }
}
