// Every setting that there is, in the order in which they are shown.

extension SettingRule {
    /// The sections of a configuration file, each with a line of its own and its settings.
    static var sections: [(title: String, rules: [SettingRule])] {
        [
            ("Where things lie and who reaches them", places),
            ("TLS at the relay's own port; without both files it speaks plainly", tls),
            ("Proxies in front of the relay, whose word is taken for where clients are", proxies),
            ("What the host alone sees", operation),
            ("Who may open a mailbox", registration),
            ("How much one address, or one /64, may do in an hour", rates),
            ("What one mailbox may hold", mailbox),
            ("What blobs may take, the large files that clients leave encrypted", blobs),
            ("What all clients together may take", connections),
        ]
    }

    /// All of them.
    static var all: [SettingRule] { sections.flatMap(\.rules) }

    private static var places: [SettingRule] {
        [
            .path(
                "data", \.data,
                "The data folder: the database. Made at the first start, for its owner alone.",
                example: "/var/lib/sotto"),
            .path(
                "keys", \.keys,
                """
                The folder of the relay's keys, which no backup of the data holds. Without it: \
                beside the data folder, with "-keys" after its name.
                """,
                example: "/var/lib/sotto-keys"),
            .address(
                "listen", \.listen,
                """
                Where clients connect. They accept a relay without TLS on a loopback address \
                alone. Port 0 takes a free one.
                """),
            .text(
                "page-note", \.pageNote,
                "What the relay's page at / says to who looks: who runs it, how to reach you.",
                allowed: "one line of at most 1000 bytes",
                example: "Run by Alice for family and friends: alice@example.org",
                isAllowed: { $0.utf8.count <= 1_000 }),
            .choice(
                "log-level", \.logLevel,
                "How much is logged to standard error. No level names anybody."),
        ]
    }

    private static var tls: [SettingRule] {
        [
            .path(
                "tls.certificate", \.tlsCertificate,
                "The certificate chain in PEM, the relay's own first. Followed when it changes.",
                example: "/etc/sotto/fullchain.pem"),
            .path(
                "tls.key", \.tlsKey,
                "The private key of that certificate, in PEM and not encrypted.",
                example: "/etc/sotto/privkey.pem"),
        ]
    }

    private static var proxies: [SettingRule] {
        [
            .addresses(
                "proxies.addresses", \.proxies,
                "Where proxies connect from. Nobody else is believed.",
                example: "10.0.0.0/8, 192.0.2.7"),
            .choice(
                "proxies.word", \.proxiesWord,
                """
                How they say where a client is: with a PROXY header before each connection, \
                without which a proxy is not served, or in each request.
                """),
        ]
    }

    private static var operation: [SettingRule] {
        [
            .address(
                "metrics.listen", optional: \.metricsListen,
                """
                Where Prometheus reads /metrics, for the host alone: whoever reaches it sees how \
                much goes on, if not whose. Without it nowhere.
                """,
                example: "127.0.0.1:9340")
        ]
    }

    private static var registration: [SettingRule] {
        [
            .choice(
                "registration.policy", \.registration,
                """
                Anybody, who shows an invitation (`sotto-relay invite` makes them), or nobody. \
                Those who have a mailbox keep it.
                """),
            .number(
                "registration.work-bits", \.registrationWork, 0...32,
                """
                Work that opening a mailbox costs: each bit doubles it, 20 are about a second. \
                For relays that are open to everybody.
                """),
        ]
    }

    private static var rates: [SettingRule] {
        [
            .number(
                "rates.registrations", \.registrationsHourly, 1...1_000_000_000,
                "Registrations. Every device that connects registers once more."),
            .number(
                "rates.lanes", \.lanesHourly, 1...1_000_000_000, "Conversations opened."),
            .number(
                "rates.posts", \.postsHourly, 1...1_000_000_000,
                "Posts; a minute's worth of them may come at once."),
        ]
    }

    private static var mailbox: [SettingRule] {
        [
            .number(
                "mailbox.entries", \.mailboxEntries, 1...10_000_000,
                "Entries that wait for one device before its mailbox is full."),
            .bytes(
                "mailbox.bytes", \.mailboxBytes, (1 << 20)...(1 << 40),
                "Bytes that wait for one device before its mailbox is full."),
            .number(
                "mailbox.days", \.mailboxDays, 1...3_650,
                "Days after which what nobody fetched is removed."),
        ]
    }

    private static var blobs: [SettingRule] {
        [
            .bytes(
                "blobs.size", \.blobsSize, 1...(4 << 30) + (256 << 20),
                "Bytes of one blob."),
            .bytes(
                "blobs.total", \.blobsTotal, 1...(1 << 50),
                "Bytes of all blobs together; the last of the disk stay free in any case."),
            .bytes(
                "blobs.mailbox", \.blobsMailbox, 1...(1 << 50),
                "Bytes that one device may upload at once; they come back over the days below."),
            .number("blobs.days", \.blobsDays, 1...3_650, "Days that a blob is kept."),
        ]
    }

    private static var connections: [SettingRule] {
        [
            .number(
                "connections.max", \.connectionsMax, 1...10_000_000,
                """
                Connections served at once; each needs an open file (doctor looks whether the \
                system allows as many).
                """),
            .number(
                "connections.per-client", \.connectionsPerClient, 1...10_000_000,
                "Connections of one address, or of one /64. This machine's own are not counted."),
            .number(
                "connections.beginning", \.connectionsBeginning, 1...10_000_000,
                """
                Connections that have not asked for anything yet; above it the one that began \
                first is closed.
                """),
            .bytes(
                "connections.memory", \.connectionsMemory, (1 << 20)...(1 << 40),
                """
                Memory for answers that clients do not read and messages that they do not finish; \
                above it the one that takes most is disconnected.
                """),
        ]
    }
}
