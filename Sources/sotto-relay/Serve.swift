// `sotto-relay serve`: opens the data folder, listens, and ends when it is told to.

import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import SottoRelayCore
import SottoRelaySQLite
import SottoRelayServer
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve until SIGTERM or SIGINT.",
        discussion: """
            Makes the data folder and its keys at the first start. Prints one line when it is \
            ready: where it listens and its relay id, which clients pin.

            With --tls-certificate and --tls-key the relay speaks TLS 1.3, and takes the files \
            over when they change. Without, it speaks plainly, which clients accept on a \
            loopback address; for anybody else put a TLS proxy in front and hand out its \
            wss:// address. /healthz and /readyz answer on the same port.

            SIGTERM and SIGINT drain: what was taken is answered, clients are told, exit code 0.

            EXAMPLES
              sotto-relay serve --data ./relay-data
              sotto-relay serve --data /var/lib/sotto --listen 127.0.0.1:8340 --log-level notice
              sotto-relay serve --data /var/lib/sotto --listen :443 \\
                --tls-certificate fullchain.pem --tls-key privkey.pem
              sotto-relay serve --data ./small --mailbox-entries 500 --mailbox-bytes 8000000
            """)

    @Option(
        help: ArgumentHelp(
            "The data folder; made if it is not there, of mode 0700.", valueName: "dir"))
    var data: String

    @Option(
        help: ArgumentHelp(
            "Where to listen; port 0 picks a free one.", valueName: "host:port"))
    var listen = ListenAddress(host: "127.0.0.1", port: 8340)

    @Option(help: ArgumentHelp("Entries a mailbox holds before it is full.", valueName: "n"))
    var mailboxEntries = 10_000

    @Option(help: ArgumentHelp("Bytes a mailbox holds before it is full.", valueName: "n"))
    var mailboxBytes = 64 << 20

    @Option(
        help: ArgumentHelp(
            """
            Bytes of memory that all clients together may take with answers not read and messages \
            not finished; above it the one that takes most is disconnected.
            """,
            valueName: "n"))
    var clientBytes = 256 << 20

    @Option(
        help: ArgumentHelp(
            "The certificate chain to speak TLS with, in PEM, the relay's own first.",
            valueName: "file"))
    var tlsCertificate: String?

    @Option(
        help: ArgumentHelp(
            "The private key of that certificate, in PEM and not encrypted.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp("How much is logged to standard error.", valueName: "level"))
    var logLevel = LogLevel.notice

    func validate() throws {
        guard !data.isEmpty else { throw ValidationError("Name a folder with --data.") }
        guard mailboxEntries > 0, mailboxBytes > 0 else {
            throw ValidationError("A mailbox must hold something: give numbers above 0.")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("TLS needs both --tls-certificate and --tls-key.")
        }
        guard clientBytes > 0 else {
            throw ValidationError("Clients need some memory: give a number above 0.")
        }
    }

    func run() async throws {
        OpenFiles.raiseLimit()
        var logger = Logger(label: "sotto-relay") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel.level
        let server = try await start(logger)
        say(
            "listening on \(listen.with(port: server.port)), relay id \(server.relayID)",
            to: .standardOutput)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: server,
                        successTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            throw Failure(
                sentence: "serving ended by itself: \(error)", code: Failure.fault)
        }
    }

    private var transport: TransportOptions {
        var options = TransportOptions()
        if let tlsCertificate, let tlsKey {
            options.certificate = CertificateFiles(chain: tlsCertificate, key: tlsKey)
        }
        return options
    }

    private func start(_ logger: Logger) async throws -> RelayServer {
        do {
            let home = try RelayHome.open(folder: data)
            return try await RelayServer.start(
                home,
                RelayConfiguration(
                    host: listen.host, port: listen.port, mailboxEntriesMax: mailboxEntries,
                    mailboxBytesMax: mailboxBytes, heldBytesMax: clientBytes,
                    transport: transport),
                logger: logger)
        } catch let error as RelayDataFolderError {
            throw Failure(sentence: "\(data): \(error.sentence)", code: Failure.refused)
        } catch RelayServerError.cannotListen(_, _, let reason) {
            throw Failure(
                sentence: "cannot listen on \(listen): \(reason); choose another with --listen",
                code: Failure.network)
        } catch RelayServerError.badCertificate(let error) {
            throw Failure(sentence: error.sentence, code: Failure.refused)
        } catch RelayServerError.badKey {
            throw Failure(
                sentence: "\(data): the relay's key file is damaged; restore it from a backup",
                code: Failure.refused)
        }
    }
}

/// How much is logged. There is nothing below `info`: no id of anybody is logged at any level.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
