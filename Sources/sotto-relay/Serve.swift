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
            Makes the data folder and the keys at the first start. Prints one line when it is \
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
              sotto-relay serve --config /etc/sotto/relay.yaml
            """)

    @OptionGroup var flags: ConfigurationFlags

    func run() async throws {
        OpenFiles.raiseLimit()
        let (settings, data) = try flags.withData()
        var logger = Logger(label: "sotto-relay") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel.level
        let server = try await start(settings, data, logger)
        say(
            "listening on \(settings.listen.with(port: server.port)), relay id \(server.relayID)",
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

    private func start(
        _ settings: RelaySettings, _ data: String, _ logger: Logger
    ) async throws -> RelayServer {
        do {
            let home = try RelayHome.open(folder: data, keys: settings.keyFolder(data))
            return try await RelayServer.start(
                home, settings.configuration(data: data), logger: logger)
        } catch let error as RelayDataFolderError {
            throw Failure(sentence: "\(data): \(error.sentence)", code: Failure.refused)
        } catch RelayServerError.cannotListen(let host, let port, let reason) {
            let address = ListenAddress(host: host, port: port)
            let flag = address == settings.metricsListen ? "--metrics-listen" : "--listen"
            throw Failure(
                sentence: "cannot listen on \(address): \(reason); choose another with \(flag)",
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
enum LogLevel: String, CaseIterable {
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
