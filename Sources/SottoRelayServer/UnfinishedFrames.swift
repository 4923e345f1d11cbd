// Bytes that have arrived on a connection and make no whole message yet.

import NIOCore
import NIOWebSocket

/// Counts what the frame decoder and the aggregator of one connection hold, on its event loop.
final class UnfinishedFrames {
    private var undecoded = 0
    private var fragments = 0

    /// How many bytes are held.
    var bytes: Int { undecoded + fragments }

    /// Bytes have come out of the socket.
    func arrived(_ count: Int) { undecoded += count }

    /// A frame has come out of the decoder, and goes to the aggregator.
    func decoded(_ frame: WebSocketFrame) {
        let length = frame.length
        undecoded = max(0, undecoded - Self.headBytes(of: length) - length)
        switch frame.opcode {
        case .binary, .text, .continuation: fragments = frame.fin ? 0 : fragments + length
        default: break
        }
    }

    /// The head of a client's frame with its masking key (RFC 6455 section 5.2).
    private static func headBytes(of length: Int) -> Int {
        length < 126 ? 6 : length < 65_536 ? 8 : 14
    }
}

/// Stands before the decoder and counts what goes in.
final class ArrivingBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let unfinished: UnfinishedFrames

    init(_ unfinished: UnfinishedFrames) { self.unfinished = unfinished }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unfinished.arrived(unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }
}
