// Plain HTTP on one connection: one request after the other, each with its exchange.

import NIOCore
import NIOHTTP1

/// Carries requests to their exchanges and answers back. WebSocket upgrades never come this far.
///
/// Requests that come before the one ahead is answered wait in the socket.
final class HTTPRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let relay: RunningRelay
    private let arrival: Arrival
    private var context: ChannelHandlerContext?
    private var exchange: (any HTTPExchange)?
    private var isHead = false
    private var keepsAlive = false
    private var hasWholeRequest = true
    private var hasBegun = false
    /// Whether the last answer has left.
    private var hasLeft = true
    private var patience: Scheduled<Void>?
    /// What was read or taken since patience was looked at.
    private var moved = 0

    init(relay: RunningRelay, arrival: Arrival) {
        self.relay = relay
        self.arrival = arrival
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        patience?.cancel()
        let exchange = exchange
        self.exchange = nil
        self.context = nil
        exchange?.ended()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): asked(head, context)
        case .body(let body):
            moved += body.readableBytes
            exchange?.received(body)
        case .end:
            hasWholeRequest = true
            if let exchange { exchange.receivedAll() } else { settle() }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { exchange?.becameWritable() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let exchange = exchange
        self.exchange = nil
        exchange?.ended()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func asked(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        isHead = head.method == .HEAD
        keepsAlive = head.isKeepAlive && !relay.table.isDraining
        hasWholeRequest = head.hasNoBody
        hasLeft = false
        hasBegun = false
        waitForProgress(context)
        let exchange = relay.exchange(for: head, from: arrival, self)
        self.exchange = exchange
        exchange.begin()
    }
}

// MARK: - Answering

extension HTTPRequestHandler: HTTPReply {
    var eventLoop: any EventLoop { context?.eventLoop ?? relay.anyLoop }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func answer(_ answer: HTTPAnswer) {
        var fields = answer.fields
        let count = answer.body.readableBytes
        if count > 0 { fields.append(("Content-Type", answer.type)) }
        fields.append(("Cache-Control", "no-store"))
        begin(answer.status, fields, bodyBytes: UInt64(count))
        if count > 0 { send(answer.body) }
        end()
    }

    func goOn() {
        guard let context, !hasBegun else { return }
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    func begin(_ status: HTTPResponseStatus, _ fields: [(String, String)], bodyBytes: UInt64) {
        guard let context, !hasBegun else { return }
        hasBegun = true
        // Who is answered before it has said all is not listened to any longer than it must be.
        if !hasWholeRequest { keepsAlive = false }
        var headers = HTTPHeaders(fields)
        if status != .noContent, status != .notModified {
            headers.add(name: "Content-Length", value: String(bodyBytes))
        }
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    func send(_ body: ByteBuffer) {
        guard let context, !isHead else { return }
        moved += body.readableBytes
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }

    func end() {
        guard let context else { return }
        exchange = nil
        read(true)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            self.hasLeft = true
            self.settle()
        }
        // The rest of a request is taken in for a while, so that the answer is not lost.
        let channel = context.channel
        wait(keepsAlive ? ServerLimits.keepAliveMax : ServerLimits.closingMax, context) {
            channel.close(promise: nil)
        }
    }

    func abort() {
        let exchange = exchange
        self.exchange = nil
        context?.close(promise: nil)
        exchange?.ended()
    }

    func read(_ isReading: Bool) {
        context?.channel.setOption(.autoRead, value: isReading).whenFailure { _ in }
    }

    /// Closes once both a last request and its answer are over.
    private func settle() {
        guard exchange == nil, hasLeft, hasWholeRequest, !keepsAlive else { return }
        context?.close(promise: nil)
    }
}

extension HTTPRequestHead {
    /// Whether it says that no body follows.
    fileprivate var hasNoBody: Bool {
        !headers.contains(name: "Transfer-Encoding")
            && (headers["Content-Length"].isEmpty || headers["Content-Length"] == ["0"])
    }
}

// MARK: - Patience

extension HTTPRequestHandler {
    private func wait(
        _ time: TimeAmount, _ context: ChannelHandlerContext, _ then: @escaping () -> Void
    ) {
        patience?.cancel()
        patience = context.eventLoop.assumeIsolated().scheduleTask(in: time, then)
    }

    /// Looks every so often whether anything moves; a request that crawls is ended [BLOB-8].
    private func waitForProgress(_ context: ChannelHandlerContext) {
        moved = 0
        wait(ServerLimits.progressInterval, context) {
            guard let exchange = self.exchange else { return }
            guard exchange.isWaiting || self.moved >= ServerLimits.progressBytesMin else {
                return self.abort()
            }
            self.waitForProgress(context)
        }
    }
}
