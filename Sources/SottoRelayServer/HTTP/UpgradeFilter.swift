// Requests that ask for an upgrade we do not offer become plain ones, and so get an answer.

import NIOCore
import NIOHTTP1

/// Stands before NIO's upgrade handler, which would lose the request that it refuses.
final class UpgradeFilter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let arrival: Arrival

    init(_ arrival: Arrival) { self.arrival = arrival }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else {
            return context.fireChannelRead(data)
        }
        arrival.asked(head)
        guard !isOurs(head) || arrival.isOneTooMany else { return context.fireChannelRead(data) }
        head.headers.remove(name: "Upgrade")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    private func isOurs(_ head: HTTPRequestHead) -> Bool {
        head.uri == RelayPath.webSocket
            && head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
    }
}
