// The bounds of the client's store.

/// Limits of the store on disk.
package enum StoreLimits {
    /// How long a transaction waits for another process's, before it fails as busy.
    package static let busyWait = Duration.seconds(10)
    /// How many rows a query for people answers with at most.
    package static let rowsOfQueryMax = 1_000
    /// How long the receiver's lease lasts without being renewed.
    package static let receiverLease = Duration.seconds(4)
    /// How many bytes of the keyed hash of an id a row is found by.
    package static let rowKeyBytes = 16
}
