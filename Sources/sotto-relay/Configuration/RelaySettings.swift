// What the host of a relay decides, with what holds where nothing was said.

import Foundation
import SottoRelayCore
import SottoRelayServer

/// Every setting of a relay; a new one has the defaults.
struct RelaySettings: Equatable {
    /// The folder that a relay keeps its data in. There is no default.
    var data: String?
    /// The folder of the keys; nothing for one beside the data folder.
    var keys: String?
    var listen = ListenAddress(host: "127.0.0.1", port: 8340)
    var metricsListen: ListenAddress?
    var pageNote: String?
    var logLevel = LogLevel.notice

    var tlsCertificate: String?
    var tlsKey: String?

    var proxies: AddressList?
    var proxiesWord = TrustedProxies.Word.proxyProtocol

    var registration = RegistrationOptions.Policy.open
    var registrationWork = 0
    var registrationsHourly = 120
    var lanesHourly = 1_200
    var postsHourly = 720_000

    var mailboxEntries = 10_000
    var mailboxBytes = 64 << 20
    var mailboxDays = 30

    var blobsSize = (4 << 30) + (256 << 20)
    var blobsTotal = 64 << 30
    var blobsMailbox = 8 << 30
    var blobsDays = 30

    var connectionsMax = 19_000
    var connectionsPerClient = 500
    var connectionsBeginning = 2_000
    var connectionsMemory = 256 << 20

    /// The folder of the keys for a data folder: the one that was chosen, or one beside it.
    func keyFolder(_ data: String) -> String {
        keys ?? URL(fileURLWithPath: data).standardizedFileURL.path + "-keys"
    }

    /// What the server is started with.
    ///
    /// - Parameter data: The data folder.
    func configuration(data: String) -> RelayConfiguration {
        var configuration = RelayConfiguration(
            host: listen.host, port: listen.port, mailboxEntriesMax: mailboxEntries,
            mailboxBytesMax: mailboxBytes, mailboxDaysMax: mailboxDays,
            heldBytesMax: connectionsMemory, transport: transport,
            blobs: BlobOptions(
                blobBytesMax: blobsSize, totalBytesMax: blobsTotal,
                mailboxBytesMax: blobsMailbox, daysMax: blobsDays))
        configuration.metrics = metricsListen.map { ListenPoint(host: $0.host, port: $0.port) }
        configuration.operatorSocket = OperatorSocket.path(data: data)
        configuration.version = Version.text
        configuration.pageNote = pageNote
        configuration.registration = RegistrationOptions(
            policy: registration, workBits: registrationWork,
            registersHourly: registrationsHourly, lanesHourly: lanesHourly,
            postsHourly: postsHourly, bans: BanFile(data: data).list)
        return configuration
    }

    private var transport: TransportOptions {
        var options = TransportOptions(
            proxies: proxies.map { TrustedProxies(addresses: $0.ranges, word: proxiesWord) },
            connectionsMax: connectionsMax, connectionsPerClientMax: connectionsPerClient,
            beginningsMax: connectionsBeginning)
        if let tlsCertificate, let tlsKey {
            options.certificate = CertificateFiles(chain: tlsCertificate, key: tlsKey)
        }
        return options
    }

    /// Settings that do not go together, in sentences; none if all is well.
    var contradictions: [String] {
        var found: [String] = []
        if (tlsCertificate == nil) != (tlsKey == nil) {
            found.append("TLS needs both tls.certificate and tls.key")
        }
        return found
    }
}
