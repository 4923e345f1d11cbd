// Bytes to and from a port by hand, for what no well-behaved client would send.

import NIOCore
import NIOPosix

/// One TCP connection.
struct RawSocket {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Connects, runs `body`, closes.
    static func with<Result>(
        port: Int, _ body: (inout RawConversation) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = RawConversation(
                inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&conversation)
        }
    }
}

/// What is said on a raw connection.
struct RawConversation {
    var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received: [UInt8] = []

    init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    func send(_ bytes: some Sequence<UInt8>) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Everything until the other end closes.
    mutating func untilClosed() async throws -> [UInt8] {
        while let more = try await inbound.next() { received += Array(buffer: more) }
        return received
    }

    /// The status line and headers of an answer.
    mutating func head() async throws -> String {
        let end = Array("\r\n\r\n".utf8)
        var length = 0
        while !received.prefix(length).suffix(4).elementsEqual(end) {
            if length < received.count {
                length += 1
            } else if let more = try await inbound.next() {
                received += Array(buffer: more)
            } else {
                break
            }
        }
        defer { received.removeFirst(length) }
        return String(decoding: received.prefix(length), as: UTF8.self)
    }

    /// The opcode and payload of the next WebSocket frame, or nothing at the end.
    mutating func frame() async throws -> (opcode: UInt8, payload: [UInt8])? {
        while true {
            if let frame = takeFrame() { return frame }
            guard let more = try await inbound.next() else { return nil }
            received += Array(buffer: more)
        }
    }

    /// Becomes a WebSocket.
    mutating func upgrade() async throws -> String {
        let request = """
            GET /v1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n
            """
        try await send(request.utf8)
        return try await head()
    }

    private mutating func takeFrame() -> (opcode: UInt8, payload: [UInt8])? {
        guard received.count >= 2 else { return nil }
        let short = Int(received[1] & 0x7F)
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        guard received.count >= 2 + extra else { return nil }
        let length =
            extra == 0 ? short : received[2..<2 + extra].reduce(0) { $0 << 8 | Int($1) }
        guard received.count >= 2 + extra + length else { return nil }
        let frame = (received[0] & 0x0F, Array(received[(2 + extra)..<(2 + extra + length)]))
        received.removeFirst(2 + extra + length)
        return frame
    }
}

/// A client's WebSocket frame, masked with zeros.
func webSocketFrame(opcode: UInt8, isFinal: Bool = true, _ payload: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
    switch payload.count {
    case ..<126: frame.append(0x80 | UInt8(payload.count))
    case ..<65_536: frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    default:
        frame.append(0x80 | 127)
        frame += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    return frame + [0, 0, 0, 0] + payload
}
