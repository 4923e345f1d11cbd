// What RFC 6455 asks of a client's frames and NIO leaves to its user, and how fast they may come.

import NIOCore
import NIOWebSocket
import SottoRelayCore

/// Lets frames pass that a client may send; anything else is an error for the handlers behind.
final class ClientFrameRules: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    /// A frame that no client may send: unmasked, of an unknown kind, or with a reserved bit.
    struct Violation: Error {}

    private let unfinished: UnfinishedFrames
    private let gate: ReadGate
    private var pace = FramePace(perSecond: ServerLimits.framesPerSecond)
    private var came = 0
    private var waiting: Scheduled<Void>?

    init(counting unfinished: UnfinishedFrames, gate: ReadGate) {
        self.unfinished = unfinished
        self.gate = gate
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        came += 1
        unfinished.decoded(frame)
        let isReserved = frame.rsv1 || frame.rsv2 || frame.rsv3
        guard frame.maskKey != nil, !isReserved, Self.opcodes.contains(frame.opcode) else {
            return context.fireErrorCaught(Violation())
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        let now = context.eventLoop.now - .uptimeNanoseconds(0)
        let wait = pace.took(came, now: .nanoseconds(now.nanoseconds))
        came = 0
        if let wait, waiting == nil { stopReading(for: wait, context) }
        context.fireChannelReadComplete()
    }

    func handlerRemoved(context: ChannelHandlerContext) { waiting?.cancel() }

    private func stopReading(for time: Duration, _ context: ChannelHandlerContext) {
        let channel = context.channel
        gate.shut(for: .pace, on: channel)
        let loop = context.eventLoop.assumeIsolated()
        waiting = loop.scheduleTask(in: TimeAmount(time)) {
            self.waiting = nil
            self.gate.open(for: .pace, on: channel)
        }
    }

    private static let opcodes: [WebSocketOpcode] = [
        .binary, .continuation, .ping, .pong, .connectionClose, .text,
    ]
}
