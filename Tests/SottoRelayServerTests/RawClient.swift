// A client that can be as wrong as a test wants: TCP, and WebSocket frames put together by hand.

import NIOCore
import NIOPosix
import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

/// One TCP connection to a relay.
final class RawClient {
    /// The other side has closed, or says what the test does not expect.
    struct Unexpected: Error {
        let text: String
    }

    /// A WebSocket frame as it arrives; servers do not mask or fragment.
    struct Frame {
        let opcode: UInt8
        let payload: [UInt8]

        /// The code of a close frame.
        var closeCode: UInt16? {
            guard opcode == 8, payload.count >= 2 else { return nil }
            return UInt16(payload[0]) << 8 | UInt16(payload[1])
        }
    }

    private let channel: any Channel
    private var arriving: AsyncStream<[UInt8]>.AsyncIterator
    private var buffer: ArraySlice<UInt8> = []
    private(set) var binding: ConnectionBinding?
    private var entropy = Entropy.system()
    private var lastRequest: UInt32 = 0
    /// What arrived while something else was waited for.
    private(set) var deliveries: [Delivery] = []
    private(set) var notices: [Notice] = []

    private init(_ channel: any Channel, _ arriving: AsyncStream<[UInt8]>) {
        self.channel = channel
        self.arriving = arriving.makeAsyncIterator()
    }

    deinit { channel.close(promise: nil) }

