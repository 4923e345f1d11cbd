// One connection that is made of HTTP requests: frames in by POST, frames out by a GET that waits.

import NIOCore
import NIOHTTP1
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The shell of a `ServedConnection` for who gets no WebSocket through (spec/relay.md section 13).
///
/// It lives on one event loop, on which its requests need not come in. What was sent last is kept
/// until the client asks for what comes after, so that an answer that was lost on the way is sent
/// again; what came in last is known by its number, so that it is not taken twice [POLL-2].
final class PolledSession: ServedEnd {
    /// Where a batch of frames goes.
    typealias Asker = @Sendable (HTTPAnswer) -> Void

    private let relay: RunningRelay
    private let loop: any EventLoop
    private let ended: () -> Void
    private var connection: ServedConnection
    private var entropy = Entropy.system()
    private var requests: ServedRequests
    private var outgoing = PollBatches()
    private var incoming: UInt64 = 0
    private var asker: Asker?
    private var closed: CloseReason?
    private var isDraining = false
    private var isWritable = true
    private var patience: Scheduled<Void>?
    private var waiting: Scheduled<Void>?

    /// - Parameter ended: Runs once nobody needs to find the session any more.
    init(
        relay: RunningRelay, on loop: any EventLoop, from client: ClientAddress?,
        ended: @escaping () -> Void
    ) {
        self.relay = relay
        requests = ServedRequests(of: relay, from: client)
        self.loop = loop
        self.ended = ended
        connection = ServedConnection(identity: relay.identity)
    }

    /// Begins to be known to the writer.
    func begin() {
        requests.arrive(self, on: loop)
        if relay.table.isDraining { drain() }
        wait()
    }

    // MARK: Requests

    /// Frames of the client's.
    func received(_ body: ByteBuffer, number: UInt64) -> HTTPAnswer {
        wait()
        guard closed == nil else { return over }
        // The same frames again: their answer was lost on the way.
        guard number != incoming else { return HTTPAnswer(.noContent) }
        guard number == incoming + 1,
            let frames = PollBatches.frames(in: body.readableBytesView)
        else {
            close(.malformed)
            return over
        }
        incoming = number
        var actions: [ServedConnection.Action] = []
        for frame in frames { connection.received(frame, using: &entropy, into: &actions) }
        perform(actions)
        submit()
        flush()
        return HTTPAnswer(.noContent)
    }

    /// The client asks for what comes after a batch, and waits for it.
    func ask(after number: UInt64, _ asker: @escaping Asker) {
        wait()
        self.asker?(HTTPAnswer(.noContent))
        self.asker = nil
        guard outgoing.has(number) else {
            close(.malformed)
            return asker(over)
        }
        self.asker = asker
        catchUp()
        waiting?.cancel()
        waiting = loop.assumeIsolated().scheduleTask(in: ServerLimits.pollMax) {
            self.asker?(HTTPAnswer(.noContent))
            self.asker = nil
        }
        flush()
    }

    // MARK: The writer and the table

    func told(_ event: ConnectionEvent, since: NIODeadline?) {
        decide { $0.told(event, into: &$1) }
        closeIfDrained()
    }

    func drain() {
        isDraining = true
        decide { $0.drain(into: &$1) }
        flush()
        closeIfDrained()
    }

    func giveUp() { end() }

    func leaveIfBanned() {
        if requests.areBanned { end() }
    }

    /// Hands what waits to who asks.
    func flush() {
        guard let asker else { return }
        if let batch = outgoing.next() {
            self.asker = nil
            var answer = HTTPAnswer(.ok, [("Sotto-Batch", String(batch.number))])
            answer.body = ByteBuffer(bytes: batch.bytes)
            answer.type = "application/octet-stream"
            asker(answer)
        } else if closed != nil {
            self.asker = nil
            asker(over)
            end()
        }
    }

    /// What was kept for a client that has it by now is let go of, and deliveries go on.
    private func catchUp() {
        guard !isWritable, outgoing.bytes <= ServerLimits.unsentBytesLow else { return }
        isWritable = true
        decide { $0.writability(true, into: &$1) }
    }

    // MARK: Carrying out

    private func decide(
        _ body: (inout ServedConnection, inout [ServedConnection.Action]) -> Void
    ) {
        var actions: [ServedConnection.Action] = []
        body(&connection, &actions)
        perform(actions)
        submit()
    }

    private func perform(_ actions: [ServedConnection.Action]) {
        var refused: [ServedRequests.Refused] = []
        for action in actions {
            switch action {
            case .send(let frame): send(frame)
            case .submit(let body):
                if let refusal = requests.take(body) { refused.append(refusal) }
            case .mintBlob(let request, let bytes, let mailbox):
                relay.mintBlob(bytes, for: mailbox, on: loop) { result in
                    self.told(.response(request: request, result), since: nil)
                    self.flush()
                }
            case .close(let reason): close(reason)
            }
        }
        refuse(refused)
    }

    /// Answers the requests that do not go to the writer.
    private func refuse(_ refused: [ServedRequests.Refused]) {
        for (request, refusal) in refused {
            decide { $0.told(.response(request: request, .failure(refusal)), into: &$1) }
        }
    }

    private func send(_ frame: RelayFrame) {
        if case .response(let response) = frame, case .failure(let refusal) = response.result {
            relay.meters.refused(refusal)
        }
        outgoing.add(frame.wireBytes)
        // Who does not ask is not delivered to; what answers its own requests is bounded by these.
        if outgoing.bytes > ServerLimits.unsentBytesHigh, isWritable {
            isWritable = false
            decide { $0.writability(false, into: &$1) }
        }
        if outgoing.bytes > ServerLimits.pollBytesMax { end() }
    }

    private func submit() { refuse(requests.submit()) }

    // MARK: Ends

    private func closeIfDrained() {
        guard isDraining, connection.isSettled, closed == nil else { return }
        decide { $0.close(.draining, into: &$1) }
        flush()
        // Who does not wait for anything finds no session when it asks, as with any new relay.
        if asker == nil { end() }
    }

    private func close(_ reason: CloseReason) {
        guard closed == nil else { return }
        closed = reason
        relay.meters.closed(for: reason)
    }

    /// What a session that is over answers, with the code that a WebSocket would close with.
    private var over: HTTPAnswer {
        HTTPAnswer(.gone, [("Sotto-Close", String(closed?.code ?? CloseReason.timeout.code))])
    }

    /// Nobody hears of the session any more.
    func end() {
        guard requests.id != .none else { return }
        for task in [patience, waiting] { task?.cancel() }
        asker?(over)
        asker = nil
        connection.closedByClient()
        requests.leave()
        ended()
    }

    /// A client that does not ask for a while is gone.
    private func wait() {
        patience?.cancel()
        patience = loop.assumeIsolated().scheduleTask(in: ServerLimits.pollSilenceMax) {
            self.end()
        }
    }
}
