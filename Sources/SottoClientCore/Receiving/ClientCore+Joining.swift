// A Welcome: a group that somebody founded with us [CHAT-2].

import OrderedCollections
import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

extension ClientCore {
    /// Joins the group that a Welcome brings, if it is a direct one of ours with one other account.
    mutating func take(
        _ entry: WelcomeEntry, _ incoming: Incoming, _ account: OwnAccount,
        _ work: inout Workspace
    ) throws(Halt) {
        let claim = entry.head.claim
        try work.need([.lane(claim.lane), .publication])
        guard try work.lane(claim.lane) == nil else { return }
        guard verify(entry.head, by: account.relayKey) != nil, claim.number > 0 else {
            try raise(.headNotSigned, evidence: [entry.head], &work)
            return try putAside(.headDoesNotFollow, incoming, &work)
        }
        guard let welcome = Self.open(entry, account) else {
            return try putAside(.undecodable, incoming, &work)
        }
        guard let (package, reference) = try ownPackage(for: welcome, &work) else {
            return try putAside(.notDecryptable, incoming, &work)
        }
        let policy = DirectLeaves(accounts: nil, relay: account.relayKey.id).policy(at: work.time)
        guard let group = Self.join(welcome, package, account, policy),
            let peer = Self.peer(in: group, lane: claim.lane, account),
            let keys = try? EpochKeys(of: group, lane: claim.lane)
        else { return try putAside(.refusedGroup, incoming, &work) }
        try work.need([.conversation(peer.account), .roster])
        let isKnown = try work.conversation(peer.account) != nil
        let count = try work.roster().peers.count
        guard isKnown || count < ClientLimits.conversationsMax else {
            return try putAside(.refusedGroup, incoming, &work)
        }
        try use(package, reference, &work)
        try follow(group, keys, peer, entry, &work)
        try pump(peer.account, &work)
        try publish(&work)
    }

    private static func open(
        _ entry: WelcomeEntry, _ account: OwnAccount
    ) -> SottoMLS.Welcome? {
        guard
            case .welcome(let bytes)? = try? DeviceEnvelope.open(
                Array(entry.envelope), with: account.deviceSealing.privateKey,
                mailbox: account.mailbox.bytes),
            case .welcome(let welcome)? = try? MLSMessage(encoded: bytes),
            welcome.suite == .mlkem768X25519AES128
        else { return nil }
        return welcome
    }

    /// The key package of ours that a Welcome was made with.
    private func ownPackage(
        for welcome: SottoMLS.Welcome, _ work: inout Workspace
    ) throws(Halt) -> (KeyPackageRecord, KeyPackageRef)? {
        let references = welcome.recipients.prefix(RelayLimits.welcomesMax)
        try work.need(references.map { .keyPackage($0) })
        for reference in references {
            if let package = try work.keyPackage(reference) { return (package, reference) }
        }
        return nil
    }

    private static func join(
        _ welcome: SottoMLS.Welcome, _ package: KeyPackageRecord, _ account: OwnAccount,
        _ policy: LeafPolicy
    ) -> Group? {
        guard let own = try? OwnKeyPackage(encoded: package.own) else { return nil }
        return try? Group.join(welcome, with: own, signer: account.deviceKey, policy: policy)
    }

    /// The other account of a group that has exactly two, ours included, on the lane that its
    /// Welcome came by.
    private static func peer(
        in group: Group, lane: LaneID, _ account: OwnAccount
    ) -> LeafIdentity? {
        guard DirectContext.isKept(by: group, lane: lane, relayKey: account.relayKey) else {
            return nil
        }
        let identities = group.members.compactMap { member in
            group.leafNode(at: member.index).flatMap(DirectLeaves.identity)
        }
        let others = identities.filter { $0.account != account.id }
        guard identities.count == group.members.count, identities.count > others.count,
            Set(others.map(\.account)).count == 1
        else { return nil }
        return others.first
    }

    /// Deletes the key package that was used, unless it is the last resort.
    private func use(
        _ package: KeyPackageRecord, _ reference: KeyPackageRef, _ work: inout Workspace
    ) throws(Halt) {
        guard !package.isLastResort else { return }
        work.remove(.keyPackage(reference))
        var publication = try work.publication()
        publication.packages.removeAll { $0.reference == reference }
        publication.stocked = max(0, publication.stocked - 1)
        work.put(.publication(publication), under: .publication)
    }

    /// Begins to follow the lane of a group that we joined.
    private mutating func follow(
        _ group: Group, _ keys: EpochKeys, _ peer: LeafIdentity, _ entry: WelcomeEntry,
        _ work: inout Workspace
    ) throws(Halt) {
        let claim = entry.head.claim
        var conversation = try knownOrNew(peer.account, &work)
        if let known = try conversation.validLog(), !peer.log.continues(known) {
            // An older log than the one we know changes nothing.
            if !known.continues(peer.log) {
                try raise(.accountForked, with: peer.account, &work)
            }
        } else {
            conversation.log = peer.log.unverified
        }
        var state = group
        _ = state.wipeExporter()
        work.keep(state, changes: state.allRecords)
        work.put(
            .lane(
                LaneRecord(
                    group: state.id, peer: peer.account, number: claim.number, head: claim,
                    epochs: [keys])), under: .lane(claim.lane))
        work.put(
            .laneHead(LaneHeadRecord(head: entry.head)), under: .laneHead(claim.lane, claim.number))
        let ours = try work.account().id
        let joined = DirectGroup(
            id: state.id, lane: claim.lane, rank: .of(state.id, ours, peer.account))
        while conversation.groups.count >= ClientLimits.groupsOfConversationMax,
            let spare = conversation.groups.indices.first(where: { $0 != conversation.activeIndex })
        {
            try close(conversation.groups[spare], of: &conversation, &work)
        }
        conversation.groups.append(joined)
        session.foundings[peer.account] = nil
        work.put(.conversation(conversation), under: .conversation(peer.account))
    }
}
