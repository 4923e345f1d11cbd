// Making the account of a home, and what it is called.

import SottoContent
import SottoCrypto
import SottoIdentity
import SottoRelayProtocol

extension ClientCore {
    /// Makes every key of a new account and begins to publish it.
    mutating func createAccount(
        origin: String, relayKey: RelayKey, name: String?, _ work: inout Workspace
    ) throws(Halt) -> Reply {
        guard try work.find(.account) == nil else { throw .refused(.accountExists) }
        let name = try name.map { (name) throws(Halt) in try Self.checked(name) }
        let recovery = RecoverySecret.random(using: &work.entropy)
        let account = try OwnAccount.make(
            origin: origin, relayKey: relayKey, name: name, recovery: recovery,
            using: &work.entropy)
        work.put(.account(account), under: .account)
        try publish(&work)
        return .created(recoveryCode: recovery.revealCode())
    }

    /// Takes another name; every accepted conversation is told [CONT-4].
    mutating func setName(_ name: String, _ work: inout Workspace) throws(Halt) -> Reply {
        var account = try work.account()
        let name = try Self.checked(name)
        guard account.name != name else { return .done }
        account.name = name
        work.put(.account(account), under: .account)
        var worklist = try work.worklist()
        for peer in try work.roster().peers
        where !worklist.entries.contains(where: { $0.peer == peer }) {
            worklist.entries.append(WorkItem(peer: peer, isWaiting: true))
        }
        work.put(.worklist(worklist), under: .worklist)
        work.emit(.resume(from: 0))
        return .done
    }

    /// A name of a person as it may be shown [CONT-4].
    static func checked(_ name: String) throws(Halt) -> String {
        do { return try DisplayName(name).text } catch { throw .refused(.badName) }
    }

    /// The relay answered for our mailbox.
    mutating func owns(
        _ owned: Owned, _ incarnation: Incarnation, _ work: inout Workspace
    ) throws(Halt) {
        try work.need([.account, .publication, .counters, .worklist])
        session[.owner] = true
        session.newest = owned.newest
        let isRestored = try sees(incarnation, &work)
        var counters = try work.counters()
        if isRestored {
            counters.mailbox = min(counters.mailbox, owned.acked)
        } else if owned.acked > counters.mailbox {
            try raise(.entriesLost, &work)
            counters = try work.counters()
            counters.mailbox = owned.acked
        } else if counters.mailbox > owned.newest {
            // It delivered a number that it has not come to: what follows must not be passed over.
            try raise(.relayRestored, &work)
            counters = try work.counters()
            counters.mailbox = owned.newest
        }
        if try work.counters() != counters { work.put(.counters(counters), under: .counters) }
        try publish(&work)
    }

    /// The anonymous connection is up: what waits can go. Whether the relay came back with another
    /// store is for ``owns(_:_:_:)`` to say, which alone knows how far back the mailbox went.
    mutating func connects(_ work: inout Workspace) throws(Halt) {
        try work.need([.account, .publication, .counters, .worklist])
        session[.anonymous] = true
        try resume(from: 0, &work)
        let publication = try work.publication()
        if publication.stockVersion > 0, publication.pendingStock == nil {
            let stock = try work.account().stock
            ask(.countStock, .countStock(stock), &work)
        }
    }

    /// Compares the relay's incarnation with the one seen last; another one is named to the user.
    ///
    /// - Returns: Whether the relay came back with another store.
    private mutating func sees(
        _ incarnation: Incarnation, _ work: inout Workspace
    ) throws(Halt) -> Bool {
        var publication = try work.publication()
        guard publication.incarnation != incarnation else { return false }
        let isRestored = publication.incarnation != nil
        publication.incarnation = incarnation
        // Our record may be gone with what came after the backup.
        if isRestored { publication.renewAt = nil }
        work.put(.publication(publication), under: .publication)
        if isRestored { try raise(.relayRestored, &work) }
        return isRestored
    }

    /// Sees what there is to do: our own publication, then some conversations.
    mutating func resume(from place: Int, _ work: inout Workspace) throws(Halt) {
        guard try work.find(.account) != nil else { return }
        try work.need([.publication, .worklist])
        if place == 0 {
            session.pass(work.time)
            try publish(&work)
        }
        let peers = try work.worklist().entries.dropFirst(place)
            .prefix(ClientLimits.conversationsOfStepMax).map(\.peer)
        try work.need(peers.map { .conversation($0) })
        for peer in peers { try pump(peer, &work) }
        let left = try work.worklist().entries
        let next = place + left.count { item in peers.contains(item.peer) }
        if next < left.count, !peers.isEmpty { work.emit(.resume(from: next)) }
    }
}
