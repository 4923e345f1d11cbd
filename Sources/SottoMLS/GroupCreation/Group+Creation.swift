// A group of one (RFC 9420 section 11).

public import SottoCrypto

/// Why no group was created.
public enum CreationError: Error, Hashable, Sendable {
    /// The id has more bytes than ids may have.
    case groupID
    /// Our leaf does not list what it or the group uses, or the group's demands are not
    /// well-formed.
    case leaf(LeafRefusal)
    /// The suite refused to make keys.
    case noKeys
    /// The signature key is of another scheme than the suite signs with.
    case wrongSigner
}

extension Group {
    /// Founds a group with one member: us.
    ///
    /// - Parameters:
    ///   - lifetime: Of our leaf, as in a key package.
    ///   - extensions: Of the GroupContext.
    public static func create(
        id: GroupID, suite: CipherSuite, leaf: LeafConfiguration, lifetime: Lifetime,
        extensions: Extensions, signer: SignaturePrivateKey, using entropy: inout Entropy
    ) throws(CreationError) -> Group {
        guard signer.signs(in: suite) else { throw .wrongSigner }
        guard id.bytes.count <= MLSLimits.groupIDBytesMax else { throw .groupID }
        guard let keys = try? suite.makeHPKEKeyPair(using: &entropy) else { throw .noKeys }
        let leaf = LeafNode.signed(
            encryptionKey: keys.publicKey, configuration: leaf, source: .keyPackage(lifetime),
            place: nil, suite: suite, signer: signer)
        try check(leaf, suite, extensions)
        var tree = RatchetTree(creator: leaf)
        let context = GroupContext(
            suite: suite, groupID: id, epoch: 0, treeHash: tree.treeHash(suite),
            confirmedTranscriptHash: [], extensions: extensions)
        let start = NextEpoch(
            context: context, tree: tree,
            secrets: EpochSecrets(
                epochSecret: entropy.secret(suite.hashLength), suite: suite),
            privatePath: PrivatePath(leaf: LeafIndex(0), key: keys.privateKey))
        return Group(current: start.state, secretTree: start.secretTree, signer: signer)
    }

    private static func check(
        _ leaf: LeafNode, _ suite: CipherSuite, _ extensions: Extensions
    ) throws(CreationError) {
        guard let demands = try? LeafDemands(extensions, suite) else {
            throw .leaf(.capabilities)
        }
        do throws(LeafRefusal) {
            try leaf.checkLength()
            try leaf.checkOwnCapabilities(suite)
            try demands.check(leaf)
        } catch {
            throw .leaf(error)
        }
    }
}
