// What RFC 6455 asks of a client's frames and NIO leaves to its user.

import NIOCore
import NIOWebSocket

/// Lets frames pass that a client may send; anything else is an error for the handlers behind.
final class ClientFrameRules: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    /// A frame that no client may send: unmasked, of an unknown kind, or with a reserved bit.
    struct Violation: Error {}

    private let unfinished: UnfinishedFrames

    init(counting unfinished: UnfinishedFrames) { self.unfinished = unfinished }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        unfinished.decoded(frame)
        let isReserved = frame.rsv1 || frame.rsv2 || frame.rsv3
        guard frame.maskKey != nil, !isReserved, Self.opcodes.contains(frame.opcode) else {
            return context.fireErrorCaught(Violation())
        }
        context.fireChannelRead(data)
    }

    private static let opcodes: [WebSocketOpcode] = [
        .binary, .continuation, .ping, .pong, .connectionClose, .text,
    ]
}
