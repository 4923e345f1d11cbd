// The few things a relay answers over plain HTTP (spec/relay.md section 6).

import NIOCore
import NIOHTTP1

/// Answers one request and closes. WebSocket upgrades never come this far.
final class HTTPRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let relay: RunningRelay
    private let arrival: Arrival
    private var hasAnswered = false
    private var timeout: Scheduled<Void>?

    init(relay: RunningRelay, arrival: Arrival) {
        self.relay = relay
        self.arrival = arrival
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        timeout = context.eventLoop.scheduleTask(in: ServerLimits.httpTimeout) {
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timeout?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data), !hasAnswered else { return }
        hasAnswered = true
        let (status, text) = answer(to: head)
        respond(status, text, isHead: head.method == .HEAD, context: context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(to head: HTTPRequestHead) -> (HTTPResponseStatus, String) {
        guard !arrival.isOneTooMany else {
            return (.tooManyRequests, "too many connections\n")
        }
        let path = head.uri.split(separator: "?", maxSplits: 1).first ?? ""
        if path == RelayPath.webSocket { return (.upgradeRequired, "a WebSocket is served here\n") }
        guard path == RelayPath.health || path == RelayPath.readiness else {
            return (.notFound, "there is nothing here\n")
        }
        guard head.method == .GET || head.method == .HEAD else {
            return (.methodNotAllowed, "only GET\n")
        }
        if path == RelayPath.health { return (.ok, "alive\n") }
        if relay.table.isDraining { return (.serviceUnavailable, "shutting down\n") }
        return relay.writer.canWrite
            ? (.ok, "ready\n") : (.serviceUnavailable, "the store cannot write\n")
    }

    private func respond(
        _ status: HTTPResponseStatus, _ text: String, isHead: Bool,
        context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        headers.add(name: "Content-Length", value: String(text.utf8.count))
        headers.add(name: "Cache-Control", value: "no-store")
        headers.add(name: "Connection", value: "close")
        if status == .upgradeRequired { headers.add(name: "Upgrade", value: "websocket") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead {
            let body = context.channel.allocator.buffer(string: text)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// The paths of a relay's port.
enum RelayPath {
    static let webSocket = "/v1"
    static let health = "/healthz"
    static let readiness = "/readyz"
    static let metrics = "/metrics"
}
