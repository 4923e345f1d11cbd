// How many guesses at user names a relay answers.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// Counts the evaluations of each connection in its present hour [NAME-5].
///
/// Nothing of it is kept on disk: a connection counts for as long as it lasts.
struct NameQuestions: Sendable {
    private struct Hour {
        var begin: Timestamp
        var asked = 0
    }

    private var hours: [ConnectionID: Hour] = [:]

    /// Counts one more evaluation. Throws `.rateLimited` when that is too many.
    mutating func count(
        _ connection: ConnectionID, at now: Timestamp
    ) throws(RelayRefusal) {
        var hour = hours[connection] ?? Hour(begin: now)
        let elapsed = now.since(hour.begin)
        if elapsed >= RelayCoreLimits.nameWindow || now < hour.begin { hour = Hour(begin: now) }
        guard hour.asked < RelayLimits.evaluationsHourlyMax else {
            throw .rateLimited(retryAfter: RelayCoreLimits.nameWindow - elapsed)
        }
        hour.asked += 1
        hours[connection] = hour
    }

    /// Forgets a connection that is gone.
    mutating func forget(_ connection: ConnectionID) { hours[connection] = nil }
}

extension RelayCore {
    /// Evaluates a blinded user name [NAME-5].
    mutating func evaluate(
        _ element: NameElement, for connection: ConnectionID, _ now: Timestamp
    ) throws(Pending) -> NameElement {
        do { try questions.count(connection, at: now) } catch { throw .refused(error) }
        do {
            return NameElement(made: try secrets.names.evaluate(element.bytes))
        } catch {
            throw .refused(.malformed)
        }
    }
}
