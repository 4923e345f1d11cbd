// The operator's address: the metrics, and nothing else.

import NIOCore
import NIOHTTP1

/// Answers one request and closes.
final class MetricsHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let desk: OperatorDesk
    private var hasAsked = false
    private var timeout: Scheduled<Void>?

    init(desk: OperatorDesk) { self.desk = desk }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        timeout = context.eventLoop.scheduleTask(in: ServerLimits.httpTimeout) {
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timeout?.cancel() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data), !hasAsked else { return }
        hasAsked = true
        let channel = context.channel
        guard head.uri == RelayPath.metrics else {
            return Self.respond(.notFound, "only \(RelayPath.metrics)\n", channel)
        }
        guard head.method == .GET else {
            return Self.respond(.methodNotAllowed, "only GET\n", channel)
        }
        desk.page(on: context.eventLoop).whenSuccess { page in
            Self.respond(.ok, page, channel)
        }
    }

    private static func respond(
        _ status: HTTPResponseStatus, _ text: String, _ channel: any Channel
    ) {
        let headers = HTTPHeaders([
            ("Content-Type", MeterPage.contentType),
            ("Content-Length", String(text.utf8.count)),
            ("Cache-Control", "no-store"), ("Connection", "close"),
        ])
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        let parts: [HTTPServerResponsePart] = [
            .head(head), .body(.byteBuffer(ByteBuffer(string: text))),
        ]
        for part in parts { channel.write(part, promise: nil) }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
