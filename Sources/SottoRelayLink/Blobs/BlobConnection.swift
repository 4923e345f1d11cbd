// One HTTP connection of one transfer: a request out, its answer in, then the next.

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SottoRelayProtocol
import SottoWire

/// A connection on which requests are made one after the other.
struct BlobConnection: ~Copyable {
    typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
    typealias Writer = (ByteBuffer) async throws -> Void

    /// The head of an answer.
    struct Answer {
        let status: HTTPResponseStatus
        let fields: HTTPHeaders
    }

    private let inbound: Box
    private let outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    private let authority: String

    /// The iterator of what arrives, which each request goes on with.
    private final class Box {
        var iterator: NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
        init(_ stream: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) {
            iterator = stream.makeAsyncIterator()
        }
    }

    /// Connects, runs `body`, and closes.
    static func with<Value>(
        _ origin: RelayOrigin, _ options: RelayLinkOptions,
        _ body: (borrowing BlobConnection) async throws(RelayBlobError) -> Value
    ) async throws(RelayBlobError) -> Value {
        let channel = try await connect(origin, options)
        do {
            return try await channel.executeThenClose { inbound, outbound in
                try await body(
                    BlobConnection(
                        inbound: Box(inbound), outbound: outbound, authority: origin.authority))
            }
        } catch let error as RelayBlobError {
            throw error
        } catch {
            throw error is NIOSSLError || error is BoringSSLError ? .tlsFailed : .lost
        }
    }

    private static func connect(
        _ origin: RelayOrigin, _ options: RelayLinkOptions
    ) async throws(RelayBlobError) -> Channel {
        let tls: NIOSSLContext?
        do throws(RelayConnectError) {
            tls = origin.scheme == .wss ? try .trusting(options.trustedRootsPEM) : nil
        } catch {
            throw .tlsFailed
        }
        do {
            return try await ClientBootstrap(group: options.eventLoopGroup)
                .connectTimeout(TimeAmount(options.connectWithin))
                .connect(host: origin.host, port: origin.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let operations = channel.pipeline.syncOperations
                        if let tls {
                            try operations.addHandler(
                                NIOSSLClientHandler(
                                    context: tls, serverHostname: origin.serverName))
                        }
                        try operations.addHandler(
                            SilenceLimit(TimeAmount(RelayLinkLimits.blobSilenceMax)))
                        try operations.addHTTPClientHandlers()
                        return try Channel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw .unreachable
        }
    }

    /// Makes a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - send: Writes the body, whose size a field has said.
    ///   - take: Gets the body of an answer whose status `ifStatus` wants.
    func ask(
        _ method: HTTPMethod, _ path: String, _ fields: HTTPHeaders,
        sending send: ((Writer) async throws -> Void)? = nil,
        ifStatus isWanted: (HTTPResponseStatus) -> Bool = { _ in false },
        taking take: (ByteBuffer) async throws -> Void = { _ in }
    ) async throws(RelayBlobError) -> Answer {
        do {
            var headers = fields
            headers.add(name: "Host", value: authority)
            let head = HTTPRequestHead(
                version: .http1_1, method: method, uri: path, headers: headers)
            try await outbound.write(.head(head))
            if let send { try await send { try await outbound.write(.body(.byteBuffer($0))) } }
            try await outbound.write(.end(nil))
            return try await answer(take, isWanted)
        } catch let error as RelayBlobError {
            throw error
        } catch {
            throw error is NIOSSLError || error is BoringSSLError ? .tlsFailed : .lost
        }
    }

    private func answer(
        _ take: (ByteBuffer) async throws -> Void, _ isWanted: (HTTPResponseStatus) -> Bool
    ) async throws -> Answer {
        var answer: Answer?
        while let part = try await inbound.iterator.next() {
            switch part {
            case .head(let head): answer = Answer(status: head.status, fields: head.headers)
            case .body(let body):
                if let answer, isWanted(answer.status) { try await take(body) }
            case .end:
                guard let answer else { throw RelayBlobError.misbehaved }
                return answer
            }
        }
        throw RelayBlobError.lost
    }
}

/// Ends a connection on which nothing has moved for a while.
private final class SilenceLimit: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let limit: TimeAmount
    private var last = NIODeadline.uptimeNanoseconds(0)
    private var timer: Scheduled<Void>?

    init(_ limit: TimeAmount) { self.limit = limit }

    func handlerAdded(context: ChannelHandlerContext) {
        last = context.eventLoop.now
        look(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        last = context.eventLoop.now
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        last = context.eventLoop.now
        context.write(data, promise: promise)
    }

    private func look(_ context: ChannelHandlerContext) {
        let left = limit - (context.eventLoop.now - last)
        guard left > .zero else { return context.close(promise: nil) }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: left) { self.look(context) }
    }
}
