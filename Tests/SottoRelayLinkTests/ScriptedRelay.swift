// A listener that says what a test tells it to: relays that lie, stammer, or say nothing.

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Synchronization

@testable import SottoRelayLink

/// What a scripted relay does in answer to a frame.
enum Saying: Sendable {
    case frame(RelayFrame)
    case bytes([UInt8])
    case fragments([[UInt8]])
    case text(String)
    case masked([UInt8])
    /// A WebSocket header that announces more than the limit.
    case oversized
    case ping
    case close(code: UInt16?)
    /// The socket, without a word.
    case drop
}

/// One connection's script: what to say to each frame of the client. Called on one event loop.
typealias Script = (ClientFrame) -> [Saying]

/// What came to a scripted relay, for tests to look at.
final class Heard: Sendable {
    private let state = Mutex<(frames: [ClientFrame], pongs: Int, closes: [UInt16?])>(([], 0, []))

    var requests: [Request] {
        state.withLock { state in
            state.frames.compactMap { if case .request(let request) = $0 { request } else { nil } }
        }
    }
    var pongs: Int { state.withLock { $0.pongs } }
    /// The codes of the goodbyes; nothing for a socket that just ended.
    var closes: [UInt16?] { state.withLock { $0.closes } }

    fileprivate func add(_ frame: ClientFrame) { state.withLock { $0.frames.append(frame) } }
    fileprivate func addPong() { state.withLock { $0.pongs += 1 } }
    fileprivate func addClose(_ code: UInt16?) { state.withLock { $0.closes.append(code) } }
}

/// A WebSocket server on a port of its own whose connections follow a script.
final class ScriptedRelay: Sendable {
    let heard = Heard()
    private let server: any Channel

    private init(
        _ configure: @escaping @Sendable (any Channel, Heard) -> EventLoopFuture<Void>
    ) async throws {
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [heard] channel in configure(channel, heard) }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    deinit { server.close(promise: nil) }

    var port: Int { server.localAddress?.port ?? 0 }

    func origin(_ scheme: String = "ws", host: String = "127.0.0.1") throws -> RelayOrigin {
        try RelayOrigin("\(scheme)://\(host):\(port)")
    }

    /// Upgrades at /v1 and follows the script.
    static func following(
        tls: NIOSSLContext? = nil, _ makeScript: @escaping @Sendable () -> Script
    ) async throws -> ScriptedRelay {
        try await ScriptedRelay { channel, heard in
            channel.eventLoop.makeCompletedFuture {
                if let tls {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLServerHandler(context: tls))
                }
                let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
                    maxFrameSize: 1 << 21,
                    shouldUpgrade: { channel, head in
                        channel.eventLoop.makeSucceededFuture(head.uri == "/v1" ? [:] : nil)
                    },
                    upgradePipelineHandler: { channel, _ in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(
                                ScriptHandler(makeScript(), heard))
                        }
                    })
                _ = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                    configuration: .init(
                        upgradeConfiguration: .init(upgraders: [upgrader]) { channel in
                            channel.close()
                        }))
            }
        }
    }

    /// Answers whatever comes first with these bytes, or with the end of the connection.
    static func raw(_ reply: [UInt8]?, thenClose: Bool = false) async throws -> ScriptedRelay {
        try await ScriptedRelay { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    RawReply(reply: reply, thenClose: thenClose))
            }
        }
    }
}

private final class RawReply: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let reply: [UInt8]?
    private let thenClose: Bool

    init(reply: [UInt8]?, thenClose: Bool) {
        self.reply = reply
        self.thenClose = thenClose
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let reply { context.channel.writeAndFlush(ByteBuffer(bytes: reply), promise: nil) }
        if thenClose { context.close(promise: nil) }
    }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let script: Script
    private let heard: Heard
    private var didClose = false

    init(_ script: @escaping Script, _ heard: Heard) {
        self.script = script
        self.heard = heard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var content = frame.unmaskedData
        switch frame.opcode {
        case .binary:
            guard frame.maskKey != nil,
                let said = try? ClientFrame(wireBytes: Array(buffer: content))
            else { return context.close(promise: nil) }
            heard.add(said)
            for saying in script(said) { say(saying, context) }
            context.flush()
        case .pong: heard.addPong()
        case .connectionClose:
            didClose = true
            heard.addClose(content.readInteger(as: UInt16.self))
            context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !didClose { heard.addClose(nil) }
    }

    private func say(_ saying: Saying, _ context: ChannelHandlerContext) {
        func write(
            _ opcode: WebSocketOpcode, _ bytes: [UInt8], fin: Bool = true, mask: Bool = false
        ) {
            let frame = WebSocketFrame(
                fin: fin, opcode: opcode, maskKey: mask ? [1, 2, 3, 4] : nil,
                data: ByteBuffer(bytes: bytes))
            context.write(wrapOutboundOut(frame), promise: nil)
        }
        switch saying {
        case .frame(let frame): write(.binary, frame.wireBytes)
        case .bytes(let bytes): write(.binary, bytes)
        case .fragments(let parts):
            for (index, part) in parts.enumerated() {
                write(index == 0 ? .binary : .continuation, part, fin: index == parts.count - 1)
            }
        case .text(let text): write(.text, Array(text.utf8))
        case .masked(let bytes): write(.binary, bytes, mask: true)
        case .oversized: write(.binary, Array(repeating: 0, count: RelayLimits.frameBytesMax + 1))
        case .ping: write(.ping, [7])
        case .close(let code):
            write(.connectionClose, code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [])
        case .drop:
            context.flush()
            context.close(promise: nil)
        }
    }
}

// MARK: - Scripts

/// Scripts of a relay that is what it says it is, until told otherwise.
enum Scripts {
    /// Says an honest hello, then what `then` gives for each request.
    static func honest(
        _ then: @escaping @Sendable (Request) -> [Saying]
    ) throws -> @Sendable () -> Script {
        let side = try RelaySide()
        return {
            { frame in
                switch frame {
                case .hello(let hello):
                    var side = side
                    return [.frame(.hello(side.hello(answering: hello.nonce)))]
                case .request(let request): return then(request)
                }
            }
        }
    }

    /// Answers pings and acks, grants subscriptions, never delivers.
    static func answering() throws -> @Sendable () -> Script {
        try honest { request in [.frame(reply(to: request))] }
    }

    /// Delivers entries 1 to `last` as credit allows, and at the end says `thenSay`.
    static func delivering(
        upTo last: UInt64, thenSay: [Saying] = []
    ) throws -> @Sendable () -> Script {
        let side = try RelaySide()
        return {
            var next: UInt64 = 1
            var credit: UInt64 = 0
            return { frame in
                guard case .request(let request) = frame else {
                    guard case .hello(let hello) = frame else { return [] }
                    var side = side
                    return [.frame(.hello(side.hello(answering: hello.nonce)))]
                }
                var sayings = [Saying.frame(reply(to: request))]
                switch request.body {
                case .subscribe(let more), .credit(let more): credit += UInt64(more)
                default: break
                }
                guard next <= last else { return sayings }
                while credit > 0, next <= last {
                    sayings.append(.frame(Said.delivery(next)))
                    next += 1
                    credit -= 1
                }
                return next > last ? sayings + thenSay : sayings
            }
        }
    }

    static func reply(to request: Request) -> RelayFrame {
        switch request.body {
        case .ping: Said.answer(request.id, .ping)
        case .ack: Said.answer(request.id, .ack)
        case .subscribe: Said.answer(request.id, .subscribe)
        case .credit: Said.answer(request.id, .credit)
        default: Said.refusal(request.id, .notPermitted)
        }
    }
}
