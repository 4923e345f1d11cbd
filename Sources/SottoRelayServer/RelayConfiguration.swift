// What the host of a relay decides.

import SottoRelayCore

/// Where a relay listens and what it allows each mailbox.
public struct RelayConfiguration: Sendable, Equatable {
    /// The address to listen on, a numeric one or a name that resolves to one of this machine's.
    public var host: String
    /// The port to listen on; 0 picks a free one.
    public var port: Int
    /// Where the metrics are served, for the host alone; nowhere without it.
    public var metrics: ListenPoint?
    /// The path of a Unix socket for the host's commands, in a folder that only the host can
    /// enter; none without it.
    public var operatorSocket: String?
    /// What the host is told that this program is.
    public var version = "unknown"
    /// How many entries a mailbox holds before it is full.
    public var mailboxEntriesMax: Int
    /// How many bytes of entries a mailbox holds before it is full.
    public var mailboxBytesMax: Int
    /// How many days an entry waits for its device.
    public var mailboxDaysMax: Int
    /// How many bytes all clients together may make the relay hold in memory, of answers that they
    /// do not read and messages that they do not finish, before the worst is left [RELAY-10].
    public var heldBytesMax: Int
    /// How connections reach the relay.
    public var transport: TransportOptions

    /// A configuration with the quotas of `spec/relay.md` [MBX-7] unless others are given.
    public init(
        host: String = "127.0.0.1", port: Int = 0, mailboxEntriesMax: Int = 10_000,
        mailboxBytesMax: Int = 64 << 20, mailboxDaysMax: Int = 30,
        heldBytesMax: Int = 256 << 20, transport: TransportOptions = TransportOptions()
    ) {
        self.host = host
        self.port = port
        self.mailboxEntriesMax = mailboxEntriesMax
        self.mailboxBytesMax = mailboxBytesMax
        self.mailboxDaysMax = mailboxDaysMax
        self.heldBytesMax = heldBytesMax
        self.transport = transport
    }

    var quotas: RelayQuotas {
        RelayQuotas(
            mailboxEntries: mailboxEntriesMax, mailboxBytes: mailboxBytesMax,
            entryDays: UInt64(max(1, mailboxDaysMax)))
    }
}

/// An address to listen on.
public struct ListenPoint: Sendable, Equatable {
    /// A numeric address, or a name that resolves to one of this machine's.
    public var host: String
    /// The port; 0 picks a free one.
    public var port: Int

    /// A host and a port.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
