// The doors that only the host of a relay comes through.

import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

extension RelayServer {
    /// Opens the operator's socket and the address of the metrics, as far as they are wanted.
    ///
    /// - Returns: What is to be closed when the relay shuts down.
    static func open(
        _ desk: OperatorDesk, _ configuration: RelayConfiguration, _ logger: Logger,
        on loops: MultiThreadedEventLoopGroup
    ) async throws(RelayServerError) -> [any Channel] {
        var doors: [any Channel] = []
        if let metrics = configuration.metrics {
            do {
                doors.append(try await listen(for: desk, at: metrics, on: loops))
            } catch {
                throw .cannotListen(
                    host: metrics.host, port: metrics.port, reason: ListenFault.reason(of: error))
            }
        }
        if let path = configuration.operatorSocket {
            do {
                doors.append(try await listen(for: desk, at: path, on: loops))
            } catch {
                logger.warning(
                    "the operator's socket cannot be made: commands will not reach this relay",
                    metadata: ["reason": "\(ListenFault.reason(of: error))"])
            }
        }
        return doors
    }

    private static func listen(
        for desk: OperatorDesk, at address: ListenPoint, on loops: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        try await ServerBootstrap(group: loops)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(MetricsHandler(desk: desk))
                }
            }
            .bind(host: address.host, port: address.port)
            .get()
    }

    /// The folder that the socket lies in lets nobody but its owner in, so that nobody else can
    /// come between its making and the change of its mode.
    private static func listen(
        for desk: OperatorDesk, at path: String, on loops: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        let channel = try await ServerBootstrap(group: loops)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(OperatorHandler(desk: desk))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
            .get()
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return channel
    }
}
