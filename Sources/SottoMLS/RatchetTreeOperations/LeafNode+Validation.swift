// Whether a leaf may stand where it wants to (RFC 9420 section 7.3).

import SottoCrypto
import SottoWire

/// What a group demands of every leaf in it.
struct LeafDemands: Sendable {
    private let suite: CipherSuite
    private let groupExtensions: [ExtensionType]
    private let required: RequiredCapabilities?

    /// The demands of a group with these extensions in its GroupContext.
    ///
    /// - Throws: If its required capabilities, or whom it lets propose, are not well-formed.
    init(_ extensions: Extensions, _ suite: CipherSuite) throws(WireError) {
        self.suite = suite
        groupExtensions = extensions.types
        required = try extensions.requiredCapabilities()?.withoutRepetitions
        _ = try extensions.externalSenders()
    }

    /// Checks that a leaf lists what it uses and what the group uses and requires.
    func check(_ leaf: LeafNode) throws(LeafRefusal) {
        let capabilities = leaf.capabilities
        guard capabilities.support(groupExtensions) else { throw .capabilities }
        guard required.map({ capabilities.meet($0) }) ?? true else { throw .capabilities }
    }

    /// Whether all leaves of a tree do.
    ///
    /// - Parameter absent: A leaf that is not asked.
    func areMet(by tree: RatchetTree, but absent: LeafNode? = nil) -> Bool {
        tree.census.meets(
            groupExtensions, required, tree.memberCount - (absent == nil ? 0 : 1), without: absent)
    }
}

extension LeafNode {
    /// Checks that the leaf lists what it uses itself.
    func checkOwnCapabilities(_ suite: CipherSuite) throws(LeafRefusal) {
        guard capabilities.versions.contains(ProtocolVersion.mls10.rawValue),
            capabilities.cipherSuites.contains(suite.rawValue),
            capabilities.credentials.contains(credential.type),
            capabilities.support(extensions.types)
        else { throw .capabilities }
    }

    /// Checks that others can seal to the leaf: one that they cannot would stop all paths.
    func checkEncryptionKey(_ suite: CipherSuite) throws(LeafRefusal) {
        guard suite.canSeal(to: encryptionKey) else { throw .invalidKey }
    }

    /// Checks the member's signature.
    func checkSignature(place: LeafPlace?, _ suite: CipherSuite) throws(LeafRefusal) {
        do { try verifySignature(place: place, suite: suite) } catch { throw .invalidSignature }
    }
}

extension RatchetTree {
    /// Checks that a leaf can stand beside the others: its keys are its own, and all accept each
    /// other's kinds of credentials.
    ///
    /// - Parameter replaced: The leaf that it replaces, whose signature key it may keep.
    func checkNeighbours(
        of leaf: LeafNode, replacing replaced: LeafNode? = nil
    ) throws(LeafRefusal) {
        try checkKeysAreFree(for: leaf, replacing: replaced)
        let others = memberCount - (replaced == nil ? 0 : 1)
        guard census.isSupported(leaf.credential.type, by: others, without: replaced),
            census.isCovered(by: leaf.capabilities, without: replaced)
        else { throw .capabilities }
    }

    /// Checks that nobody has the keys of a leaf.
    ///
    /// - Parameter replaced: The leaf that it replaces, whose signature key it may keep.
    func checkKeysAreFree(
        for leaf: LeafNode, replacing replaced: LeafNode? = nil
    ) throws(LeafRefusal) {
        guard !hasEncryptionKey(leaf.encryptionKey),
            leaf.signatureKey == replaced?.signatureKey || !hasSignatureKey(leaf.signatureKey)
        else { throw .keyInUse }
    }

    /// Whether all members accept all kinds of credentials that are in use.
    var credentialsAreSupported: Bool { census.isSupported(by: memberCount) }
}
