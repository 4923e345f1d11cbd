// The flags that every command which needs the configuration takes.

import ArgumentParser
import Foundation

/// A flag for each setting, and the one for the file.
struct ConfigurationFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file; see print-config. Also SOTTO_RELAY_CONFIG.",
            valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The data folder; made if it is not there.", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the keys (default: beside the data folder).", valueName: "dir"))
    var keys: String?

    @Option(
        help: ArgumentHelp(
            "Where clients connect; port 0 picks a free one (default: 127.0.0.1:8340).",
            valueName: "host:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "Where Prometheus reads /metrics (default: nowhere).", valueName: "host:port"))
    var metricsListen: String?

    @Option(
        help: ArgumentHelp("What the page at / says to who looks.", valueName: "text"))
    var pageNote: String?

    @Option(
        help: ArgumentHelp("info, notice, warning or error (default: notice).", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("The certificate chain for TLS, in PEM.", valueName: "file"))
    var tlsCertificate: String?

    @Option(
        help: ArgumentHelp(
            "The private key of that certificate, in PEM, not encrypted.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Who may open a mailbox: open, invitation or closed (default: open).",
            valueName: "policy"))
    var registrationPolicy: String?

    @Option(
        help: ArgumentHelp(
            "Work that opening a mailbox costs, in bits (default: 0).", valueName: "n"))
    var registrationWorkBits: String?

    @Option(
        help: ArgumentHelp(
            "Registrations of one address in an hour (default: 120).", valueName: "n"))
    var ratesRegistrations: String?

    @Option(
        help: ArgumentHelp(
            "Conversations that one address opens in an hour (default: 1200).", valueName: "n"))
    var ratesLanes: String?

    @Option(
        help: ArgumentHelp("Posts of one address in an hour (default: 720000).", valueName: "n"))
    var ratesPosts: String?

    @Option(
        help: ArgumentHelp(
            "Addresses and ranges that proxies connect from (default: none).", valueName: "list"))
    var proxiesAddresses: String?

    @Option(
        help: ArgumentHelp(
            "How they name clients: proxy-protocol or x-forwarded-for (default: proxy-protocol).",
            valueName: "word"))
    var proxiesWord: String?

    @Option(help: ArgumentHelp("Entries a mailbox holds (default: 10000).", valueName: "n"))
    var mailboxEntries: String?

    @Option(help: ArgumentHelp("Bytes a mailbox holds (default: 64MiB).", valueName: "bytes"))
    var mailboxBytes: String?

    @Option(help: ArgumentHelp("Days an entry is kept (default: 30).", valueName: "n"))
    var mailboxDays: String?

    @Option(help: ArgumentHelp("Bytes of one blob (default: 4352MiB).", valueName: "bytes"))
    var blobsSize: String?

    @Option(help: ArgumentHelp("Bytes of all blobs (default: 64GiB).", valueName: "bytes"))
    var blobsTotal: String?

    @Option(
        help: ArgumentHelp(
            "Bytes of blobs that a mailbox may upload at once (default: 8GiB).",
            valueName: "bytes"))
    var blobsMailbox: String?

    @Option(help: ArgumentHelp("Days a blob is kept (default: 30).", valueName: "n"))
    var blobsDays: String?

    @Option(help: ArgumentHelp("Connections served at once (default: 19000).", valueName: "n"))
    var connectionsMax: String?

    @Option(help: ArgumentHelp("Connections of one client (default: 500).", valueName: "n"))
    var connectionsPerClient: String?

    @Option(
        help: ArgumentHelp(
            "Connections that have asked for nothing yet (default: 2000).", valueName: "n"))
    var connectionsBeginning: String?

    @Option(
        name: [.customLong("connections-memory"), .customLong("client-bytes")],
        help: ArgumentHelp(
            "Memory for slow clients, all together (default: 256MiB).", valueName: "bytes"))
    var connectionsMemory: String?

    /// What was given on the command line.
    var given: [GivenSetting] {
        let texts: [(String, String?)] = [
            ("data", data), ("keys", keys), ("listen", listen), ("log-level", logLevel),
            ("metrics.listen", metricsListen), ("page-note", pageNote),
            ("tls.certificate", tlsCertificate), ("tls.key", tlsKey),
            ("proxies.addresses", proxiesAddresses), ("proxies.word", proxiesWord),
            ("registration.policy", registrationPolicy),
            ("registration.work-bits", registrationWorkBits),
            ("rates.registrations", ratesRegistrations), ("rates.lanes", ratesLanes),
            ("rates.posts", ratesPosts),
            ("mailbox.entries", mailboxEntries), ("mailbox.bytes", mailboxBytes),
            ("mailbox.days", mailboxDays), ("blobs.size", blobsSize),
            ("blobs.total", blobsTotal), ("blobs.mailbox", blobsMailbox),
            ("blobs.days", blobsDays), ("connections.max", connectionsMax),
            ("connections.per-client", connectionsPerClient),
            ("connections.beginning", connectionsBeginning),
            ("connections.memory", connectionsMemory),
        ]
        return texts.compactMap { key, text in
            text.map { text in
                let flag = "--" + key.replacing(".", with: "-")
                return GivenSetting(key: key, text: text, origin: .flag(flag))
            }
        }
    }

    /// What is in force for this process.
    func effective() throws -> EffectiveSettings {
        let environment = ProcessInfo.processInfo.environment
        let wrong: [String]
        do {
            let effective = try EffectiveSettings(
                flags: given, environment: environment,
                file: try file(config ?? environment[EffectiveSettings.fileVariable]),
                changed: { data throws(SettingFaults) in try RuntimeSettings(data: data).given() })
            wrong = effective.values.contradictions
            if wrong.isEmpty { return effective }
        } catch let error as SettingFaults {
            wrong = error.faults.map(\.sentence)
        }
        throw Failure(
            sentence: wrong.joined(separator: "\nsotto-relay: "), code: Failure.usage)
    }

    /// What is in force, and the data folder, without which most commands can do nothing.
    func withData() throws -> (settings: RelaySettings, data: String) {
        let settings = try effective().values
        guard let data = settings.data else {
            throw Failure(
                sentence: "name the data folder: --data, SOTTO_RELAY_DATA, or data in the file",
                code: Failure.usage)
        }
        return (settings, data)
    }

    private func file(_ path: String?) throws -> SettingsFile? {
        guard let path else { return nil }
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            bytes = try handle.read(upToCount: SettingsFile.bytesMax + 1) ?? Data()
        } catch {
            throw Failure(
                sentence: "\(path): the configuration file cannot be read", code: Failure.usage)
        }
        guard bytes.count <= SettingsFile.bytesMax, let text = String(bytes: bytes, encoding: .utf8)
        else {
            throw Failure(
                sentence: "\(path): a configuration file is UTF-8 text of at most 1 MiB",
                code: Failure.usage)
        }
        return try SettingsFile(text, name: path)
    }
}
