// The people that the user knows: adding, naming, verifying.

import SottoCrypto
import SottoIdentity
import SottoRelayProtocol

extension ClientCore {
    /// Takes the owner of a link as a contact; its conversation is accepted by that [CHAT-5].
    mutating func addContact(
        card: Card, record sealed: [UInt8], name: String?, _ work: inout Workspace
    ) throws(Halt) -> Reply {
        let account = try work.account()
        let record = try Self.openRecord(sealed, card: card, known: nil, at: work.time)
        guard record.account != account.id else { throw .refused(.ownLink) }
        guard record.devices.allSatisfy({ $0.mailbox.relay == account.relayKey.id.renamed() })
        else { throw .refused(.otherRelay) }
        try work.need([.conversation(record.account), .roster, .counters, .worklist])
        var conversation = try knownOrNew(record.account, &work)
        if let known = try conversation.validLog() {
            _ = try Self.openRecord(sealed, card: card, known: known, at: work.time)
        }
        conversation.card = card
        conversation.log = record.log.unverified
        try take(&conversation, asContactNamed: name, &work)
        return .contact(record.account)
    }

    /// Takes the peer of a request as a contact.
    mutating func accept(
        _ peer: AccountID, name: String?, _ work: inout Workspace
    ) throws(Halt) -> Reply {
        guard var conversation = try work.conversation(peer) else {
            throw .refused(.unknownPeer)
        }
        try take(&conversation, asContactNamed: name, &work)
        return .contact(peer)
    }

    /// Gives a contact a name.
    mutating func rename(
        _ peer: AccountID, _ name: String, _ work: inout Workspace
    ) throws(Halt) -> Reply {
        guard var conversation = try work.conversation(peer), conversation.isContact else {
            throw .refused(.unknownPeer)
        }
        try setName(name, of: &conversation, &work)
        work.put(.conversation(conversation), under: .conversation(peer))
        return .contact(peer)
    }

    /// Notes whether safety numbers were compared; nothing else ever changes it [ID-9].
    mutating func setVerified(
        _ peer: AccountID, _ isVerified: Bool, _ work: inout Workspace
    ) throws(Halt) -> Reply {
        guard var conversation = try work.conversation(peer) else {
            throw .refused(.unknownPeer)
        }
        conversation.isVerified = isVerified
        work.put(.conversation(conversation), under: .conversation(peer))
        return .contact(peer)
    }

    private mutating func take(
        _ conversation: inout ConversationRecord, asContactNamed name: String?,
        _ work: inout Workspace
    ) throws(Halt) {
        if let name { try setName(name, of: &conversation, &work) }
        conversation.isContact = true
        conversation.isAccepted = true
        work.put(.conversation(conversation), under: .conversation(conversation.peer))
        try pump(conversation.peer, &work)
    }

    /// Names are one contact's alone, whatever their case.
    private func setName(
        _ name: String, of conversation: inout ConversationRecord, _ work: inout Workspace
    ) throws(Halt) {
        let name = try Self.checked(name)
        let key = RecordKey.contactName(name.lowercased())
        if let holder = try work.contact(named: name.lowercased()) {
            guard holder == conversation.peer else { throw .refused(.nameTaken) }
        }
        if let old = conversation.name { work.remove(.contactName(old.lowercased())) }
        work.put(.contactName(ContactNameRecord(peer: conversation.peer)), under: key)
        conversation.name = name
    }

    /// The conversation with a peer, made if there is none.
    func knownOrNew(_ peer: AccountID, _ work: inout Workspace) throws(Halt) -> ConversationRecord {
        if let known = try work.conversation(peer) { return known }
        var roster = try work.roster()
        guard roster.peers.count < ClientLimits.conversationsMax else {
            throw .refused(.tooManyConversations)
        }
        roster.peers.append(peer)
        work.put(.roster(roster), under: .roster)
        return ConversationRecord(row: try work.next(\.conversation), peer: peer)
    }

    /// Opens and checks the record under a card [CARD-2] [CARD-3].
    static func openRecord(
        _ sealed: [UInt8], card: Card, known: DeviceLog?, at now: Timestamp
    ) throws(Halt) -> AccountRecord {
        do {
            return try UnverifiedRecord(opening: sealed, with: card)
                .verified(at: now.milliseconds, known: known)
        } catch {
            throw .refused(.recordInvalid(error))
        }
    }
}

extension ConversationRecord {
    /// The peer's device log as last seen.
    func validLog() throws(Halt) -> DeviceLog? {
        guard let log else { return nil }
        do { return try DeviceLog(validating: log) } catch { throw .damaged }
    }
}
