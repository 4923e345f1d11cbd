// The records by their types, so that the rest of the engine never unwraps a stored record.

import SottoContent
import SottoIdentity
import SottoMLS
import SottoRelayProtocol

extension Workspace {
    /// Our account.
    mutating func account() throws(Halt) -> OwnAccount {
        guard let record = try find(.account) else { throw .refused(.noAccount) }
        guard case .account(let account) = record else { throw .damaged }
        return account
    }

    /// What of ours lies on the relay.
    mutating func publication() throws(Halt) -> PublicationRecord {
        guard let record = try find(.publication) else { return PublicationRecord() }
        guard case .publication(let publication) = record else { throw .damaged }
        return publication
    }

    /// The counters.
    mutating func counters() throws(Halt) -> CountersRecord {
        guard let record = try find(.counters) else { return CountersRecord() }
        guard case .counters(let counters) = record else { throw .damaged }
        return counters
    }

    /// Takes the next of numbered things.
    mutating func next(
        _ counter: WritableKeyPath<CountersRecord, Int64>
    ) throws(Halt) -> Int64 {
        var counters = try counters()
        let number = counters[keyPath: counter]
        counters[keyPath: counter] += 1
        put(.counters(counters), under: .counters)
        return number
    }

    /// The conversations that have something to do.
    mutating func worklist() throws(Halt) -> WorklistRecord {
        guard let record = try find(.worklist) else { return WorklistRecord() }
        guard case .worklist(let worklist) = record else { throw .damaged }
        return worklist
    }

    /// Every conversation.
    mutating func roster() throws(Halt) -> RosterRecord {
        guard let record = try find(.roster) else { return RosterRecord() }
        guard case .roster(let roster) = record else { throw .damaged }
        return roster
    }

    /// The private half of a key package.
    mutating func keyPackage(_ reference: KeyPackageRef) throws(Halt) -> KeyPackageRecord? {
        guard let record = try find(.keyPackage(reference)) else { return nil }
        guard case .keyPackage(let package) = record else { throw .damaged }
        return package
    }

    /// The conversation with a peer.
    mutating func conversation(_ peer: AccountID) throws(Halt) -> ConversationRecord? {
        guard let record = try find(.conversation(peer)) else { return nil }
        guard case .conversation(let conversation) = record else { throw .damaged }
        return conversation
    }

    /// The contact of a name.
    mutating func contact(named name: String) throws(Halt) -> AccountID? {
        guard let record = try find(.contactName(name)) else { return nil }
        guard case .contactName(let holder) = record else { throw .damaged }
        return holder.peer
    }

    /// A lane that we follow.
    mutating func lane(_ id: LaneID) throws(Halt) -> LaneRecord? {
        guard let record = try find(.lane(id)) else { return nil }
        guard case .lane(let lane) = record else { throw .damaged }
        return lane
    }

    /// The head of an entry of a lane, while it is held.
    mutating func head(_ lane: LaneID, _ number: UInt64) throws(Halt) -> SignedHead? {
        guard let record = try find(.laneHead(lane, number)) else { return nil }
        guard case .laneHead(let head) = record else { throw .damaged }
        return head.head
    }

    /// The post of a group that waits for its answer.
    mutating func flight(_ group: GroupID) throws(Halt) -> FlightRecord? {
        guard let record = try find(.flight(group)) else { return nil }
        guard case .flight(let flight) = record else { throw .damaged }
        return flight
    }

    /// An envelope of ours that has not come back.
    mutating func echo(_ envelope: EnvelopeHash) throws(Halt) -> EchoRecord? {
        guard let record = try find(.echo(envelope)) else { return nil }
        guard case .echo(let echo) = record else { throw .damaged }
        return echo
    }

    /// A message.
    mutating func message(_ number: Int64) throws(Halt) -> MessageRecord? {
        guard let record = try find(.message(number)) else { return nil }
        guard case .message(let message) = record else { throw .damaged }
        return message
    }

    /// The message of a MIMI id, as it was before this decision.
    mutating func message(ofContent content: MessageID) throws(Halt) -> MessageRecord? {
        guard let record = try find(.messageOfContent(content)) else { return nil }
        guard case .message(let found) = record else { throw .damaged }
        return try message(found.number)
    }

    /// The numbers of unread messages of a conversation.
    mutating func unread(of conversation: Int64, through: Int64) throws(Halt) -> [Int64] {
        let key = RecordKey.unread(conversation: conversation, through: through)
        guard case .unread(let unread)? = try find(key) else { throw .damaged }
        return unread.numbers
    }

    /// How far a consumer has come.
    mutating func consumer(_ name: String) throws(Halt) -> ConsumerRecord? {
        guard let record = try find(.consumer(name)) else { return nil }
        guard case .consumer(let consumer) = record else { throw .damaged }
        return consumer
    }
}
