// What happens while a client is open.

import SottoClientCore

/// Something that happened in a home, whichever process did it.
public enum ClientEvent: Sendable, Equatable {
    /// A message arrived and is stored.
    case arrived(Message)
    /// A message of ours has come further, or failed.
    case advanced(Message)
    /// A peer suggests a name for itself; seen only by the process that receives.
    case named(PeerID, String)
    /// Something that the user must be told.
    case alarm(Alarm)
    /// The connection to the relay changed.
    case connection(ConnectionState)
    /// The reader was too slow and events were dropped. The home still has everything.
    case missed
}

/// Whether the relay can be reached.
public enum ConnectionState: Sendable, Equatable {
    /// Not now; why, and when the next attempt is due.
    case offline(because: ClientError?, retryIn: Duration?)
    /// An attempt is under way.
    case connecting
    /// Messages go and come.
    case online
}
