// One WebSocket: frames to the connection's decisions and back. It decides nothing itself.

import NIOCore
import NIOWebSocket
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The shell of a `RelayConnection`, on the event loop of its channel.
final class RelayConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private var connection: RelayConnection
    private var entropy: Entropy
    private let relay: RunningRelay
    private var id = ConnectionID.none
    private var context: ChannelHandlerContext?
    private var operations: [RelayOperation] = []
    private var isDraining = false
    private var helloTimeout: Scheduled<Void>?

    init(relay: RunningRelay) {
        self.relay = relay
        connection = RelayConnection(identity: relay.identity)
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
        self.context = nil
        relay.table.remove(id)
        relay.meters.connected(relay.table.count)
        relay.writer.submit([RelayOperation(connection: id, body: .disconnect)])
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary:
            var actions: [RelayConnection.Action] = []
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

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        decide { connection, actions in
            connection.writability(context.channel.isWritable, into: &actions)
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
        case is NIOWebSocketFrameAggregator.Error: end(.malformed)
        default: context.close(promise: nil)
        }
    }

    /// The writer says something; it flushes once for all that it says.
    func told(_ event: ConnectionEvent) {
        var actions: [RelayConnection.Action] = []
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

extension RelayConnectionHandler {
    private func decide(
        _ body: (inout RelayConnection, inout [RelayConnection.Action]) -> Void
    ) {
        var actions: [RelayConnection.Action] = []
        body(&connection, &actions)
        perform(actions)
        submit()
        flush()
    }

    private func perform(_ actions: [RelayConnection.Action]) {
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
        relay.writer.submit(operations)
        operations = []
    }

    private func send(_ frame: RelayFrame) {
        guard let context else { return }
        let data = context.channel.allocator.buffer(bytes: frame.wireBytes)
        write(WebSocketFrame(fin: true, opcode: .binary, data: data))
    }

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
        let channel = context.channel
        context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
        ).whenComplete { _ in channel.close(promise: nil) }
    }

    private func answerClose() {
        guard let context else { return }
        let channel = context.channel
        let data = context.channel.allocator.buffer(capacity: 0)
        context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
        ).whenComplete { _ in channel.close(promise: nil) }
    }
}
