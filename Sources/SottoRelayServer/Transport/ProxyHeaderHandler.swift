// What a trusted proxy says first, taken off before TLS and HTTP see the connection.

import NIOCore
import SottoRelayCore

/// Reads one PROXY header and goes; a connection without one is closed [NET-4].
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let arrival: Arrival
    private var arrived = ByteBuffer()
    private var isOver = false

    init(_ arrival: Arrival) { self.arrival = arrival }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        arrived.writeBuffer(&bytes)
        switch ProxyHeader(reading: arrived.readableBytesView) {
        case .unfinished: break
        case .malformed: end(context)
        case .finished(let client, let count):
            isOver = true
            guard client == nil || arrival.identify(as: client) else { return end(context) }
            arrived.moveReaderIndex(forwardBy: count)
            if arrived.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(arrived)) }
            arrived = ByteBuffer()
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        isOver = true
        arrived = ByteBuffer()
        context.close(promise: nil)
    }
}
