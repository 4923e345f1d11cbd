// How much a store holds, all users together.

/// What a store holds in rows and bytes.
package struct StoreTotals: Codable, Equatable, Sendable {
    /// Mailboxes that are registered.
    package var mailboxes = 0
    /// Mailboxes in which something waits.
    package var mailboxesWaiting = 0
    /// Lanes that are known.
    package var lanes = 0
    /// Entries that wait.
    package var entries = 0
    /// The bytes of these.
    package var entryBytes = 0
    /// Records of the directory.
    package var records = 0
    /// Stocks of packages.
    package var stocks = 0
    /// What the store takes on its disk.
    package var databaseBytes = 0
    /// What the disk has left.
    package var diskFreeBytes = 0

    /// Nothing.
    package init() {}
}
