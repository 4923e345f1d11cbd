// From an origin to a proven connection: socket, TLS, upgrade, hello; the first outcome counts.

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Synchronization

/// One try to reach a relay. Success, failure, the time limit and a cancellation race; whichever
/// comes first is the outcome, and what comes after it is closed.
final class ConnectAttempt: Sendable {
    private typealias Outcome = Result<RelayConnection, RelayConnectError>

    private enum State {
        case idle
        case running(CheckedContinuation<Outcome, Never>, (any Channel)?)
        case over
    }

    private let origin: RelayOrigin
    private let trust: RelayTrust
    private let entropy: Entropy
    private let options: RelayLinkOptions
    private let tls: NIOSSLContext?
    private let loop: any EventLoop
    private let state = Mutex(State.idle)

    init(
        to origin: RelayOrigin, trusting trust: RelayTrust, entropy: consuming Entropy,
        options: RelayLinkOptions
    ) throws(RelayConnectError) {
        self.origin = origin
        self.trust = trust
        self.entropy = entropy
        self.options = options
        tls = origin.scheme == .wss ? try .trusting(options.trustedRootsPEM) : nil
        loop = options.eventLoopGroup.next()
    }

    func run() async throws(RelayConnectError) -> RelayConnection {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in start(waiter) }
        } onCancel: {
            giveUp(.cancelled)
        }
        return try outcome.get()
    }

    private func start(_ waiter: CheckedContinuation<Outcome, Never>) {
        let isCancelled = state.withLock { state in
            guard case .idle = state else { return true }
            state = .running(waiter, nil)
            return false
        }
        guard !isCancelled else { return waiter.resume(returning: .failure(.cancelled)) }
        let limit = loop.scheduleTask(in: TimeAmount(options.connectWithin)) { [self] in
            giveUp(.timedOut)
        }
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(options.connectWithin))
            .connect(host: origin.host, port: origin.port)
            .flatMap { [self] channel in prove(channel) }
            .whenComplete { [self] result in
                limit.cancel()
                finish(result.mapError(RelayConnectError.init))
            }
    }

    /// On the channel's event loop: says hello on a new socket and waits for the relay's.
    private func prove(_ channel: any Channel) -> EventLoopFuture<RelayConnection> {
        guard hold(channel) else {
            channel.close(promise: nil)
            return loop.makeFailedFuture(RelayConnectError.cancelled)
        }
        let streams = RelayStreams()
        let proven = loop.makePromise(of: ProvenRelay.self)
        var keys = entropy
        let requestKey = WebSocketRequestKey(using: &keys)
        let handler = RelayLinkHandler(
            trust: trust, options: options, entropy: keys, sinks: streams.sinks, proven: proven)
        let bound = NIOLoopBound(handler, eventLoop: loop)
        let pipeline = RelayPipeline(origin: origin, tls: tls, requestKey: requestKey)
        // Whatever closes the channel ends the attempt; if there was an outcome, it stays.
        channel.closeFuture.whenComplete { _ in
            bound.value.failIfUnproven(.closed(.lost))
        }
        pipeline.upgrade(channel, to: bound).whenComplete { result in
            switch result {
            case .success: bound.value.start()
            case .failure(let error):
                bound.value.failIfUnproven(RelayConnectError(error))
                channel.close(promise: nil)
            }
        }
        return proven.futureResult.map { relay in RelayConnection(relay, bound, streams) }
    }

    /// Whether the attempt still wants this channel; if so it will be closed with it.
    private func hold(_ channel: any Channel) -> Bool {
        state.withLock { state in
            guard case .running(let waiter, _) = state else { return false }
            state = .running(waiter, channel)
            return true
        }
    }

    /// Nobody waits any longer: whatever there is of a connection is closed.
    private func giveUp(_ error: RelayConnectError) {
        finish(.failure(error))?.close(promise: nil)
    }

    /// The outcome, unless there was one; answers the channel if this is it.
    @discardableResult
    private func finish(_ outcome: Outcome) -> (any Channel)? {
        let before = state.withLock { state in
            defer { state = .over }
            return state
        }
        guard case .running(let waiter, let channel) = before else { return nil }
        waiter.resume(returning: outcome)
        return channel
    }
}

extension RelayConnectError {
    /// What an error of the network's layers means for the caller.
    init(_ error: any Error) {
        switch error {
        case let error as RelayConnectError: self = error
        case let error as UpgradeRefused: self = .notARelay(httpStatus: error.status)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .tlsFailed
        case ChannelError.connectTimeout: self = .timedOut
        case is ChannelError, HTTPParserError.invalidEOFState: self = .closed(.lost)
        case let error as NIOConnectionError where error.isTimeout: self = .timedOut
        case is NIOConnectionError, is IOError: self = .unreachable
        default: self = .notARelay(httpStatus: nil)
        }
    }
}

extension NIOConnectionError {
    fileprivate var isTimeout: Bool {
        !connectionErrors.isEmpty
            && connectionErrors.allSatisfy { failure in
                if case ChannelError.connectTimeout = failure.error { true } else { false }
            }
    }
}

extension NIOSSLContext {
    /// TLS 1.3 that trusts the system's roots, or these.
    static func trusting(
        _ rootsPEM: [UInt8]?
    ) throws(RelayConnectError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        do {
            if let rootsPEM {
                let roots = try NIOSSLCertificate.fromPEMBytes(rootsPEM)
                configuration.trustRoots = .certificates(roots)
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .tlsFailed
        }
    }
}
