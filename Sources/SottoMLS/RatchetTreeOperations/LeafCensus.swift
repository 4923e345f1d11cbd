// Which credentials members show and accept, and which proposals and extensions they know, counted.

/// Counts over the leaves of a tree (RFC 9420 sections 7.3 and 12.2), so that checking one leaf or
/// proposal reads no other leaf.
struct LeafCensus: Sendable {
    private var inUse: [CredentialType: Int] = [:]
    private var credentials: [CredentialType: Int] = [:]
    private var proposals: [ProposalType: Int] = [:]
    private var extensions: [ExtensionType: Int] = [:]

    mutating func add(_ leaf: LeafNode) { count(leaf, 1) }

    mutating func remove(_ leaf: LeafNode) { count(leaf, -1) }

    /// Whether `memberCount` members know proposals of this type.
    func isSupported(_ type: ProposalType, by memberCount: Int) -> Bool {
        type.isDefault || proposals[type, default: 0] == memberCount
    }

    /// Whether any member knows proposals of this type.
    func isKnown(_ type: ProposalType) -> Bool { type.isDefault || proposals[type] != nil }

    /// Whether `memberCount` members accept all kinds of credentials that are in use.
    func isSupported(by memberCount: Int) -> Bool {
        inUse.keys.allSatisfy { credentials[$0, default: 0] == memberCount }
    }

    private mutating func count(_ leaf: LeafNode, _ change: Int) {
        Self.change(&inUse, leaf.credential.type, by: change)
        let capabilities = leaf.capabilities
        Self.change(&credentials, each: capabilities.credentials, by: change)
        Self.change(&proposals, each: capabilities.proposals, by: change)
        Self.change(&extensions, each: capabilities.extensions, by: change)
    }

    private static func change<Kind: Hashable>(
        _ counts: inout [Kind: Int], each types: [Kind], by change: Int
    ) {
        guard types.count > 1 else {
            for type in types { Self.change(&counts, type, by: change) }
            return
        }
        for type in Set(types) { Self.change(&counts, type, by: change) }
    }

    private static func change<Kind>(
        _ counts: inout [Kind: Int], _ type: Kind, by change: Int
    ) {
        let count = counts[type, default: 0] + change
        counts[type] = count == 0 ? nil : count
    }
}

// MARK: - All but one

extension LeafCensus {
    /// Whether all of `memberCount` members but one accept credentials of this type.
    ///
    /// - Parameter absent: The leaf that is not asked, and not among the members counted.
    func isSupported(
        _ type: CredentialType, by memberCount: Int, without absent: LeafNode? = nil
    ) -> Bool {
        let isCounted = absent?.capabilities.credentials.contains(type) ?? false
        return credentials[type, default: 0] - (isCounted ? 1 : 0) == memberCount
    }

    /// Whether everything that others than the absent leaf have in use is listed among these
    /// capabilities.
    func isCovered(by capabilities: Capabilities, without absent: LeafNode? = nil) -> Bool {
        let alone = absent.flatMap { inUse[$0.credential.type] == 1 ? $0.credential.type : nil }
        let kinds = inUse.keys.lazy.filter { $0 != alone }
        guard inUse.count > 2 else {
            return kinds.allSatisfy { capabilities.credentials.contains($0) }
        }
        let listed = Set(capabilities.credentials)
        return kinds.allSatisfy { listed.contains($0) }
    }

    /// Whether each of `memberCount` members knows extensions of these types, and does what is
    /// required.
    ///
    /// - Parameter absent: The leaf that is not asked, and not among the members counted.
    func meets(
        _ types: [ExtensionType], _ required: RequiredCapabilities?, _ memberCount: Int,
        without absent: LeafNode?
    ) -> Bool {
        let extensions = Self.tally(extensions, absent?.capabilities.extensions, memberCount)
        let proposals = Self.tally(proposals, absent?.capabilities.proposals, memberCount)
        let credentials = Self.tally(credentials, absent?.capabilities.credentials, memberCount)
        return types.allSatisfy { $0.isDefault || extensions($0) }
            && required?.extensions.allSatisfy { $0.isDefault || extensions($0) } ?? true
            && required?.proposals.allSatisfy { $0.isDefault || proposals($0) } ?? true
            && required?.credentials.allSatisfy(credentials) ?? true
    }

    /// Whether as many list a kind as there are members.
    private static func tally<Kind: Hashable>(
        _ counts: [Kind: Int], _ absent: [Kind]?, _ memberCount: Int
    ) -> (Kind) -> Bool {
        let absent = Set(absent ?? [])
        return { counts[$0, default: 0] - (absent.contains($0) ? 1 : 0) == memberCount }
    }
}
