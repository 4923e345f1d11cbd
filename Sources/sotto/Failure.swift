// What a command ends with when it fails: an exit status, and words for people and scripts.
import SottoClient

/// The exit status of the process. Scripts rely on these numbers.
enum ExitStatus: Int32 {
    case success = 0
    case usage = 1
    case `internal` = 2
    case network = 3
    case notTrusted = 4
    case quota = 5
    case notFound = 6
    case refused = 7
    case partlyDelivered = 8
}

struct Failure: Error {
    let status: ExitStatus
    /// Stable, for scripts.
    let code: String
    /// One sentence: what happened.
    let message: String
    /// One sentence: what to do.
    var hint: String
    let isRetryable: Bool
    /// The message that is stored and goes out later, where there is one.
    var queued: MessageNumber?
}

extension Failure {
    init(_ error: ClientError) {
        self.init(
            status: ExitStatus(rawValue: Int32(error.category.rawValue)) ?? .internal,
            code: error.code, message: error.message, hint: error.hint,
            isRetryable: error.isRetryable)
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as ClientError: self.init(error)
        default:
            self.init(
                status: .internal, code: "internal", message: "\(error)",
                hint: "This is a fault of Sotto's or of this system.", isRetryable: false)
        }
    }

    static func usage(_ message: String, hint: String = "See `sotto help`.") -> Failure {
        Failure(
            status: .usage, code: "usage", message: message, hint: hint, isRetryable: false)
    }

    /// The same failure of a command that had stored a message before it failed. It waits there,
    /// so that nobody needs to type it again.
    func queueing(_ number: MessageNumber) -> Failure {
        let later =
            "Your message is stored and goes out with the next `sotto` command that reaches "
            + "the relay, or while `sotto watch` runs."
        var failure = self
        failure.queued = number
        if status == .network { failure.hint = later }
        if code == ClientError.limited(.diskFull, retryAfter: nil).code {
            failure.hint = "Make room on the disk. " + later
        }
        return failure
    }
}
