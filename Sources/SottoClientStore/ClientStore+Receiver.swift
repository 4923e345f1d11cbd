// Who of several processes takes in the mailbox.

import GRDB
package import SottoRelayProtocol

/// One use of a home by one process.
package struct ReceiverID: Hashable, Sendable {
    let bytes: [UInt8]

    /// A name of 16 random bytes.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }
}

extension ClientStore {
    /// Takes or renews the right to receive; it passes to others when it is not renewed in time.
    ///
    /// - Returns: Whether `receiver` has it now.
    package func holdReceiver(
        _ receiver: ReceiverID, now: Timestamp
    ) throws(StoreError) -> Bool {
        let (seconds, attoseconds) = StoreLimits.receiverLease.components
        let lease = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        let time = Int64(bitPattern: now.milliseconds)
        do {
            return try database.write { database in
                try database.execute(
                    sql: """
                        UPDATE lease SET receiver = ?1, receiver_until = ?2
                        WHERE receiver IS NULL OR receiver = ?1 OR receiver_until <= ?3
                            OR receiver_until > ?4
                        """, arguments: [receiver.bytes.data, time + lease, time, time + 2 * lease])
                return database.changesCount > 0
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Gives the right to receive back.
    package func releaseReceiver(_ receiver: ReceiverID) throws(StoreError) {
        do {
            try database.write { database in
                try database.execute(
                    sql: "UPDATE lease SET receiver = NULL, receiver_until = 0 WHERE receiver = ?",
                    arguments: [receiver.bytes.data])
            }
        } catch {
            throw StoreError(error)
        }
    }
}
