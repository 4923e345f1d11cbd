// A relay without sockets and clocks: everything happens when the test says so.

import Logging
import MetricsTestKit
import NIOCore
import NIOEmbedded
import NIOWebSocket
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Synchronization
import Testing

@testable import SottoRelayServer

/// A relay's connections, writer and counters on one loop that a test turns.
struct EmbeddedRelay {
    let loop = EmbeddedEventLoop()
    let metrics = TestMetrics()
    let log = RecordedLog()
    let store: MemoryRelayStore
    let relay: RunningRelay
    private var entropy = Entropy.system()

    /// - Parameter writers: Where it decides; nothing for the loop that a test turns.
    init(heldBytesMax: Int = 1 << 20, on writers: (any EventLoop)? = nil) throws {
        let loop: any EventLoop = writers ?? self.loop
        store = MemoryRelayStore(incarnation: .random(using: &entropy))
        let engine = try RelayEngine(
            privateKey: .random(using: &entropy),
            secrets: RelaySecrets(master: entropy.secret(32), names: entropy.secret(32)),
            quotas: RelayQuotas(), store: store, now: Timestamp(milliseconds: 0),
            entropy: .system())
        let table = ConnectionTable()
        let gatekeeper = Gatekeeper()
        let meters = RelayMeters(factory: metrics)
        let log = log
        let logger = Logger(label: "test", factory: { _ in log })
        let writer = RelayWriter(
            engine: engine, on: loop, table: table, meters: meters, logger: logger)
        relay = RunningRelay(
            identity: engine.identity, writer: writer, table: table, meters: meters,
            held: HeldBytes(max: heldBytesMax),
            door: Door(TransportOptions(), meters: meters, gatekeeper: gatekeeper),
            gatekeeper: gatekeeper, anyLoop: loop)
    }

    /// A connection that has become a WebSocket and said nothing.
    func connect() throws -> EmbeddedClient {
        let channel = EmbeddedChannel(loop: loop)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
        let unfinished = UnfinishedFrames()
        try relay.upgraded(channel, counting: unfinished)
        return EmbeddedClient(channel: channel, unfinished: unfinished)
    }

    /// A connection on which hellos were exchanged.
    func greeted() throws -> EmbeddedClient {
        let client = try connect()
        try client.sayHello()
        return client
    }

    /// How much was counted under a name.
    func count(_ label: String, _ dimensions: [(String, String)] = []) -> Int64 {
        metrics.counterTotal(label: "sotto_relay_\(label)_total", dimensions: dimensions)
    }
}

/// Keeps the level and the words of what is logged.
struct RecordedLog: LogHandler {
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()
    private let kept = Kept()

    private final class Kept: Sendable {
        let lines = Mutex<[String]>([])
    }

    var lines: [String] { kept.lines.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        kept.lines.withLock { $0.append("\(event.level): \(event.message)") }
    }
}

/// The client's end of one connection.
struct EmbeddedClient {
    let channel: EmbeddedChannel
    let unfinished: UnfinishedFrames

    /// A WebSocket frame as a client sends it.
    static func frame(
        _ bytes: [UInt8], opcode: WebSocketOpcode = .binary, isFinal: Bool = true
    ) -> WebSocketFrame {
        WebSocketFrame(
            fin: isFinal, opcode: opcode, maskKey: [0, 0, 0, 0], data: ByteBuffer(bytes: bytes))
    }

    func send(
        _ bytes: [UInt8], opcode: WebSocketOpcode = .binary, isFinal: Bool = true
    ) throws {
        try channel.writeInbound(Self.frame(bytes, opcode: opcode, isFinal: isFinal))
    }

    func send(_ frame: ClientFrame) throws { try send(frame.wireBytes) }

    func ask(_ id: UInt32, _ body: Request.Body) throws {
        try send(.request(Request(id: id, body: body)))
    }

    func sayHello(versions: [UInt16] = [RelayLimits.version]) throws {
        var entropy = Entropy.system()
        try send(.hello(ClientHello(versions: versions, nonce: .random(using: &entropy))))
    }

    /// Every frame that the relay has sent since the last time.
    func frames() throws -> [RelayFrame] {
        var frames: [RelayFrame] = []
        while let frame = try channel.readOutbound(as: WebSocketFrame.self) {
            guard frame.opcode == .binary else { continue }
            frames.append(try RelayFrame(wireBytes: Array(buffer: frame.unmaskedData)))
        }
        return frames
    }

    /// The code with which the relay has closed, if it has; what it said before is let go.
    func closeCode() throws -> UInt16? {
        while let frame = try channel.readOutbound(as: WebSocketFrame.self) {
            var data = frame.unmaskedData
            if frame.opcode == .connectionClose { return data.readInteger() }
        }
        return nil
    }
}
