// Every name that a relay counts under, with what it means: the metrics page is made of this list.

/// What a relay counts (spec/relay.md section 9). Of everybody together, never of anybody.
package enum MeterName: String, CaseIterable, Sendable {
    /// Connections that are served now.
    case connections = "sotto_relay_connections"
    /// Connections that became WebSockets.
    case connectionsOpened = "sotto_relay_connections_opened_total"
    /// Connections that were ended for what they made the relay hold.
    case connectionsGivenUp = "sotto_relay_connections_given_up_total"
    /// Connections that were closed before anything was asked on them, by reason.
    case connectionsTurnedAway = "sotto_relay_connections_turned_away_total"
    /// Frames that no client may send.
    case framesUndecodable = "sotto_relay_frames_undecodable_total"
    /// Requests that were refused, by code.
    case refusals = "sotto_relay_refusals_total"
    /// Posts that were accepted.
    case posts = "sotto_relay_posts_accepted_total"
    /// Entries that were stored, one a mailbox that a post went to.
    case entries = "sotto_relay_entries_stored_total"
    /// Acknowledgements that were taken.
    case acks = "sotto_relay_acks_total"
    /// Bytes of frames from clients.
    case bytesReceived = "sotto_relay_received_bytes_total"
    /// Bytes of frames to clients.
    case bytesSent = "sotto_relay_sent_bytes_total"
    /// Transactions that wrote something.
    case transactions = "sotto_relay_transactions_total"
    /// Operations that one transaction held.
    case transactionOperations = "sotto_relay_transaction_operations"
    /// Time that one transaction took to reach the disk.
    case commit = "sotto_relay_commit_seconds"
    /// Time from the arrival of a post to its being on disk.
    case stored = "sotto_relay_stored_seconds"
    /// Time from the arrival of a transaction's first post to its entries leaving for clients.
    case delivered = "sotto_relay_delivered_seconds"
    /// Time from the arrival of a transaction's first post to an entry's acknowledgement.
    case acked = "sotto_relay_acked_seconds"
    /// Operations that wait for the writer.
    case queueOperations = "sotto_relay_queue_operations"
    /// Whether the relay can take posts: 1 or 0.
    case ready = "sotto_relay_ready"
    /// When the process started, in seconds since 1970.
    case startTime = "sotto_relay_start_time_seconds"
    /// Mailboxes that are registered.
    case mailboxes = "sotto_relay_mailboxes"
    /// Mailboxes in which something waits.
    case mailboxesWaiting = "sotto_relay_mailboxes_waiting"
    /// Lanes that are known.
    case lanes = "sotto_relay_lanes"
    /// Entries that wait.
    case entriesWaiting = "sotto_relay_entries_waiting"
    /// Bytes of entries that wait.
    case bytesWaiting = "sotto_relay_waiting_bytes"
    /// Records of the directory.
    case records = "sotto_relay_records"
    /// Stocks of packages.
    case stocks = "sotto_relay_stocks"
    /// Size of the database, its log included.
    case databaseBytes = "sotto_relay_database_bytes"
    /// Room on the disk of the data folder.
    case diskFree = "sotto_relay_disk_free_bytes"

    /// How it is counted, and the limits of the buckets of what is spread.
    package enum Kind: Equatable, Sendable {
        /// It only grows.
        case counter
        /// It is what it is now.
        case gauge
        /// It is many values; these are the upper bounds of their buckets.
        case histogram([Double])
    }

    /// How it is counted.
    package var kind: Kind {
        switch self {
        case .commit, .stored, .delivered, .acked: .histogram(Self.seconds)
        case .transactionOperations: .histogram(Self.operations)
        case _ where rawValue.hasSuffix("_total"): .counter
        default: .gauge
        }
    }

    private static let seconds: [Double] = [
        0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.003, 0.005, 0.007_5, 0.01, 0.02, 0.03, 0.05,
        0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    private static let operations: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024]

    /// What it means, for the metrics page.
    package var meaning: String {
        switch self {
        case .connections: "Connections served now."
        case .connectionsOpened: "Connections that became WebSockets."
        case .connectionsGivenUp: "Connections ended for what they made the relay hold."
        case .connectionsTurnedAway: "Connections closed before anything was asked, by reason."
        case .framesUndecodable: "Frames that no client may send."
        case .refusals: "Requests refused, by the code of spec/relay.md section 2."
        case .posts: "Posts accepted."
        case .entries: "Entries stored, one a mailbox that a post went to."
        case .acks: "Acknowledgements taken."
        case .bytesReceived: "Bytes of frames from clients."
        case .bytesSent: "Bytes of frames to clients."
        case .transactions: "Transactions that wrote something."
        case .transactionOperations: "Operations that one transaction held."
        case .commit: "Time one transaction took to reach the disk."
        case .stored: "Time from a post's arrival to its being on disk."
        case .delivered: "Time from a transaction's first post to its entries leaving."
        case .acked: "Time from a transaction's first post to an entry's acknowledgement."
        case .queueOperations: "Operations that wait for the writer."
        case .ready: "Whether posts can be taken."
        case .startTime: "When the process started."
        case .mailboxes: "Mailboxes registered."
        case .mailboxesWaiting: "Mailboxes in which something waits."
        case .lanes: "Lanes known."
        case .entriesWaiting: "Entries that wait."
        case .bytesWaiting: "Bytes of entries that wait."
        case .records: "Records of the directory."
        case .stocks: "Stocks of packages."
        case .databaseBytes: "Size of the database."
        case .diskFree: "Room on the disk of the data folder."
        }
    }
}
