// One WebSocket: frames to the connection's decisions and back. It decides nothing itself.

import NIOCore
import NIOWebSocket
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The shell of a `ServedConnection`, on the event loop of its channel.
final class ConnectionHandler: ChannelInboundHandler, ServedEnd {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private var connection: ServedConnection
    private var entropy: Entropy
    private let relay: RunningRelay
    private var requests: ServedRequests
    private var context: ChannelHandlerContext?
    private var isDraining = false
    private var lastHeard = NIODeadline.uptimeNanoseconds(0)
    private var patience: Scheduled<Void>?
    private var closing: Scheduled<Void>?
    private let unfinished: UnfinishedFrames
    private let gate: ReadGate
    private var written = 0
    private var isFlushed = true
    private var held = 0
    private var pace = DeliveryPace()
    private var traffic = (received: 0, sent: 0)
    private var reckoning: Scheduled<Void>?

    /// - Parameters:
    ///   - unfinished: What has arrived on this connection and is no whole message yet.
    ///   - gate: What decides whether the connection is read.
    ///   - client: Where it comes from, for rates and bans.
    init(
        relay: RunningRelay, unfinished: UnfinishedFrames, gate: ReadGate,
        client: ClientAddress? = nil
    ) {
        self.relay = relay
        requests = ServedRequests(of: relay, from: client)
        self.gate = gate
        self.unfinished = unfinished
        connection = ServedConnection(identity: relay.identity)
        entropy = .system()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        requests.arrive(self, on: context.eventLoop)
        lastHeard = context.eventLoop.now
        wait(TimeAmount(RelayLimits.helloTimeout), context)
        if relay.table.isDraining { drain() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        for task in [patience, closing, reckoning] { task?.cancel() }
        self.context = nil
        hold(0)
        requests.leave()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        traffic.received += frame.length
        lastHeard = context.eventLoop.now
        #if DEBUG
            if relay.echoes, [.binary, .text].contains(frame.opcode) { return echo(frame) }
        #endif
        switch frame.opcode {
        case .binary:
            var actions: [ServedConnection.Action] = []
            connection.received(
                frame.unmaskedBytes, using: &entropy, into: &actions)
            perform(actions)
        case .text: end(.notBinary)
        case .ping:
            write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
        case .connectionClose: answerClose()
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        submit()
        flush()
        if held > 0 || unfinished.bytes > ServerLimits.uncountedBytesMax { reckon() }
    }

    /// A client that does not read is not read either, so that answers cannot pile up.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        if isWritable {
            gate.open(for: .slowReader, on: context.channel)
        } else {
            gate.shut(for: .slowReader, on: context.channel)
        }
        decide { connection, actions in
            connection.writability(isWritable, into: &actions)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOWebSocketError:
            // NIO's own handler sends the close that belongs to it.
            relay.meters.closed(for: .malformed)
        case NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge: end(.tooLarge)
        case is NIOWebSocketFrameAggregator.Error, is ClientFrameRules.Violation: end(.malformed)
        default: context.close(promise: nil)
        }
    }

    /// The writer says something; it flushes once for all that it says.
    ///
    /// - Parameter since: When the first of what was decided with it came in.
    func told(_ event: ConnectionEvent, since: NIODeadline? = nil) {
        var actions: [ServedConnection.Action] = []
        connection.told(event, into: &actions)
        if case .stored(let delivery) = event, let since, !actions.isEmpty {
            pace.leaving(delivery.sequence, since: since)
        }
        perform(actions)
        submit()
        closeIfDrained()
    }

    /// Sends what was written. Now and then looks at how much of it the client's socket took.
    func flush() {
        countTraffic()
        guard !isFlushed else { return }
        isFlushed = true
        context?.flush()
        if held > 0 || written > ServerLimits.uncountedBytesMax { reckon() }
    }

    /// The host has banned somebody: was it this one, all ends at once.
    func leaveIfBanned() {
        if requests.areBanned { giveUp() }
    }

    func drain() {
        isDraining = true
        decide { connection, actions in connection.drain(into: &actions) }
        closeIfDrained()
    }
}

// MARK: - Carrying out

extension ConnectionHandler {
    private func decide(
        _ body: (inout ServedConnection, inout [ServedConnection.Action]) -> Void
    ) {
        var actions: [ServedConnection.Action] = []
        body(&connection, &actions)
        perform(actions)
        submit()
        flush()
    }

    private func perform(_ actions: [ServedConnection.Action]) {
        var refused: [ServedRequests.Refused] = []
        for action in actions {
            switch action {
            case .send(let frame): send(frame)
            case .submit(let body):
                if case .request(_, .ack(let sequence)) = body,
                    let time = pace.acknowledged(sequence, at: .now())
                {
                    relay.meters.acked(after: time)
                }
                if let refusal = requests.take(body) { refused.append(refusal) }
            case .mintBlob(let request, let bytes, let mailbox):
                mintBlob(bytes, for: mailbox, request)
            case .close(let reason): sendClose(reason)
            }
        }
        refuse(refused)
    }

