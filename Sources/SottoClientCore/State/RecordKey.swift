// What a record is found under: the only way in which the core asks for stored state.

package import SottoContent
package import SottoIdentity
package import SottoMLS
package import SottoRelayProtocol

/// The name of one stored record.
package enum RecordKey: Hashable, Sendable {
    /// Our own keys, device log, card and name.
    case account
    /// What of ours lies on the relay.
    case publication
    /// The mailbox cursor and the next numbers of everything that is numbered.
    case counters
    /// The conversations that have something to do.
    case worklist
    /// Every conversation there is.
    case roster
    /// The private half of a key package of ours.
    case keyPackage(KeyPackageRef)
    /// What we know of a peer and of the groups shared with it.
    case conversation(AccountID)
    /// Which contact has a name.
    case contactName(String)
    /// A lane that we follow.
    case lane(LaneID)
    /// The signed head of one entry of a lane.
    case laneHead(LaneID, UInt64)
    /// The post of a group that waits for the relay's answer.
    case flight(GroupID)
    /// An envelope of ours that has not come back through our own mailbox.
    case echo(EnvelopeHash)
    /// A record of MLS.
    case group(GroupID, GroupRecordKey)
    /// A message, by its number in this home.
    case message(Int64)
    /// A message, by its MIMI id. For reading: a message is written under its number.
    case messageOfContent(MessageID)
    /// The unread messages of the conversation in this row, up to a number, the oldest first.
    /// For reading: at most ``ClientLimits/readsOfStepMax``.
    case unread(conversation: Int64, through: Int64)
    /// How far a consumer of the inbox has come.
    case consumer(String)
    /// An entry that could not be processed.
    case putAside(Int64)
    /// Something that the user must be told, by its place in a ring.
    case alarm(AlarmRing, Int64)
}
