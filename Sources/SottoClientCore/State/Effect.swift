// Everything that the engine can want done, and the answers that it gives.

package import SottoIdentity
package import SottoMLS
package import SottoRelayProtocol

/// One thing to do. The writes of a decision share one transaction; the rest leaves after it.
package enum Effect: Sendable {
    /// Keep a record, or with `nil` delete it.
    case write(RecordKey, StoredRecord?)
    /// Delete every MLS record of one epoch of a group.
    case deleteEpoch(GroupID, UInt64)
    /// Delete every MLS record of a group.
    case deleteGroup(GroupID)
    /// Ask the relay.
    case request(Errand, Request.Body)
    /// Tell the relay that entries up to this number are taken in.
    case acknowledge(UInt64)
    /// Tell the application that a peer suggests a name for itself [CONT-5].
    case named(AccountID, String)
    /// Come back with `.resumed(from:)`: there was more work than one step takes.
    case resume(from: Int)
}

/// What came of one event.
package enum Decision: Sendable {
    /// These records are needed first; nothing has changed.
    case missing([RecordKey])
    /// Do this, and go on with `core`.
    case effects([Effect], core: ClientCore, reply: Reply)
    /// Stored records contradict each other; nothing has changed.
    case damaged
}

/// The answer to who brought the event.
package enum Reply: Equatable, Sendable {
    /// It is done, or was no intent.
    case done
    /// The account is made; this is its recovery code, which is kept nowhere.
    case created(recoveryCode: String)
    /// The message has this number.
    case message(Int64)
    /// This is the contact.
    case contact(AccountID)
    /// So many messages were marked as read; there may be more.
    case marked(Int)
    /// It is not done, and nothing has changed.
    case refused(IntentRefusal)
}

/// Why an intent was refused.
package enum IntentRefusal: Error, Equatable, Sendable {
    /// There is no account here yet.
    case noAccount
    /// There is an account here already.
    case accountExists
    /// A name is empty, too long or holds control characters [CONT-4].
    case badName
    /// Another contact has this name.
    case nameTaken
    /// The text is empty.
    case emptyText
    /// The text is longer than this many bytes.
    case textTooLong(bytesMax: Int)
    /// Nobody of this id is known.
    case unknownPeer
    /// The link is our own.
    case ownLink
    /// What lies under the card is no valid record.
    case recordInvalid(SottoIdentity.RecordError)
    /// The record's devices are at another relay.
    case otherRelay
    /// Too many messages wait already.
    case tooManyWaiting
    /// There are too many conversations already.
    case tooManyConversations
    /// The inbox has not come that far.
    case ackBeyondNewest
    /// A consumer's name is empty or too long.
    case badConsumer
}
