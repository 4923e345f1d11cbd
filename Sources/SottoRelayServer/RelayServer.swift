// A relay on a port: what a host starts, and what stops without losing an answer.

public import Logging
package import Metrics
import NIOCore
import NIOPosix
public import ServiceLifecycle
import SottoCrypto
public import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// A blind relay that serves one home on one port (spec/relay.md).
///
/// ```swift
/// let home = try RelayHome.open(folder: "relay-data")
/// let server = try await RelayServer.start(home, RelayConfiguration(port: 8340))
/// print("listening on port \(server.port)")
/// try await server.run()  // until a graceful shutdown, or until cancelled
/// ```
public final class RelayServer: Service {
    /// The port it listens on.
    public let port: Int
    /// What links pin: the hash of the relay's key, in hexadecimal.
    public let relayID: String

    /// The port that metrics are served on, if they are.
    package let metricsPort: Int?

    private let relay: RunningRelay
    private let listener: any Channel
    private let doors: [any Channel]
    private let loops: MultiThreadedEventLoopGroup
    private let writerLoop: MultiThreadedEventLoopGroup
    private let logger: Logger

    /// The certificate in use, for tests that change it.
    var credentials: Credentials? { relay.credentials }

    private init(
        _ relay: RunningRelay, listener: any Channel, doors: [any Channel],
        loops: MultiThreadedEventLoopGroup,
        writerLoop: MultiThreadedEventLoopGroup, logger: Logger
    ) {
        self.relay = relay
        self.listener = listener
        self.doors = doors
        self.loops = loops
        self.writerLoop = writerLoop
        self.logger = logger
        port = listener.localAddress?.port ?? 0
        metricsPort = doors.lazy.compactMap(\.localAddress?.port).first
        relayID = relay.identity.relayKey.id.hexadecimal
    }

    /// Starts to listen. When this returns, connections are served.
    ///
    /// - Throws: `.cannotListen` when the address cannot be had, `.badKey` when the home's keys are
    ///   none, `.badCertificate` when there is one that cannot be used.
    public static func start(
        _ home: RelayHome, _ configuration: RelayConfiguration,
        logger: Logger = Logger(label: "sotto.relay")
    ) async throws(RelayServerError) -> RelayServer {
        let factory = MetricsSystem.factory
        return try await start(
            home, configuration, logger: logger,
            metrics: factory is NOOPMetricsHandler ? nil : factory)
    }

    /// The same, counting with a factory of one's own too.
    package static func start(
        _ home: RelayHome, _ configuration: RelayConfiguration, logger: Logger,
        metrics: (any MetricsFactory)?
    ) async throws(RelayServerError) -> RelayServer {
        let credentials = try credentials(configuration, logger)
        let writerLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        var blobs: BlobService?
        do {
            let registry = MeterRegistry()
            let relay = try running(
                home, configuration, credentials, registry.beside(metrics), logger,
                on: writerLoop.next())
            blobs = relay.blobs
            let listener = try await listen(configuration, relay, on: loops)
            let desk = OperatorDesk(
                relay, registry: registry, store: home.store, configuration: configuration)
            let doors = try await open(desk, configuration, logger, on: loops)
            desk.drain { listener.close(promise: nil) }
            relay.writer.startChores()
            relay.blobs?.startChores(on: writerLoop.next())
            if let credentials { credentials.lookNowAndThen(on: writerLoop.next()) }
            return RelayServer(
                relay, listener: listener, doors: doors, loops: loops, writerLoop: writerLoop,
                logger: logger)
        } catch {
            await blobs?.shutDown()
            try? await loops.shutdownGracefully()
            try? await writerLoop.shutdownGracefully()
            if error is CryptoError { throw .badKey }
            if let error = error as? RelayServerError { throw error }
            throw .cannotListen(
                host: configuration.host, port: configuration.port,
                reason: ListenFault.reason(of: error))
        }
    }

