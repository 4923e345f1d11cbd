// What NIO needs to take a WebSocket frame out of a socket and put one in.

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A server that sends every frame back, in this process on a thread of its own.
struct FrameEcho {
    let bytes: Int

    /// The CPU time of that thread for one frame in and one out: 50 connections, each with 20
    /// frames on their way.
    func measure() throws -> Duration {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let listener = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in Self.configure(channel) }
            .bind(host: "127.0.0.1", port: 0).wait()
        let port = listener.localAddress?.port ?? 0
        let sockets = try (0..<50).map { _ in try LoadSocket(host: "127.0.0.1", port: port) }
        let message = [UInt8](repeating: 7, count: bytes)
        try turn(sockets, message, rounds: 50)
        let before = try Self.threadTime(of: group)
        try turn(sockets, message, rounds: 250)
        let taken = try Self.threadTime(of: group) - before
        return taken / (250 * 20 * sockets.count)
    }

    /// Sends and takes back so many windows of frames on each connection.
    private func turn(_ sockets: [LoadSocket], _ message: [UInt8], rounds: Int) throws {
        var scratch = [UInt8](repeating: 0, count: 256 << 10)
        for _ in 0..<rounds {
            for socket in sockets {
                for _ in 0..<20 { socket.send(message) }
                try socket.flush()
            }
            for socket in sockets {
                var missing = 20
                while missing > 0 {
                    try socket.receive(through: &scratch)
                    while try socket.nextMessage() != nil { missing -= 1 }
                }
            }
        }
    }

    private static func threadTime(of group: MultiThreadedEventLoopGroup) throws -> Duration {
        try group.next().submit { CPUTime.ofThisThread() }.wait()
    }

    private static func configure(_ channel: any Channel) -> EventLoopFuture<Void> {
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Echo())
                }
            })
        return channel.pipeline.configureHTTPServerPipeline(
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            let answer = WebSocketFrame(
                fin: true, opcode: frame.opcode, data: frame.unmaskedData)
            context.write(wrapOutboundOut(answer), promise: nil)
        }

        func channelReadComplete(context: ChannelHandlerContext) { context.flush() }
    }
}
