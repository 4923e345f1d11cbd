// Requests that ask for an upgrade we do not offer become plain ones, and so get an answer.

import NIOCore
import NIOHTTP1

/// Stands before NIO's upgrade handler, which would lose the request that it refuses.
final class UpgradeFilter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), !isOurs(head) else {
            return context.fireChannelRead(data)
        }
        head.headers.remove(name: "Upgrade")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    private func isOurs(_ head: HTTPRequestHead) -> Bool {
        head.uri == RelayPath.webSocket
            && head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
    }
}
