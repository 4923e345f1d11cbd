// What RFC 6455 asks of a client's frames and NIO leaves to its user, and how fast they may come.

import NIOCore
import NIOWebSocket
import SottoRelayCore

/// Lets frames pass that a client may send; anything else is an error for the handlers behind.
final class ClientFrameRules: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    /// A frame that no client may send: unmasked, of an unknown kind, with a reserved bit, or a
    /// close that says what none may.
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
        guard frame.maskKey != nil, !isReserved, Self.opcodes.contains(frame.opcode),
            frame.opcode != .connectionClose || Self.isSound(close: frame.unmaskedData)
        else { return context.fireErrorCaught(Violation()) }
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

    /// Whether a close frame says nothing, or a code that may be said and why in UTF-8 (RFC 6455
    /// sections 5.5.1 and 7.4).
    private static func isSound(close data: ByteBuffer) -> Bool {
        var data = data
        guard data.readableBytes > 0 else { return true }
        guard let code = data.readInteger(as: UInt16.self) else { return false }
        switch code {
        case 1_000...1_003, 1_007...1_014, 3_000...4_999: break
        default: return false
        }
        return String(validating: data.readableBytesView, as: UTF8.self) != nil
    }

    private static let opcodes: [WebSocketOpcode] = [
        .binary, .continuation, .ping, .pong, .connectionClose, .text,
    ]
}