    /// Answers the requests that do not go to the writer.
    private func refuse(_ refused: [ServedRequests.Refused]) {
        for (request, refusal) in refused {
            var actions: [ServedConnection.Action] = []
            connection.told(.response(request: request, .failure(refusal)), into: &actions)
            perform(actions)
        }
    }

    private func mintBlob(_ bytes: UInt64, for mailbox: MailboxID, _ request: UInt32) {
        guard let context else { return }
        relay.mintBlob(bytes, for: mailbox, on: context.eventLoop) { [self] result in
            told(.response(request: request, result))
            flush()
        }
    }

    private func submit() { refuse(requests.submit()) }

    private func send(_ frame: RelayFrame) {
        guard let context else { return }
        if case .response(let response) = frame, case .failure(let refusal) = response.result {
            relay.meters.refused(refusal)
        }
        let bytes = frame.wireBytes
        var data = context.channel.allocator.buffer(capacity: Self.headRoom + bytes.count)
        // Room in front, where NIO puts the head of the WebSocket frame without a second buffer.
        data.moveWriterIndex(to: Self.headRoom)
        data.moveReaderIndex(to: Self.headRoom)
        data.writeBytes(bytes)
        write(WebSocketFrame(fin: true, opcode: .binary, data: data))
    }

    /// The longest head of an unmasked WebSocket frame (RFC 6455 section 5.2).
    private static let headRoom = 10

    func write(_ frame: WebSocketFrame) {
        guard let context else { return }
        written += frame.length
        traffic.sent += frame.length
        isFlushed = false
        context.write(wrapOutboundOut(frame), promise: nil)
    }

    /// Adds to the counters what came and went, and how long what left had been under way.
    private func countTraffic() {
        guard traffic != (0, 0) else { return }
        relay.meters.moved(received: traffic.received, sent: traffic.sent)
        traffic = (0, 0)
        if let time = pace.left(at: NIODeadline.now) { relay.meters.delivered(after: time) }
    }

    private func end(_ reason: CloseReason) {
        decide { connection, actions in connection.close(reason, into: &actions) }
    }

    private func closeIfDrained() {
        if isDraining, connection.isSettled { end(.draining) }
    }

    private func sendClose(_ reason: CloseReason) {
        relay.meters.closed(for: reason)
        sendClose(code: reason.code)
    }

    func sendClose(code: UInt16) {
        guard let context else { return }
        var data = context.channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(code)))
        sendLast(data, context)
    }

    /// The client has closed: its close is answered, and nothing is sent after that.
    private func answerClose() {
        connection.closedByClient()
        guard let context else { return }
        sendLast(context.channel.allocator.buffer(capacity: 0), context)
    }

    /// Sends the close frame, and closes when it has left or the client does not take it.
    private func sendLast(_ data: ByteBuffer, _ context: ChannelHandlerContext) {
        guard closing == nil else { return }
        let channel = context.channel
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
        context.writeAndFlush(wrapOutboundOut(frame)).whenComplete { _ in
            channel.close(promise: nil)
        }
        closing = context.eventLoop.scheduleTask(in: ServerLimits.closingMax) {
            channel.close(promise: nil)
        }
    }
}

// MARK: - Patience

extension ConnectionHandler {
    /// Looks at the clock after a time: by then a client has said hello, or has not been silent
    /// for too long since it last said something [RELAY-9]. Half of that and it is asked [NET-9].
    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        patience = context.eventLoop.assumeIsolated().scheduleTask(in: time) { self.lookAtClock() }
    }

    private func lookAtClock() {
        guard let context else { return }
        let silence = context.eventLoop.now - lastHeard
        let left = TimeAmount(RelayLimits.idleTimeout) - silence
        guard !connection.awaitsHello, left > .zero else { return end(.timeout) }
        guard silence < ServerLimits.pingAfter else {
            write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
            flush()
            return wait(left, context)
        }
        wait(ServerLimits.pingAfter - silence, context)
    }
}

// MARK: - What it makes the relay hold

extension ConnectionHandler {
    /// Counts what the client has not read and not finished, now and, while that is anything, again
    /// in a while: nobody tells when a slow client has read.
    private func reckon() {
        guard let context, let options = context.channel.syncOptions else { return }
        written = 0
        hold(((try? options.getOption(.bufferedWritableBytes)) ?? 0) + unfinished.bytes)
        guard held > 0, reckoning == nil else { return }
        let loop = context.eventLoop.assumeIsolated()
        reckoning = loop.scheduleTask(in: ServerLimits.reckoningInterval) {
            self.reckoning = nil
            self.reckon()
        }
    }

    private func hold(_ bytes: Int) {
        guard bytes != held else { return }
        held = bytes
        guard let worst = relay.held.hold(bytes, for: requests.id) else { return }
        relay.meters.gaveUp()
        relay.table.giveUp(worst)
    }

    /// Lets go of the connection and of all that is held for it, without a word: who does not read
    /// would not read that either.
    func giveUp() { context?.close(promise: nil) }
}
