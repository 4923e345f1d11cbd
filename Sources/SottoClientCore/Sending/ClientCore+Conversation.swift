// One conversation's next step: what is posted, what is encrypted, what is founded.

import OrderedCollections
import SottoCrypto
import SottoIdentity
import SottoMLS
import SottoRelayProtocol

extension ClientCore {
    /// Moves a conversation on as far as it goes: posts what was not answered, and if the active
    /// group has no post under way, encrypts the next thing that waits.
    mutating func pump(_ peer: AccountID, _ work: inout Workspace) throws(Halt) {
        try settleForgotten(peer, &work)
        guard var conversation = try work.conversation(peer) else { return }
        let before = conversation
        try work.need([.account, .worklist] + conversation.groups.map { .flight($0.id) })
        let account = try work.account()
        try closeLostGroups(of: &conversation, &work)
        var hasFlight = false
        for group in conversation.groups {
            guard let flight = try work.flight(group.id) else { continue }
            hasFlight = true
            guard isDue(flight, to: peer, &work), try mayPost(flight, &work) else { continue }
            ask(.post(peer, flight.post.id), .post(flight.post), &work)
        }
        if let cargo = nextCargo(of: conversation, account) {
            if let active = conversation.activeIndex {
                let sent = try send(cargo, in: active, of: &conversation, account, &work)
                hasFlight = hasFlight || sent
            } else {
                try found(conversation, &work)
            }
        }
        if conversation != before {
            work.put(.conversation(conversation), under: .conversation(peer))
        }
        try noteWork(of: conversation, account, hasFlight: hasFlight, &work)
    }

    /// Whether a post can be repeated without being taken twice: the relay remembers it, or our
    /// own mailbox would have brought it back by now.
    private func mayPost(
        _ flight: FlightRecord, _ work: inout Workspace
    ) throws(Halt) -> Bool {
        guard flight.isForgotten(at: work.time) else { return true }
        guard let newest = session.newest else { return false }
        return try work.counters().mailbox >= newest
    }

    /// Takes posts that came back as sent where the relay does not remember its answer any more.
    private mutating func settleForgotten(
        _ peer: AccountID, _ work: inout Workspace
    ) throws(Halt) {
        guard let groups = try work.conversation(peer)?.groups else { return }
        try work.need(groups.map { .flight($0.id) })
        for group in groups {
            guard let flight = try work.flight(group.id), flight.isInLane,
                flight.isForgotten(at: work.time)
            else { continue }
            try landed(flight, in: group, with: peer, PostOutcome(), &work)
        }
    }

    /// What is to be sent next: our name before messages, messages before receipts.
    ///
    /// Nothing leaves a conversation that is not accepted [CHAT-5].
    private func nextCargo(of conversation: ConversationRecord, _ account: OwnAccount) -> Cargo? {
        guard conversation.isAccepted else { return nil }
        let isFounded = conversation.activeIndex != nil
        if let name = account.name, conversation.profileSent != name,
            isFounded || !conversation.queue.isEmpty
        {
            return .profile(name)
        }
        if let message = conversation.queue.first { return .message(message) }
        guard isFounded, !conversation.receipts.isEmpty,
            session.receiptsDue[conversation.peer] == nil
        else { return nil }
        return .receipts(Array(conversation.receipts.prefix(ClientLimits.receiptsOfReportMax)))
    }

    /// Keeps the worklist's entry of a conversation right.
    private func noteWork(
        of conversation: ConversationRecord, _ account: OwnAccount, hasFlight: Bool,
        _ work: inout Workspace
    ) throws(Halt) {
        let hasReceipts = conversation.activeIndex != nil && !conversation.receipts.isEmpty
        let isWaiting =
            hasFlight || nextCargo(of: conversation, account) != nil
            || conversation.isAccepted && hasReceipts
        let hasLost = conversation.groups.contains { $0.lostAt != nil }
        try editWork(of: conversation.peer, &work) { item in
            guard isWaiting || hasLost else { return nil }
            var item = item
            item.isWaiting = isWaiting
            return item
        }
    }

    /// Changes the worklist's entry of a conversation, or with `nil` takes it out.
    func editWork(
        of peer: AccountID, _ work: inout Workspace, _ edit: (WorkItem) -> WorkItem?
    ) throws(Halt) {
        var worklist = try work.worklist()
        let place = worklist.entries.firstIndex { $0.peer == peer }
        let old = place.map { worklist.entries[$0] }
        let new = edit(old ?? WorkItem(peer: peer, isWaiting: false))
        guard new != old else { return }
        switch (place, new) {
        case (let place?, let new?): worklist.entries[place] = new
        case (let place?, nil): worklist.entries.remove(at: place)
        case (nil, let new?): worklist.entries.append(new)
        case (nil, nil): return
        }
        work.put(.worklist(worklist), under: .worklist)
    }

    /// Notes why a conversation does not go on, or that it does.
    func hinder(
        _ peer: AccountID, _ reason: ObstacleReason?, until: Timestamp? = nil,
        _ work: inout Workspace
    ) throws(Halt) {
        let obstacle = reason.map { Obstacle(reason: $0, at: work.time, until: until) }
        try editWork(of: peer, &work) { item in
            var item = item
            item.obstacle = obstacle
            item.isWaiting = item.isWaiting || obstacle != nil
            return item
        }
    }

    /// Notes which groups have lost to the active one, and closes those whose time is over
    /// [CHAT-4].
    private mutating func closeLostGroups(
        of conversation: inout ConversationRecord, _ work: inout Workspace
    ) throws(Halt) {
        let active = conversation.activeIndex
        for index in conversation.groups.indices {
            let since = conversation.groups[index].lostAt ?? work.time
            conversation.groups[index].lostAt = index == active ? nil : since
        }
        for group in conversation.groups {
            guard let since = group.lostAt, since.adding(ClientLimits.lostGroupKept) <= work.time,
                try work.flight(group.id) == nil
            else { continue }
            try close(group, of: &conversation, &work)
        }
    }

    /// Deletes a group and its keys. What it had under way waits for another group, unless the
    /// relay has it already.
    mutating func close(
        _ group: DirectGroup, of conversation: inout ConversationRecord, _ work: inout Workspace
    ) throws(Halt) {
        conversation.groups.removeAll { $0.id == group.id }
        if let flight = try work.flight(group.id), !flight.isInLane {
            conversation.restore(flight.cargo)
        }
        work.forget(group.id)
        work.remove(.flight(group.id))
        guard var lane = try work.lane(group.lane) else { return }
        lane.isClosed = true
        lane.epochs = []
        work.put(.lane(lane), under: .lane(group.lane))
    }
}

extension FlightRecord {
    /// Whether the relay may have forgotten the post, if it ever had it.
    fileprivate func isForgotten(at now: Timestamp) -> Bool {
        since.adding(ClientLimits.postsRemembered) <= now
    }
}
