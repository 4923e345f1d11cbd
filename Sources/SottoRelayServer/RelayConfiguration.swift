// What the host of a relay decides.

import SottoRelayCore

/// Where a relay listens and what it allows each mailbox.
public struct RelayConfiguration: Sendable, Equatable {
    /// The address to listen on, a numeric one or a name that resolves to one of this machine's.
    public var host: String
    /// The port to listen on; 0 picks a free one.
    public var port: Int
    /// How many entries a mailbox holds before it is full.
    public var mailboxEntriesMax: Int
    /// How many bytes of entries a mailbox holds before it is full.
    public var mailboxBytesMax: Int

    /// A configuration with the quotas of `spec/relay.md` [MBX-7] unless others are given.
    public init(
        host: String = "127.0.0.1", port: Int = 0, mailboxEntriesMax: Int = 10_000,
        mailboxBytesMax: Int = 64 << 20
    ) {
        self.host = host
        self.port = port
        self.mailboxEntriesMax = mailboxEntriesMax
        self.mailboxBytesMax = mailboxBytesMax
    }

    var quotas: RelayQuotas {
        RelayQuotas(mailboxEntries: mailboxEntriesMax, mailboxBytes: mailboxBytesMax)
    }
}
