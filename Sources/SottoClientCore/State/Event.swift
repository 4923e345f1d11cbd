// Everything that can happen to the engine.

package import SottoIdentity
package import SottoRelayProtocol

/// One thing that happened.
package enum Event: Sendable {
    /// The user wants something.
    case intent(Intent)
    /// The connection that owns the mailbox is up and the relay answered for the mailbox.
    case owned(Owned, incarnation: Incarnation)
    /// The anonymous connection is up.
    case connected(incarnation: Incarnation)
    /// A connection is gone: none of its errands will be answered.
    case disconnected(Channel)
    /// The relay answered an errand.
    case answered(Errand, Answer)
    /// The relay refused an errand.
    case refused(Errand, RelayRefusal)
    /// An errand got no answer although its connection is up.
    case unanswered(Errand)
    /// An entry of our mailbox.
    case delivered(Delivery)
    /// Time has come that `wakeAt` named, or another process changed the store: see what there
    /// is to do, from this place of the worklist on.
    case resumed(from: Int)
}

/// What a user wants.
package enum Intent: Sendable {
    /// Make the account of this home.
    case createAccount(origin: String, relayKey: RelayKey, name: String?)
    /// Be known by a name.
    case setName(String)
    /// Note the user name that leads to us now, or that none does.
    case keepUserName(OwnUserName?)
    /// Take the owner of a link as a contact; `record` is what lies under its card.
    case addContact(card: Card, record: [UInt8], name: String?)
    /// Take the peer of a conversation as a contact.
    case accept(AccountID, name: String?)
    /// Give a contact a name.
    case rename(AccountID, String)
    /// Say whether safety numbers were compared [ID-9].
    case setVerified(AccountID, Bool)
    /// Send a text.
    case send(String, to: AccountID)
    /// Mark what came in as read, up to a message.
    case markRead(AccountID, through: Int64)
    /// Move a consumer's cursor [ONCE-6].
    case acknowledgeInbox(consumer: String, sequence: Int64)
    /// Note that the user was shown alarms, up to a number [ALARM-2].
    case seeAlarms(through: Int64)
}

/// One of the two connections.
package enum Channel: Hashable, Sendable, CaseIterable {
    /// The one that owns the mailbox.
    case owner
    /// The one that posts and reads.
    case anonymous
}

/// Something that the engine asked the relay for, by what it is for. One errand is asked once at a
/// time.
package enum Errand: Hashable, Sendable {
    /// Delivery tokens.
    case mint
    /// Putting our record.
    case putRecord
    /// Reading the version of our record.
    case readRecord
    /// Putting the record of our user name.
    case putName
    /// Reading the version of that record.
    case readName
    /// Adding to our stock.
    case putStock
    /// Counting our stock.
    case countStock
    /// Taking a key package of our own that has expired.
    case dropPackage
    /// Reading a peer's record, to found a group with it.
    case peerRecord(AccountID)
    /// Taking a key package of one of a peer's devices.
    case keyPackage(AccountID, device: Int)
    /// Posting to a lane.
    case post(AccountID, PostID)

    /// The connection that it goes by.
    package var channel: Channel { self == .mint ? .owner : .anonymous }
}
