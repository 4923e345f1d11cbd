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
    /// Who may open a mailbox, how fast clients may go, and who is not served.
    public var registration = RegistrationOptions()
    /// What the page at `/` says beside that the relay is up: who runs it, how to reach them.
    public var pageNote: String?
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
    /// What blobs may take.
    public var blobs: BlobOptions

    /// A configuration with the quotas of `spec/relay.md` [MBX-7] unless others are given.
    public init(
        host: String = "127.0.0.1", port: Int = 0, mailboxEntriesMax: Int = 10_000,
        mailboxBytesMax: Int = 64 << 20, mailboxDaysMax: Int = 30,
        heldBytesMax: Int = 256 << 20, transport: TransportOptions = TransportOptions(),
        blobs: BlobOptions = BlobOptions()
    ) {
        self.host = host
        self.port = port
        self.mailboxEntriesMax = mailboxEntriesMax
        self.mailboxBytesMax = mailboxBytesMax
        self.mailboxDaysMax = mailboxDaysMax
        self.heldBytesMax = heldBytesMax
        self.transport = transport
        self.blobs = blobs
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

/// What blobs may take [BLOB-2, BLOB-5].
public struct BlobOptions: Sendable, Equatable {
    /// The bytes of one blob, at most those of `spec/relay.md` section 10.
    public var blobBytesMax: Int
    /// The bytes of all blobs together.
    public var totalBytesMax: Int
    /// The bytes that one mailbox may upload at once; they come back over the days below.
    public var mailboxBytesMax: Int
    /// How many days a blob is kept.
    public var daysMax: Int

    /// The quotas of the specification unless others are given.
    public init(
        blobBytesMax: Int = (4 << 30) + (256 << 20), totalBytesMax: Int = 64 << 30,
        mailboxBytesMax: Int = 8 << 30, daysMax: Int = 30
    ) {
        self.blobBytesMax = blobBytesMax
        self.totalBytesMax = totalBytesMax
        self.mailboxBytesMax = mailboxBytesMax
        self.daysMax = daysMax
    }

    var quotas: BlobQuotas {
        BlobQuotas(
            blobBytes: UInt64(clamping: blobBytesMax), totalBytes: UInt64(clamping: totalBytesMax),
            mailboxBytes: UInt64(clamping: mailboxBytesMax), days: UInt64(clamping: daysMax))
    }
}
