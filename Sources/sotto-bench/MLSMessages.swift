// Application messages of 1 KiB between two members.

import SottoCrypto
import SottoMLS

extension Report {
    mutating func addMessages(_ suite: CipherSuite, count: Int, rounds: Int?) throws {
        var pair = try MLSPair(suite)
        var (protect, unprotect) = (Turns(), Turns())
        for _ in 0..<(rounds ?? 15) {
            let taken = try pair.round(messages: count)
            let floor = try MessageCosts(suite, context: pair.context)
            protect.add(taken.protect, floor: floor.protect)
            unprotect.add(taken.unprotect, floor: floor.unprotect)
        }
        add("\(suite.number) protect 1 KiB", protect)
        add("\(suite.number) unprotect 1 KiB", unprotect)
    }
}

private let textBytes = 1_024

/// One signature, two sealings (content, sender data) and five derivations: key, nonce and the
/// ratchet's next secret; key and nonce of the sender data (RFC 9420 sections 6.1, 6.3 and 9).
private struct MessageCosts {
    let protect: Duration
    let unprotect: Duration

    init(_ suite: CipherSuite, context: GroupContext) throws {
        var costs = try MLSCosts(suite)
        // FramedContentTBS: versions and kinds, group, epoch, sender, text, context.
        let signed = 2 + 2 + 33 + 8 + 5 + 1 + 1 + 2 + textBytes + context.encoded.count
        let sealed = 2 + textBytes + 66
        let (contentAAD, senderAAD, senderData) = (33 + 8 + 1 + 1, 33 + 8 + 1, 12)
        let derive = costs.derive(context: 4) * 3 + costs.derive(context: 32) * 2
        protect =
            try costs.sign(bytes: signed) + costs.seal(bytes: sealed, aad: contentAAD)
            + costs.seal(bytes: senderData, aad: senderAAD) + derive
        unprotect =
            try costs.verify(bytes: signed) + costs.open(bytes: sealed, aad: contentAAD)
            + costs.open(bytes: senderData, aad: senderAAD) + derive
    }
}

/// Two members of a group.
private struct MLSPair {
    private var entropy = Entropy.system()
    private var sender: Group
    private var receiver: Group

    var context: GroupContext { sender.context }

    init(_ suite: CipherSuite) throws {
        sender = try MLSClient.group(suite, using: &entropy)
        let client = try MLSClient(1, suite, using: &entropy)
        let commit = try sender.commit(
            [.add(client.keyPackage.keyPackage)], policy: MLSClient.policy, using: &entropy)
        _ = try sender.mergePendingCommit(now: MLSClient.now)
        receiver = try client.join(commit.welcome)
    }

    /// What a message takes, of many in order.
    mutating func round(messages: Int) throws -> (protect: Duration, unprotect: Duration) {
        let text = entropy.bytes(textBytes)
        let start = CPUTime.ofThisProcess()
        var sent: [[UInt8]] = []
        for _ in 0..<messages { sent.append(try sender.protect(text, using: &entropy).message) }
        let middle = CPUTime.ofThisProcess()
        for message in sent {
            use(try receiver.process(try MLSMessage(encoded: message), policy: MLSClient.policy))
        }
        let end = CPUTime.ofThisProcess()
        return ((middle - start) / messages, (end - middle) / messages)
    }
}
