// One WebSocket: frames to the connection's decisions and back. It decides nothing itself.

import NIOCore
import NIOWebSocket
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The shell of a `ServedConnection`, on the event loop of its channel.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private var connection: ServedConnection
    private var entropy: Entropy
    private let relay: RunningRelay
    private var id = ConnectionID.none
    private var context: ChannelHandlerContext?
    private var operations: [RelayOperation] = []
    private var isDraining = false
    private var helloTimeout: Scheduled<Void>?
    private var closing: Scheduled<Void>?

    init(relay: RunningRelay) {
        self.relay = relay
        connection = ServedConnection(identity: relay.identity)
        entropy = .system()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard let id = relay.table.add(self, on: context.eventLoop) else {
            return context.close(promise: nil)
        }
        self.id = id
        relay.meters.connected(relay.table.count)
        let wait = TimeAmount(RelayLimits.helloTimeout)
        helloTimeout = context.eventLoop.assumeIsolated().scheduleTask(in: wait) {
            if self.connection.awaitsHello { self.end(.timeout) }
        }
        if relay.table.isDraining { drain() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        helloTimeout?.cancel()
        closing?.cancel()
        self.context = nil
        relay.table.remove(id)
        relay.meters.connected(relay.table.count)
        _ = relay.writer.submit([RelayOperation(connection: id, body: .disconnect)])
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary:
            var actions: [ServedConnection.Action] = []
            connection.received(
                Array(buffer: frame.unmaskedData), using: &entropy, into: &actions)
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
    }

    /// A client that does not read is not read either, so that answers cannot pile up.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        context.channel.setOption(.autoRead, value: isWritable).whenFailure { _ in }
        decide { connection, actions in
            connection.writability(isWritable, into: &actions)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { return end(.timeout) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOWebSocketError: break  // NIO's own handler sends the close that belongs to it
        case NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge: end(.tooLarge)
        case is NIOWebSocketFrameAggregator.Error, is ClientFrameRules.Violation: end(.malformed)
        default: context.close(promise: nil)
        }
    }

    /// The writer says something; it flushes once for all that it says.
    func told(_ event: ConnectionEvent) {
        var actions: [ServedConnection.Action] = []
        connection.told(event, into: &actions)
        perform(actions)
        submit()
        closeIfDrained()
    }

    func flush() { context?.flush() }

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
        for action in actions {
            switch action {
            case .send(let frame): send(frame)
            case .submit(let body):
                operations.append(RelayOperation(connection: id, body: body))
            case .close(let reason): sendClose(reason)
            }
        }
    }

    private func submit() {
        guard !operations.isEmpty else { return }
        let left = relay.writer.submit(operations)
        operations = []
        for case .request(let id, _) in left.map(\.body) {
            let busy = RelayRefusal.rateLimited(retryAfter: ServerLimits.busyRetry)
            var actions: [ServedConnection.Action] = []
            connection.told(.response(request: id, .failure(busy)), into: &actions)
            perform(actions)
        }
    }

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

    private func write(_ frame: WebSocketFrame) {
        guard let context else { return }
        context.write(wrapOutboundOut(frame), promise: nil)
    }

    private func end(_ reason: CloseReason) {
        decide { connection, actions in connection.close(reason, into: &actions) }
    }

    private func closeIfDrained() {
        if isDraining, connection.isSettled { end(.draining) }
    }

    private func sendClose(_ reason: CloseReason) {
        guard let context else { return }
        relay.meters.closed(for: reason)
        var data = context.channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(reason.code)))
        sendLast(data, context)
    }

    private func answerClose() {
        guard let context else { return }
        sendLast(context.channel.allocator.buffer(capacity: 0), context)
    }

    /// Sends the close frame, and closes when it has left or the client does not take it.
    private func sendLast(_ data: ByteBuffer, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
        context.writeAndFlush(wrapOutboundOut(frame)).whenComplete { _ in
            channel.close(promise: nil)
        }
        closing?.cancel()
        closing = context.eventLoop.scheduleTask(in: ServerLimits.closingMax) {
            channel.close(promise: nil)
        }
    }
}
