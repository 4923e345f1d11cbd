// User names, which the relay evaluates without seeing them (spec/relay.md section 5).

import SottoCrypto
import SottoRelayProtocol
import SottoWire

extension RelayCore {
    /// Evaluates a blinded user name, so many for one connection [NAME-5].
    mutating func evaluate(
        _ element: NameElement, for connection: ConnectionID, _ now: Timestamp
    ) throws(Pending) -> NameElement {
        var asked = questions[connection] ?? RateWindow()
        let wait = asked.take(
            max: RelayLimits.evaluationsHourlyMax, per: RelayCoreLimits.nameWindow, at: now)
        if let wait { throw .refused(.rateLimited(retryAfter: wait)) }
        questions.change(connection, to: asked)
        do {
            return NameElement(made: try secrets.names.evaluate(element.bytes))
        } catch {
            throw .refused(.malformed)
        }
    }
}
