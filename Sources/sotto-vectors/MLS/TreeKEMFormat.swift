// Paths through trees with blanks and unmerged leaves: `treekem.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// One case a cipher suite and tree.
struct TreeKEMFormat: VectorFormat {
    let name = "MLS treekem"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["leaves_private", "update_paths", "ratchet_tree"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        let group = try TreeKEMGroup(vector, suite)
        var entropy = Entropy.system()
        for update in try vector.array("update_paths") {
            try group.check(update)
            try group.checkOwnPath(of: update.leaf("sender"), using: &entropy)
        }
        return .passed
    }
}

/// A group of which we know all members' private keys.
private struct TreeKEMGroup {
    private let tree: RatchetTree
    private let context: GroupContext
    private let members: [PrivatePath]
    private let signers: [LeafIndex: SignaturePrivateKey]
    private var suite: CipherSuite { context.suite }

    init(_ vector: JSON, _ suite: CipherSuite) throws {
        let tree = try RatchetTree(wireBytes: vector.bytes("ratchet_tree"))
        self.tree = tree
        context = GroupContext(
            suite: suite, groupID: GroupID(try vector.bytes("group_id")),
            epoch: UInt64(try vector.number("epoch")), treeHash: [],
            confirmedTranscriptHash: try vector.bytes("confirmed_transcript_hash"),
            extensions: [:])
        var members: [PrivatePath] = []
        var signers: [LeafIndex: SignaturePrivateKey] = [:]
        for entry in try vector.array("leaves_private") {
            let index = try entry.leaf("index")
            let signer = try entry.signatureKey("signature_priv", suite)
            try expect(
                "a signature key", signer.publicKey, equals: tree.leaf(at: index)?.signatureKey)
            signers[index] = signer
            let path = PrivatePath(
                leaf: index, key: try entry.hpkeKey("encryption_priv", suite))
            let keys = try Self.keys(of: entry, in: tree, suite)
            members.append(path.following(tree, to: tree, with: keys))
        }
        self.members = members
        self.signers = signers
    }

    private static func keys(
        of entry: JSON, in tree: RatchetTree, _ suite: CipherSuite
    ) throws -> [NodeIndex: HPKEPrivateKey] {
        var keys: [NodeIndex: HPKEPrivateKey] = [:]
        for known in try entry.array("path_secrets") {
            let node = NodeIndex(UInt32(try known.number("node")))
            let secret = PathSecret(try known.secret("path_secret"), suite: suite)
            let pair = try secret.keyPair()
            try expect("a node's key", pair.publicKey, equals: tree[node].encryptionKey ?? [])
            keys[node] = pair.privateKey
        }
        return keys
    }

    /// Follows a path of the vector as every member does.
    func check(_ update: JSON) throws {
        let sender = try update.leaf("sender")
        let path = try UpdatePath(wireBytes: update.bytes("update_path"))
        try path.leafNode.verifySignature(
            place: LeafPlace(group: context.groupID, index: sender), suite: suite)
        var after = tree
        try after.merge(path, from: sender, suite)
        let hash = after.treeHash(suite)
        try expect("the tree hash", hash, equals: update.bytes("tree_hash_after"))
        let context = context.with(treeHash: hash)
        let secrets = try update.array("path_secrets")
        for member in members where member.leaf != sender {
            let received = try member.open(
                path, from: sender, in: after, context: context.encoded, excluding: [],
                suite: suite)
            let expected = Secret(copying: secrets[Int(member.leaf.value)].hexBytes ?? [])
            try expect("a path secret", received.pathSecret, equals: expected)
            try update.expectSecret("commit_secret", received.commitSecret)
        }
    }

    /// Makes a path of our own and follows it as every member does.
    func checkOwnPath(of sender: LeafIndex, using entropy: inout Entropy) throws {
        guard let signer = signers[sender], let leaf = tree.leaf(at: sender) else {
            throw JSONError(description: "the sender is no member")
        }
        var drafted = tree
        let draft = try PathDraft(
            sender: sender, configuration: leaf.configuration, in: &drafted,
            group: context.groupID, suite: suite, signer: signer, using: &entropy)
        let context = context.with(treeHash: drafted.treeHash(suite))
        let path = try draft.sealed(
            in: drafted, context: context.encoded, excluding: [], suite: suite, using: &entropy)
        var after = tree
        try after.merge(path, from: sender, suite)
        try expect("our tree hash", after.treeHash(suite), equals: context.treeHash)
        for member in members where member.leaf != sender {
            let received = try member.open(
                path, from: sender, in: after, context: context.encoded, excluding: [],
                suite: suite)
            try expect("our commit secret", received.commitSecret, equals: draft.commitSecret)
        }
    }
}

extension JSON {
    /// The leaf with the number `key`.
    func leaf(_ key: String) throws -> LeafIndex { LeafIndex(UInt32(try number(key))) }
}