    /// A connection that has said nothing yet.
    static func connect(_ port: Int) async throws -> RawClient {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Little room in the system's buffers, so that not reading is soon felt.
            .channelOption(.socketOption(.so_rcvbuf), value: 65_536)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel, stream)
    }

    /// A connection that has become a WebSocket.
    static func upgraded(_ port: Int) async throws -> RawClient {
        let client = try await connect(port)
        let status = try await client.ask(
            """
            GET /v1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
            """)
        guard status.hasPrefix("HTTP/1.1 101") else { throw Unexpected(text: status) }
        return client
    }

    /// A connection on which hellos were exchanged.
    static func open(_ port: Int, pinned: RelayID) async throws -> RawClient {
        let client = try await upgraded(port)
        let hello = ClientHello(nonce: .random(using: &client.entropy))
        try await client.send(ClientFrame.hello(hello).wireBytes)
        guard case .hello(let answer) = try await client.nextRelayFrame() else {
            throw Unexpected(text: "no hello")
        }
        client.binding = try answer.verify(pinned: pinned, hello: hello)
        return client
    }

    // MARK: Bytes

    /// Writes bytes as they are.
    func write(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes))
    }

    /// Sends an HTTP request and returns the head of the answer.
    func ask(_ text: String) async throws -> String {
        try await write(Array(text.utf8))
        return try await nextHead()
    }

    /// The head of the next answer.
    func nextHead() async throws -> String {
        let end = Array("\r\n\r\n".utf8)
        while true {
            for index in buffer.indices where buffer[index...].starts(with: end) {
                let head = String(decoding: buffer[..<index], as: UTF8.self)
                buffer = buffer[(index + end.count)...]
                return head
            }
            guard try await more() else { throw Unexpected(text: "closed") }
        }
    }

    /// The next bytes, as many as asked.
    func bytes(_ count: Int) async throws -> [UInt8] {
        var parts: [[UInt8]] = []
        var left = count - buffer.count
        // Put together at the end: a long body comes in many pieces.
        while left > 0 {
            guard let next = await arriving.next() else { throw Unexpected(text: "closed") }
            parts.append(next)
            left -= next.count
        }
        let all = Array(buffer) + parts.joined()
        buffer = all.dropFirst(count)
        return Array(all.prefix(count))
    }

    /// Writes bytes again and again, without waiting until they are taken.
    func flood(_ bytes: [UInt8], times: Int) {
        for _ in 0..<times {
            channel.write(channel.allocator.buffer(bytes: bytes), promise: nil)
        }
        channel.flush()
    }

    /// Everything until the relay closes.
    func untilClosed() async throws -> [UInt8] {
        while try await more() {}
        return Array(buffer)
    }

    private func more() async throws -> Bool {
        guard let bytes = await arriving.next() else { return false }
        buffer = Array(buffer + bytes)[...]
        return true
    }

    /// Stops or goes on reading from the socket.
    func read(_ isReading: Bool) async throws {
        try await channel.setOption(.autoRead, value: isReading).get()
    }

    func close() async throws { try await channel.close() }

    // MARK: Frames

    /// Sends one WebSocket frame.
    func send(
        _ payload: [UInt8], opcode: UInt8 = 2, isFinal: Bool = true, isMasked: Bool = true,
        reserved: UInt8 = 0
    ) async throws {
        try await write(
            Self.frame(
                payload, opcode: opcode, isFinal: isFinal, isMasked: isMasked,
                reserved: reserved))
    }

    /// One WebSocket frame in bytes.
    static func frame(
        _ payload: [UInt8], opcode: UInt8 = 2, isFinal: Bool = true, isMasked: Bool = true,
        reserved: UInt8 = 0
    ) -> [UInt8] {
        var head: [UInt8] = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: head.append(mask | UInt8(payload.count))
        case ..<65_536:
            head += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            head.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                head.append(UInt8(truncatingIfNeeded: payload.count >> shift))
            }
        }
        guard isMasked else { return head + payload }
        // Long frames are masked with zeros, which is slow work in a debug build otherwise.
        guard payload.count < 4_096 else { return head + [0, 0, 0, 0] + payload }
        let key: [UInt8] = [3, 141, 59, 26]
        let masked = payload.enumerated().map { $1 ^ key[$0 % 4] }
        return head + key + masked
    }

    /// The next WebSocket frame; nothing when the relay has closed the connection.
    func nextFrame() async throws -> Frame? {
        while true {
            if let frame = takeFrame() { return frame }
            guard try await more() else { return nil }
        }
    }

    private func takeFrame() -> Frame? {
        guard buffer.count >= 2 else { return nil }
        let first = buffer.startIndex
        var length = Int(buffer[first + 1] & 0x7F)
        var start = first + 2
        let extended = length == 126 ? 2 : length == 127 ? 8 : 0
        if extended > 0 {
            guard buffer.count >= 2 + extended else { return nil }
            length = buffer[start..<start + extended].reduce(0) { $0 << 8 | Int($1) }
            start += extended
        }
        guard buffer.endIndex >= start + length else { return nil }
        let frame = Frame(
            opcode: buffer[first] & 0x0F, payload: Array(buffer[start..<start + length]))
        buffer = buffer[(start + length)...]
        return frame
    }

    /// The code with which the relay closes, whatever it says before.
    func closeCode() async throws -> UInt16? {
        while let frame = try await nextFrame() {
            if frame.opcode == 8 { return frame.closeCode }
        }
        return nil
    }

    // MARK: Sotto

    func nextRelayFrame() async throws -> RelayFrame {
        guard let frame = try await nextFrame() else { throw Unexpected(text: "closed") }
        guard frame.opcode == 2 else { throw Unexpected(text: "opcode \(frame.opcode)") }
        return try RelayFrame(wireBytes: frame.payload)
    }

    /// Sends a request and returns its number.
    func send(_ body: Request.Body) async throws -> UInt32 {
        lastRequest += 1
        try await send(
            ClientFrame.request(Request(id: lastRequest, body: body)).wireBytes)
        return lastRequest
    }

    /// The next response; deliveries and notices before it are put aside.
    func nextResponse() async throws -> Response {
        while true {
            switch try await nextRelayFrame() {
            case .response(let response): return response
            case .delivery(let delivery): deliveries.append(delivery)
            case .notice(let notice): notices.append(notice)
            case .hello: throw Unexpected(text: "a second hello")
            case .ephemeral: throw Unexpected(text: "an ephemeral delivery")
            }
        }
    }

    /// Sends a request and waits for its response.
    func ask(_ body: Request.Body) async throws -> Result<Answer, RelayRefusal> {
        let id = try await send(body)
        let response = try await nextResponse()
        guard response.id == id else { throw Unexpected(text: "another response") }
        return response.result
    }

    /// The next delivery, or one that came before.
    func nextDelivery() async throws -> Delivery {
        if !deliveries.isEmpty { return deliveries.removeFirst() }
        guard case .delivery(let delivery) = try await nextRelayFrame() else {
            throw Unexpected(text: "no delivery")
        }
        return delivery
    }
}

/// Hands on what arrives, in pieces as they come.
private final class Reader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let arriving: AsyncStream<[UInt8]>.Continuation

    init(_ arriving: AsyncStream<[UInt8]>.Continuation) { self.arriving = arriving }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        arriving.yield(Array(buffer: unwrapInboundIn(data)))
    }

    func channelInactive(context: ChannelHandlerContext) { arriving.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
