// Groups in whose tree every node has a key: what years of updates lead to.

import SottoCrypto
import SottoMLS
import SottoWire

/// A group with a full tree, as two neighbours see it.
///
/// The others never come alive: their leaves and paths are made, their states are not.
struct FullTree {
    /// What invited the two members.
    let welcome: [UInt8]
    /// Two members, near to each other, so that almost the whole path concerns both.
    let clients: [MLSClient]

    init(_ suite: CipherSuite, size: Int) throws {
        var entropy = Entropy.system()
        var makers: [MLSClient] = []
        for number in 0..<size { makers.append(try MLSClient(number, suite, using: &entropy)) }
        let group = GroupID.random(using: &entropy)
        var tree = RatchetTree(creator: makers[0].keyPackage.keyPackage.leafNode)
        for maker in makers.dropFirst() {
            guard tree.add(maker.keyPackage.keyPackage.leafNode) != nil else {
                throw BenchError.noWelcome
            }
        }
        // The node above leaves 2 and 3 stays blank, since the member at 3 would lack its key.
        for number in stride(from: 4, to: size, by: 2) {
            _ = try Self.path(of: makers[number], number, &tree, group, suite, &entropy)
        }
        let path = try Self.path(of: makers[0], 0, &tree, group, suite, &entropy)
        clients = [makers[1], makers[3]]
        let invitees = zip(clients, [1, 3]).map { client, number in
            Welcome.Invitee(
                keyPackage: client.keyPackage.keyPackage,
                pathSecret: path.secret(for: LeafIndex(number)))
        }
        let context = GroupContext(
            suite: suite, groupID: group, epoch: 1, treeHash: tree.treeHash(suite),
            confirmedTranscriptHash: entropy.bytes(suite.hashLength), extensions: [:])
        let schedule = KeySchedule(joinerSecret: entropy.secret(suite.hashLength), suite: suite)
        let tag = suite.confirmationTag(
            key: schedule.epochSecrets(context).confirmation,
            confirmedTranscriptHash: context.confirmedTranscriptHash)
        let info = GroupInfo(
            context: context, extensions: [.ratchetTree: tree.wireBytes], confirmationTag: tag,
            signer: LeafIndex(0), key: makers[0].signer)
        let welcome = try Welcome(to: invitees, info: info, schedule: schedule, using: &entropy)
        self.welcome = MLSMessage.welcome(welcome).encoded
    }

    private static func path(
        of client: MLSClient, _ number: Int, _ tree: inout RatchetTree, _ group: GroupID,
        _ suite: CipherSuite, _ entropy: inout Entropy
    ) throws -> PathDraft {
        try PathDraft(
            sender: LeafIndex(UInt32(number)), configuration: MLSClient.leaf(number, suite),
            in: &tree, group: group, suite: suite, signer: client.signer, using: &entropy)
    }

    /// Both members, after the second has filled the last gap of the tree.
    func members() throws -> (Group, Group) {
        var entropy = Entropy.system()
        var first = try clients[0].join(welcome)
        var second = try clients[1].join(welcome)
        let commit = try second.commit([], policy: MLSClient.policy, using: &entropy)
        _ = try second.mergePendingCommit(now: MLSClient.now)
        _ = try first.process(MLSMessage(encoded: commit.message), policy: MLSClient.policy)
        return (first, second)
    }
}
