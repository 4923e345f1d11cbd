// The relay's WebSocket layer against RFC 6455, in the cases that the Autobahn suite numbers.

import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import SottoRelayServer

@Suite("WebSocket conformance")
struct ConformanceTests {
    /// A relay on a port of its own that sends messages back and decides nothing.
    private func listen(on loops: MultiThreadedEventLoopGroup) async throws -> any Channel {
        var relay = try EmbeddedRelay(on: loops.next()).relay
        relay.echoes = true
        return try await ServerBootstrap(group: loops)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [relay] channel in relay.configure(channel) }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    @Test(
        "[NET-10] sections 1 to 7, 9 and 10 of the Autobahn suite hold",
        .enabled(if: ProcessInfo.processInfo.environment["SOTTO_CONFORMANCE"] != nil),
        .timeLimit(.minutes(5)))
    func autobahn() async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try await listen(on: loops)
        let port = try #require(listener.localAddress?.port)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let script = root.appendingPathComponent("Scripts/websocket-conformance.py").path
        let (output, status) = try await Self.run(["python3", script, "\(port)"])
        #expect(status == 0, "\(output)")
        #expect(output.contains(" passed, 0 failed"), "\(output)")
        try await listener.close()
        try await loops.shutdownGracefully()
    }

    private static func run(_ arguments: [String]) async throws -> (String, Int32) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = pipe
        let ended = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            ended.continuation.yield(process.terminationStatus)
            ended.continuation.finish()
        }
        try process.run()
        var status: Int32 = -1
        for await code in ended.stream { status = code }
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return (String(decoding: output, as: UTF8.self), status)
    }
}
