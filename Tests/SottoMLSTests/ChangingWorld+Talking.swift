// What is said in a group that changes at random, and who must not read it.

import SottoCrypto
import Testing

@testable import SottoMLS

/// Something that somebody said.
struct Said {
    let epoch: UInt64
    let text: String
    let bytes: [UInt8]
}

/// What was seen on the way, so that a walk that shows nothing is noticed.
struct Counts {
    var said = 0
    var keptOut = 0
    var pathsOpened = 0
    var pathsShut = 0
}

extension ChangingWorld {
    private static var inboxMax: Int { 24 }
    private static var goneMax: Int { 8 }

    mutating func say(_ name: String) throws {
        guard var place = places[name] else { return }
        counts.said += 1
        let text = "message \(counts.said)"
        let sent = try place.member.group.protect(
            Array(text.utf8), padding: 32, using: &place.member.client.entropy)
        place.keep(sent.changes)
        places[name] = place
        let message = Said(epoch: place.member.group.epoch, text: text, bytes: sent.message)
        said.append(message)
        for other in names where other != name {
            places[other]?.inbox.append(message)
            // What waits too long is lost.
            if places[other]?.inbox.count ?? 0 > Self.inboxMax {
                places[other]?.inbox.removeFirst()
            }
        }
        for group in gone where group.epoch < message.epoch { isKeptOut(group, of: message) }
    }

    /// Delivers something, whichever; now and then it is lost, or comes again.
    mutating func hear(_ name: String) throws {
        guard var place = places[name], !place.inbox.isEmpty else { return }
        let message = place.inbox.remove(
            at: Int.random(in: place.inbox.indices, using: &random))
        guard Int.random(in: 0..<8, using: &random) > 0 else { return places[name] = place }
        let epoch = place.member.group.epoch
        do {
            let processed = try place.member.group.process(
                MLSMessage(encoded: message.bytes), policy: TestClient.policy)
            guard case .application(let said) = processed.received else {
                throw TestError.notApplicationData
            }
            #expect(String(decoding: said.data, as: UTF8.self) == message.text)
            #expect(message.epoch >= place.since)
            place.keep(processed.changes)
            place.read.append(message)
        } catch ProcessError.epochInFuture {
            #expect(message.epoch > epoch)
            place.inbox.append(message)
        } catch ProcessError.epochTooOld {
            let oldest = epoch - min(epoch, UInt64(MLSLimits.pastEpochsMax))
            #expect(message.epoch < max(oldest, place.since))
        }
        if let again = place.read.randomElement(using: &random) {
            let before = place.member.records
            #expect(throws: ProcessError.self) { try place.member.hears(again.bytes) }
            #expect(place.member.records == before)
        }
        places[name] = place
    }

    // MARK: - Who must not read

    /// Somebody was removed: its keys open nothing of the commit that did it.
    mutating func leave(_ group: Group, _ before: Group, by commit: [UInt8]) {
        let opened = keysOpen(before, commit)
        #expect(opened != true)
        if opened == false { counts.pathsShut += 1 }
        gone.append(group)
        if gone.count > Self.goneMax { gone.removeFirst() }
    }

    /// Somebody followed a commit: that keys open paths is seen with those who may.
    mutating func follow(_ before: Group, _ commit: [UInt8], _ summary: CommitSummary) {
        guard Int.random(in: 0..<8, using: &random) == 0, summary.updated,
            summary.committer.index != before.ownLeaf,
            !summary.updatedLeaves.contains(before.ownLeaf), let opened = keysOpen(before, commit)
        else { return }
        #expect(opened)
        counts.pathsOpened += 1
    }

    /// Somebody joined: what was said before stays shut, to its secrets too.
    mutating func readsNothingFromBefore(_ member: TestMember) {
        for message in said.suffix(6) where message.epoch < member.group.epoch {
            isKeptOut(member.group, of: message)
        }
    }

    /// Checks that a group does not read a message of another epoch, nor do its secrets.
    private mutating func isKeptOut(_ group: Group, of message: Said) {
        counts.keptOut += 1
        var copy = group
        guard let decoded = try? MLSMessage(encoded: message.bytes),
            case .privateMessage(let sealed) = decoded
        else {
            Issue.record("what was said is not a PrivateMessage")
            return
        }
        #expect(throws: ProcessError.self) {
            try copy.process(decoded, policy: TestClient.policy)
        }
        #expect(throws: MessageFault.notDecryptable) {
            try sealed.senderData(group.current.secrets.senderData, group.suite)
        }
    }

    /// Whether a member's private keys open a path secret of a commit; `nil` if it has no path.
    private func keysOpen(_ group: Group, _ commit: [UInt8]) -> Bool? {
        guard case .commit(let content) = group.content(of: commit)?.body,
            let path = content.path, let next = contexts[group.epoch + 1]
        else { return nil }
        // What path secrets are sealed under (section 7.6).
        let context = next.with(confirmedTranscriptHash: group.context.confirmedTranscriptHash)
        for ciphertext in path.nodes.flatMap(\.encryptedPathSecret) {
            for key in group.current.privatePath.keys.values {
                let opened = try? group.suite.decryptWithLabel(
                    key, label: pathLabel, context: context.encoded, ciphertext)
                if opened != nil { return true }
            }
        }
        return false
    }
}

extension Group {
    /// What a handshake message of the epoch says.
    fileprivate func content(of message: [UInt8]) -> FramedContent? {
        switch try? MLSMessage(encoded: message) {
        case .publicMessage(let open): return open.message.content
        case .privateMessage(let sealed):
            guard let sender = try? sealed.senderData(current.secrets.senderData, suite),
                var use = try? ratchets(of: sender.leaf, in: epoch),
                let key = try? use.ratchets.take(
                    sender.generation, for: sealed.contentType, suite)
            else { return nil }
            return try? sealed.opened(from: sender, key: key, suite: suite).content
        default: return nil
        }
    }
}
