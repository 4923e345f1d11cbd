// Which credentials members show and accept and which proposals they know, counted.

/// Counts over the leaves of a tree (RFC 9420 sections 7.3 and 12.2), so that checking one leaf or
/// proposal reads no other leaf.
struct CredentialCensus: Sendable {
    private var inUse: [CredentialType: Int] = [:]
    private var supported: [CredentialType: Int] = [:]
    private var proposals: [ProposalType: Int] = [:]

    mutating func add(_ leaf: LeafNode) { count(leaf, 1) }

    mutating func remove(_ leaf: LeafNode) { count(leaf, -1) }

    /// Whether `memberCount` members accept credentials of this type.
    func isSupported(_ type: CredentialType, by memberCount: Int) -> Bool {
        supported[type, default: 0] == memberCount
    }

    /// Whether `memberCount` members accept all kinds of credentials that are in use.
    func isSupported(by memberCount: Int) -> Bool {
        inUse.keys.allSatisfy { isSupported($0, by: memberCount) }
    }

    /// Whether `memberCount` members know proposals of this type.
    func isSupported(_ type: ProposalType, by memberCount: Int) -> Bool {
        type.isDefault || proposals[type, default: 0] == memberCount
    }

    /// Whether any member knows proposals of this type.
    func isKnown(_ type: ProposalType) -> Bool { type.isDefault || proposals[type] != nil }

    /// Whether everything in use is listed among these capabilities.
    func isCovered(by capabilities: Capabilities) -> Bool {
        guard inUse.count > 1 else {
            return inUse.keys.allSatisfy { capabilities.credentials.contains($0) }
        }
        return Set(inUse.keys).isSubset(of: capabilities.credentials)
    }

    private mutating func count(_ leaf: LeafNode, _ change: Int) {
        Self.change(&inUse, leaf.credential.type, by: change)
        for type in Set(leaf.capabilities.credentials) {
            Self.change(&supported, type, by: change)
        }
        for type in Set(leaf.capabilities.proposals) { Self.change(&proposals, type, by: change) }
    }

    private static func change<Kind>(
        _ counts: inout [Kind: Int], _ type: Kind, by change: Int
    ) {
        let count = counts[type, default: 0] + change
        counts[type] = count == 0 ? nil : count
    }
}
