// A wire-tap between clients and a relay: every WebSocket message of both directions, unmasked.

import NIOCore
import NIOPosix
import Synchronization

/// What went over one connection, one way.
final class Recording: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func add(_ buffer: ByteBuffer) { bytes.withLock { $0 += Array(buffer: buffer) } }

    /// The payloads of the binary messages, which our programs never fragment.
    var messages: [[UInt8]] {
        let stream = bytes.withLock { $0 }
        guard var position = Self.endOfHead(stream) else { return [] }
        var messages: [[UInt8]] = []
        while let frame = Self.frame(in: stream, at: position) {
            position = frame.end
            if frame.opcode == 2 { messages.append(frame.payload) }
        }
        return messages
    }

    private static func endOfHead(_ stream: [UInt8]) -> Int? {
        let end = Array("\r\n\r\n".utf8)
        return stream.indices.first { stream[$0...].starts(with: end) }.map { $0 + end.count }
    }

    private static func frame(
        in stream: [UInt8], at start: Int
    ) -> (opcode: UInt8, payload: [UInt8], end: Int)? {
        guard start + 2 <= stream.count else { return nil }
        let short = Int(stream[start + 1] & 0x7F)
        let isMasked = stream[start + 1] & 0x80 != 0
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        let mask = start + 2 + extra
        let body = mask + (isMasked ? 4 : 0)
        guard body <= stream.count else { return nil }
        let length =
            extra == 0 ? short : stream[(start + 2)..<mask].reduce(0) { $0 << 8 | Int($1) }
        guard body + length <= stream.count else { return nil }
        var payload = Array(stream[body..<(body + length)])
        if isMasked { for index in payload.indices { payload[index] ^= stream[mask + index % 4] } }
        return (stream[start] & 0x0F, payload, body + length)
    }
}

/// One connection through a proxy, both ways.
struct RecordedConnection: Sendable {
    let fromClient = Recording()
    let fromRelay = Recording()
}

/// Every connection of one proxy.
final class Recordings: Sendable {
    private let all = Mutex<[RecordedConnection]>([])

    var connections: [RecordedConnection] { all.withLock { $0 } }

    func add() -> RecordedConnection {
        let connection = RecordedConnection()
        all.withLock { $0.append(connection) }
        return connection
    }
}

/// Listens on a free port and passes everything on to a relay.
struct RecordingProxy {
    let recordings: Recordings
    private let listener: any Channel

    var origin: String { "ws://127.0.0.1:\(listener.localAddress?.port ?? 0)" }

    func stop() async throws { try await listener.close() }

    /// Starts a proxy; one that replays a hello gives clients that message instead of the relay's
    /// first, and nothing else.
    static func start(
        before port: Int, replaying hello: [UInt8]? = nil
    ) async throws -> RecordingProxy {
        let recordings = Recordings()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                let connection = recordings.add()
                return ClientBootstrap(group: channel.eventLoop)
                    .connect(host: "127.0.0.1", port: port)
                    .flatMapThrowing { backend in
                        try channel.pipeline.syncOperations.addHandler(
                            Pipe(to: backend, connection.fromClient))
                        try backend.pipeline.syncOperations.addHandler(
                            Pipe(to: channel, connection.fromRelay, replaying: hello))
                    }
                    .flatMap { channel.setOption(.autoRead, value: true) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return RecordingProxy(recordings: recordings, listener: listener)
    }
}

/// Records what comes in and writes it to the other side.
private final class Pipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let recording: Recording
    private let hello: [UInt8]?
    private var head: [UInt8] = []

    init(to other: any Channel, _ recording: Recording, replaying hello: [UInt8]? = nil) {
        self.other = other
        self.recording = recording
        self.hello = hello
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        recording.add(buffer)
        guard let hello else { return other.writeAndFlush(buffer, promise: nil) }
        // The upgrade is the relay's own; what follows it is not.
        let hadEnded = head.suffix(4) == Array("\r\n\r\n".utf8)[...]
        guard !hadEnded else { return }
        for byte in buffer.readableBytesView where head.suffix(4) != Array("\r\n\r\n".utf8)[...] {
            head.append(byte)
        }
        guard head.suffix(4) == Array("\r\n\r\n".utf8)[...] else { return }
        let length = UInt16(hello.count)
        var answer = ByteBuffer(bytes: head)
        answer.writeBytes([0x82, 126, UInt8(length >> 8), UInt8(truncatingIfNeeded: length)])
        answer.writeBytes(hello)
        other.writeAndFlush(answer, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
}
