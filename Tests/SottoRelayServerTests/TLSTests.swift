// TLS at the relay's own port: which files it takes, what it offers, and how it follows new files.

import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelayServer

@Suite("TLS", .timeLimit(.minutes(1)))
struct TLSTests {
    private let folder = CertificateFolder()

    private func connect(
        _ relay: ServedRelay, trusting certificate: TestCertificate
    ) async throws -> SottoRelayLink.RelayConnection {
        var options = RelayLinkOptions()
        options.trustedRootsPEM = Array(certificate.chain.utf8)
        return try await SottoRelayLink.RelayConnection.connect(
            to: RelayOrigin("wss://localhost:\(relay.server.port)"), trusting: .pinned(relay.id),
            entropy: .system(), options: options)
    }

    @Test("[NET-1] a relay with a certificate is reached by wss://, and not without TLS")
    func reached() async throws {
        try folder.put(.first)
        let transport = TransportOptions(certificate: folder.files)
        try await ServedRelay.with(transport: transport) { relay in
            let connection = try await connect(relay, trusting: .first)
            try await connection.ping()
            await #expect(throws: RelayConnectError.self) { _ = try await relay.connect() }
            try await connection.ping()
        }
    }

    @Test("[NET-2] TLS 1.3 is spoken, with X25519MLKEM768 for who offers it, and nothing older")
    func offered() async throws {
        try folder.put(.first)
        let transport = TransportOptions(certificate: folder.files)
        try await ServedRelay.with(transport: transport) { relay in
            for curve in [NIOTLSCurve.x25519_MLKEM768, .x25519] {
                let version = try await handshake(relay.server.port) { $0.curves = [curve] }
                #expect(version == .tlsv13)
            }
            await #expect(throws: (any Error).self) {
                _ = try await handshake(relay.server.port) { $0.maximumTLSVersion = .tlsv12 }
            }
        }
    }

    @Test("[NET-3] a new certificate is taken over; open connections and bad files change nothing")
    func reloaded() async throws {
        try folder.put(.first)
        let transport = TransportOptions(certificate: folder.files)
        try await ServedRelay.with(transport: transport) { relay in
            let credentials = try #require(relay.server.credentials)
            let before = try await connect(relay, trusting: .first)
            // Half of a renewal: the chain is there and the key is not.
            try folder.put(chain: TestCertificate.second.chain)
            credentials.look()
            try await connect(relay, trusting: .first).ping()
            try folder.put(.second)
            credentials.look()
            try await connect(relay, trusting: .second).ping()
            await #expect(throws: RelayConnectError.tlsFailed) {
                _ = try await connect(relay, trusting: .first)
            }
            try await before.ping()
        }
    }

    @Test("[NET-1] files that cannot be used are refused in a sentence, and nothing listens")
    func refused() async throws {
        let chain = folder.files.chain
        let key = folder.files.key
        #expect(error() == .unreadable(file: chain, reason: "No such file or directory"))
        try folder.put(.first)
        #expect(error() == nil)
        try folder.put(chain: "no certificate")
        #expect(error() == .noCertificate(file: chain))
        try folder.put(chain: TestCertificate.first.key)
        #expect(error() == .noCertificate(file: chain))
        let tooLong = String(repeating: "a", count: ServerLimits.certificateBytesMax + 1)
        try folder.put(chain: tooLong)
        #expect(error() == .tooLarge(file: chain))
        try folder.put(chain: TestCertificate.first.chain, key: "no key")
        #expect(error() == .noKey(file: key))
        try folder.put(chain: TestCertificate.first.chain, key: TestCertificate.encryptedKey)
        #expect(error() == .noKey(file: key))
        try folder.put(chain: TestCertificate.first.chain, key: TestCertificate.second.key)
        #expect(error() == .mismatch(chain: chain, key: key))
        let transport = TransportOptions(certificate: folder.files)
        await #expect(
            throws: RelayServerError.badCertificate(.mismatch(chain: chain, key: key))
        ) {
            _ = try await ServedRelay.start(transport: transport)
        }
        for error in [
            CertificateError.unreadable(file: key, reason: "no"), .tooLarge(file: key),
            .noCertificate(file: key), .noKey(file: key), .mismatch(chain: key, key: key),
            .unusable(chain: key),
        ] {
            #expect(error.sentence.contains(key))
        }
    }

    private func error() -> CertificateError? {
        do throws(CertificateError) {
            _ = try folder.files.load()
            return nil
        } catch {
            return error
        }
    }

    /// The version of TLS that a client with these wishes comes to speak.
    private func handshake(
        _ port: Int, _ wish: (inout TLSConfiguration) -> Void
    ) async throws -> TLSVersion? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.first.chain.utf8)))
        wish(&configuration)
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(
                        context: context, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandler(tls)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        defer { channel.close(promise: nil) }
        // What is written leaves once the handshake is over.
        try await channel.writeAndFlush(ByteBuffer(string: "GET /healthz HTTP/1.1\r\n"))
        return try await channel.nioSSL_tlsVersion().get()
    }
}

/// A folder with a certificate that a test changes; it goes with the test.
final class CertificateFolder: Sendable {
    private let path = NSTemporaryDirectory() + "sotto-tls-\(UUID().uuidString)"

    init() {
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var files: CertificateFiles {
        CertificateFiles(chain: path + "/chain.pem", key: path + "/key.pem")
    }

    func put(_ certificate: TestCertificate) throws {
        try put(chain: certificate.chain, key: certificate.key)
    }

    func put(chain: String, key: String? = nil) throws {
        try Data(chain.utf8).write(to: URL(fileURLWithPath: files.chain), options: .atomic)
        guard let key else { return }
        try Data(key.utf8).write(to: URL(fileURLWithPath: files.key), options: .atomic)
    }
}
