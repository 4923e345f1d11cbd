// Why a relay did not do what it was asked, and when asking again makes sense.

package import SottoWire

/// A relay's no. What it tells is coarser than what the relay knows (section 2).
package enum RelayRefusal: Error, Hashable, Sendable {
    /// The frame does not decode or a field is out of range.
    case malformed
    /// There is no protocol version in common.
    case unsupportedVersion
    /// Unknown, closed or not yours. One case on purpose: asking must not reveal which.
    case notPermitted
    /// This kind of connection does not carry that request [RELAY-7].
    case wrongConnection
    /// Something is over a limit of section 10.
    case tooLarge
    /// There were too many of these.
    case rateLimited(retryAfter: Duration)
    /// The lane has gone on to a later epoch [LANE-2].
    case stale
    /// A record or stock has another version, or a post id came with another body.
    case conflict
    /// The store cannot write, a full disk for instance. Nothing was accepted.
    case unavailable(retryAfter: Duration)
    /// The relay is shutting down.
    case draining(retryAfter: Duration)
    /// More requests are unanswered than one connection may have [RELAY-6].
    case tooManyRequests
    /// There is no record or stock at that locator, or the stock is empty.
    case notFound
}

/// When the request that was refused may be made again.
package enum RetryRule: Hashable, Sendable {
    /// Never in this form.
    case never
    /// On a connection of the other kind.
    case onOtherConnection
    /// After this time.
    case after(Duration)
    /// After applying what the mailbox brings.
    case afterApplying
    /// After reading what is stored now.
    case afterReading
    /// On a new connection, after this time.
    case onNewConnection(after: Duration)
    /// When answers to earlier requests have come.
    case whenAnswered
    /// Later, when the other side may have put something there.
    case later
}

extension RelayRefusal {
    /// The number that stands for this refusal in a frame.
    package var code: UInt16 { facts.code }
    /// When to try again.
    package var retry: RetryRule { facts.retry }
    /// What happened, for a log; it names nobody.
    package var text: String { facts.text }

    private var facts: (code: UInt16, retry: RetryRule, text: String) {
        switch self {
        case .malformed: (1, .never, "the request is not well-formed")
        case .unsupportedVersion: (2, .never, "there is no protocol version in common")
        case .notPermitted: (3, .never, "this is not permitted")
        case .wrongConnection:
            (4, .onOtherConnection, "this request belongs on the other kind of connection")
        case .tooLarge: (5, .never, "the request is over a limit")
        case .rateLimited(let wait): (6, .after(wait), "there were too many of these requests")
        case .stale: (7, .afterApplying, "the lane has gone on to a later epoch")
        case .conflict: (8, .afterReading, "something else is stored under this name")
        case .unavailable(let wait): (9, .after(wait), "the relay cannot store anything now")
        case .draining(let wait): (10, .onNewConnection(after: wait), "the relay is shutting down")
        case .tooManyRequests: (11, .whenAnswered, "too many requests are unanswered")
        case .notFound: (12, .later, "there is nothing here")
        }
    }

    private init(code: UInt16, retryAfter: Duration) throws(WireError) {
        switch code {
        case 1: self = .malformed
        case 2: self = .unsupportedVersion
        case 3: self = .notPermitted
        case 4: self = .wrongConnection
        case 5: self = .tooLarge
        case 6: self = .rateLimited(retryAfter: retryAfter)
        case 7: self = .stale
        case 8: self = .conflict
        case 9: self = .unavailable(retryAfter: retryAfter)
        case 10: self = .draining(retryAfter: retryAfter)
        case 11: self = .tooManyRequests
        case 12: self = .notFound
        default: throw .unknownValue(UInt64(code))
        }
    }
}

extension RelayRefusal: WireCodable {
    /// Reads a refusal. Its text is looked at only to see that it is short and UTF-8.
    package init(from reader: inout WireReader) throws(WireError) {
        let code = try reader.uint16()
        let milliseconds = try reader.uint32()
        let text = try reader.opaque(max: RelayLimits.refusalTextBytesMax)
        guard String(validating: text, as: UTF8.self) != nil else { throw .malformed }
        self = try RelayRefusal(code: code, retryAfter: .milliseconds(milliseconds))
    }

    /// Writes code, waiting time and text.
    package func encode(to writer: inout WireWriter) {
        writer.uint16(code)
        switch retry {
        case .after(let wait), .onNewConnection(let wait):
            let (seconds, attoseconds) = wait.components
            let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
            writer.uint32(UInt32(clamping: milliseconds))
        default: writer.uint32(0)
        }
        writer.opaque(text.utf8)
    }
}
