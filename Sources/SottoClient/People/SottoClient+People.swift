// The people of a home: who we are, whom we know, and whom we trust.

import SottoClientCore
import SottoClientStore
import SottoIdentity
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

extension SottoClient {
    /// Our own account.
    public func me() throws(ClientError) -> Me {
        let account = try account()
        let (publication, waiting) = try query { (store) throws(StoreError) in
            (try store.record(.publication), try store.waiting())
        }
        var isPublished = false
        if case .publication(let record)? = publication { isPublished = record.isPublished }
        let link: ContactLink
        do { link = try account.link() } catch { throw .notTrusted(.homeDoesNotOpen) }
        return Me(
            account: PeerID(account.id), name: account.name,
            userName: account.userName?.name.text, link: link.reveal(),
            relay: account.origin, relayID: account.relayKey.id.hexadecimal,
            safetyNumber: SottoIdentity.SafetyNumber.half(of: account.id).joined(),
            isPublished: isPublished, waiting: waiting, home: home.path)
    }

    /// Takes another name; accepted conversations are told when the relay is reached next.
    ///
    /// - Throws: `.misuse(.badName)`.
    public func setName(_ name: String) async throws(ClientError) {
        _ = try feed(.setName(name))
    }

    /// Takes the owner of a link as a contact.
    ///
    /// Reads what lies under the link at the relay and checks it. A link that was added before
    /// updates the contact.
    ///
    /// - Throws: `.misuse(.badLink)`, `.misuse(.nameTaken)`, `.refused(.otherRelay)`,
    ///   `.refused(.ownLink)`, `.notFound(.record)`, `.notTrusted`, `.network`.
    public func addContact(
        link: String, name: String? = nil, timeout: Duration = .seconds(20)
    ) async throws(ClientError) -> Contact {
        let contactLink: ContactLink
        do { contactLink = try ContactLink(link) } catch { throw ClientError(error) }
        let account = try account()
        guard contactLink.relay == account.relayKey.id.renamed() else {
            throw .refused(.otherRelay)
        }
        guard contactLink.card != account.card else { throw .refused(.ownLink) }
        let locator: Locator = contactLink.card.locator.renamed()
        let record = try await visit(account, within: timeout) { visit throws(ClientError) in
            try await visit.record(at: locator)?.sealed
        }
        guard let record else { throw .notFound(.record) }
        let reply = try feed(
            .addContact(card: contactLink.card, record: record, name: name), name: name)
        return try contact(reply)
    }

    /// Takes the peer of a request as a contact.
    ///
    /// - Throws: `.notFound(.contact)`, `.misuse(.nameTaken)`, `.misuse(.badName)`.
    public func accept(_ who: PeerID, name: String? = nil) async throws(ClientError) -> Contact {
        try contact(try feed(.accept(who.account, name: name), name: name))
    }

    /// Gives a contact a name.
    ///
    /// - Throws: `.notFound(.contact)`, `.misuse(.nameTaken)`, `.misuse(.badName)`.
    public func rename(_ who: PeerID, to name: String) async throws(ClientError) -> Contact {
        try contact(try feed(.rename(who.account, name), name: name))
    }

    /// Everybody whom the user took as a contact, by name.
    public func contacts() throws(ClientError) -> [Contact] {
        try peers().filter(\.isContact).map { Contact($0) }
            .sorted { ($0.displayName, $0.peer) < ($1.displayName, $1.peer) }
    }

    /// What to call somebody: the user's name for them, else their own, else the start of their id.
    public func displayName(of who: PeerID) throws(ClientError) -> String {
        Contact(try conversation(with: who)).displayName
    }

    /// Who is meant by a contact's name, in any case, or by at least 4 hexadecimal digits of an id.
    ///
    /// A name that somebody gave themselves counts only for contacts that the user did not name.
    ///
    /// - Throws: `.notFound(.contact)`, `.misuse(.ambiguous)`.
    public func resolve(_ who: String) throws(ClientError) -> PeerID {
        let everybody = try peers()
        let contacts = everybody.filter(\.isContact)
        let byName = contacts.filter { $0.name == who }
        let byAnyCase = contacts.filter { $0.name?.lowercased() == who.lowercased() }
        let bySuggestion = contacts.filter {
            $0.name == nil && $0.suggestedName?.lowercased() == who.lowercased()
        }
        let digits = who.lowercased()
        let byID = everybody.filter {
            digits.utf8.count >= 4 && PeerID($0.peer).hex.hasPrefix(digits)
        }
        for found in [byName, byAnyCase, bySuggestion, byID] {
            guard found.count < 2 else {
                throw .misuse(.ambiguous(found.map { PeerID($0.peer).hex }.sorted()))
            }
            if let only = found.first { return PeerID(only.peer) }
        }
        throw .notFound(.contact)
    }

    /// The number to compare with somebody, by voice or face to face.
    ///
    /// - Throws: `.notFound(.contact)`.
    public func safetyNumber(with who: PeerID) throws(ClientError) -> SafetyNumber {
        let conversation = try conversation(with: who)
        let number = SottoIdentity.SafetyNumber(try account().id, who.account)
        return SafetyNumber(groups: number.groups, isVerified: conversation.isVerified)
    }

    /// Says whether safety numbers were compared and are the same. Nothing else ever changes that.
    ///
    /// - Throws: `.notFound(.contact)`.
    public func setVerified(_ who: PeerID, _ verified: Bool) async throws(ClientError) {
        _ = try feed(.setVerified(who.account, verified))
    }
}

extension SottoClient {
    /// Our account's record.
    func account() throws(ClientError) -> OwnAccount {
        let record = try query { (store) throws(StoreError) in try store.record(.account) }
        guard case .account(let account)? = record else { throw .notFound(.home) }
        return account
    }

    /// Everybody that there is a conversation with.
    func peers() throws(ClientError) -> [ConversationRecord] {
        try query { (store) throws(StoreError) in try store.peers() }
    }

    /// The conversation with somebody.
    func conversation(with who: PeerID) throws(ClientError) -> ConversationRecord {
        let record = try query { (store) throws(StoreError) in
            try store.record(.conversation(who.account))
        }
        guard case .conversation(let conversation)? = record else { throw .notFound(.contact) }
        return conversation
    }

    func contact(_ reply: Reply) throws(ClientError) -> Contact {
        guard case .contact(let peer) = reply else { throw .internalFault("no contact") }
        return Contact(try conversation(with: PeerID(peer)))
    }
}

extension Contact {
    init(_ conversation: ConversationRecord) {
        self.init(
            peer: PeerID(conversation.peer), name: conversation.name,
            suggestedName: conversation.suggestedName, isVerified: conversation.isVerified)
    }
}