    /// Serves until a graceful shutdown or a cancellation, then drains [OPS-2].
    public func run() async throws {
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await listener.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            self.listener.close(promise: nil)
        }
        await shutdown()
    }

    /// Stops accepting, answers what was taken and closes every connection, in a task that was
    /// cancelled too. The home is free once the server is let go of.
    public func shutdown() async {
        // In a task of its own, since one that was cancelled cannot wait for answers.
        await Task { await self.drain() }.value
    }

    private func drain() async {
        try? await listener.close()
        relay.table.drain()
        await untilSettled()
        if relay.table.count > 0 {
            logger.warning("connections were closed before they were drained")
        }
        for door in doors { try? await door.close() }
        await relay.blobs?.shutDown()
        try? await loops.shutdownGracefully()
        try? await writerLoop.shutdownGracefully()
    }

    private func untilSettled() async {
        let clock = ContinuousClock()
        let deadline = clock.now + ServerLimits.drainingMax
        while relay.table.count > 0 || !relay.writer.isIdle, clock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10), clock: clock)
        }
    }
}

/// Why a relay did not start.
public enum RelayServerError: Error, Equatable, Sendable {
    /// The address is taken, is not one of this machine's, or may not be used; `reason` says which.
    case cannotListen(host: String, port: Int, reason: String)
    /// A key of the home is not one.
    case badKey
    /// The certificate cannot be used.
    case badCertificate(CertificateError)
}

extension RelayServer {
    private static func running(
        _ home: RelayHome, _ configuration: RelayConfiguration, _ credentials: Credentials?,
        _ metrics: any MetricsFactory, _ logger: Logger, on loop: any EventLoop
    ) throws -> RunningRelay {
        let meters = RelayMeters(factory: metrics)
        let gatekeeper = Gatekeeper(
            rates: configuration.registration.rates, bans: configuration.registration.bans)
        var engine = try RelayEngine(
            privateKey: home.privateKey, secrets: home.secrets, quotas: configuration.quotas,
            store: MeteredStore(home.store, meters: meters), now: WallClock.now,
            entropy: .system())
        let table = ConnectionTable()
        engine.terms = configuration.registration.terms
        var identity = engine.identity
        identity.announcement = engine.terms.extensions
        let writer = RelayWriter(
            engine: engine, on: loop, table: table, meters: meters, logger: logger)
        return RunningRelay(
            identity: identity, writer: writer, table: table, meters: meters,
            held: HeldBytes(max: configuration.heldBytesMax),
            door: Door(configuration.transport, meters: meters, gatekeeper: gatekeeper),
            gatekeeper: gatekeeper, anyLoop: loop, credentials: credentials,
            blobs: home.blobs.map { blobs in
                let keeper = BlobKeeper(
                    index: blobs.index, files: blobs.files, masterKey: home.secrets.master,
                    quotas: configuration.blobs.quotas)
                return BlobService(keeper, logger: logger)
            },
            page: StatusPageOptions(
                version: configuration.version, note: configuration.pageNote,
                registration: configuration.registration.policy.rawValue))
    }

    private static func credentials(
        _ configuration: RelayConfiguration, _ logger: Logger
    ) throws(RelayServerError) -> Credentials? {
        guard let files = configuration.transport.certificate else { return nil }
        do throws(CertificateError) {
            return try Credentials(files, logger: logger)
        } catch {
            throw .badCertificate(error)
        }
    }

    private static func listen(
        _ configuration: RelayConfiguration, _ relay: RunningRelay,
        on loops: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        try await ServerBootstrap(group: loops)
            .serverChannelOption(.backlog, value: ServerLimits.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(
                    low: ServerLimits.unsentBytesLow, high: ServerLimits.unsentBytesHigh)
            )
            .childChannelInitializer { channel in relay.configure(channel) }
            .bind(host: configuration.host, port: configuration.port)
            .get()
    }
}
