// Requests on sessions: begin, frames in, frames out, end (spec/relay.md section 13).

import NIOCore
import NIOHTTP1
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// One request on a session, which may live on another event loop.
final class PollExchange: HTTPExchange {
    private enum Asked {
        case begin
        case frames(PollID, UInt64)
        case batch(PollID, after: UInt64)
        case end(PollID)
    }

    private let asked: Asked
    private let relay: RunningRelay
    private let client: ClientAddress?
    private let reply: any HTTPReply
    private var body = ByteBuffer()
    private var hasAsked = false
    private var isOver = false

    /// - Returns: Nothing for a path that is no session's.
    init?(
        _ head: HTTPRequestHead, _ path: Substring, from client: ClientAddress?,
        _ relay: RunningRelay, _ reply: any HTTPReply
    ) {
        guard let asked = Self.asked(head, path) else { return nil }
        self.asked = asked
        self.client = client
        self.relay = relay
        self.reply = reply
    }

    private static func asked(_ head: HTTPRequestHead, _ path: Substring) -> Asked? {
        if path == RelayPath.poll { return head.method == .POST ? .begin : nil }
        let parts = path.dropFirst(RelayPath.poll.utf8.count + 1).split(
            separator: "/", omittingEmptySubsequences: false)
        guard path.hasPrefix(RelayPath.poll + "/"), 1...2 ~= parts.count,
            let id = (try? Hexadecimal.decode(parts[0])).flatMap({ try? PollID($0) })
        else { return nil }
        if parts.count == 1 { return head.method == .DELETE ? .end(id) : nil }
        guard parts[1].utf8.count <= 19, let number = UInt64(parts[1]) else { return nil }
        switch head.method {
        case .POST: return .frames(id, number)
        case .GET: return .batch(id, after: number)
        default: return nil
        }
    }

    var isWaiting: Bool { hasAsked }

    func begin() {}

    func received(_ part: ByteBuffer) {
        var part = part
        guard !isOver, body.readableBytes + part.readableBytes <= ServerLimits.pollBodyBytesMax
        else {
            isOver = true
            return reply.answer(HTTPAnswer(.payloadTooLarge))
        }
        body.writeBuffer(&part)
    }

    func receivedAll() {
        guard !isOver else { return }
        hasAsked = true
        switch asked {
        case .begin: beginSession()
        case .frames(let id, let number):
            let body = body
            at(id) { session, answer in answer(session.received(body, number: number)) }
        case .batch(let id, let number):
            at(id) { session, answer in session.ask(after: number, answer) }
        case .end(let id):
            at(id) { session, answer in
                session.end()
                answer(HTTPAnswer(.noContent))
            }
        }
    }

    /// Whoever waits for a batch asks again; what was sent to nobody is sent then.
    func ended() { isOver = true }

    private func beginSession() {
        guard
            let (id, session) = relay.polls.begin(
                relay, on: reply.eventLoop, from: client)
        else {
            return reply.answer(HTTPAnswer(.serviceUnavailable, [("Retry-After", "5")]))
        }
        let refused = session.received(body, number: 1)
        guard refused.status == .noContent else { return reply.answer(refused) }
        let location = RelayPath.poll + "/" + Hexadecimal.encode(id.bytes)
        reply.answer(HTTPAnswer(.created, [("Location", location)]))
    }

    /// Runs something where a session lives; its answer comes back to this connection.
    private func at(
        _ id: PollID,
        _ body:
            @escaping @Sendable (PolledSession, @escaping @Sendable (HTTPAnswer) -> Void)
            -> Void
    ) {
        guard let place = relay.polls.find(id) else {
            return reply.answer(HTTPAnswer(.notFound))
        }
        let mine = NIOLoopBound(self, eventLoop: reply.eventLoop)
        let loop = reply.eventLoop
        place.loop.execute {
            body(place.session.value) { answer in
                loop.execute { mine.value.answer(answer) }
            }
        }
    }

    private func answer(_ answer: HTTPAnswer) {
        guard !isOver else { return }
        isOver = true
        reply.answer(answer)
    }
}
