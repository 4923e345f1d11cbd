// Founding a group that follows another (RFC 9420 sections 11.2 and 11.3).

public import SottoCrypto

/// A group that was founded with its first members.
public struct FoundedGroup: Sendable {
    /// The group in its epoch 1. All its records are to be stored.
    public let group: Group
    /// The invitation of the other members, an MLSMessage; `nil` if there are none.
    public let welcome: [UInt8]?
}

/// Who founds a group, and how.
public struct Founder: Sendable {
    /// The founder's leaf.
    public var leaf: LeafConfiguration
    /// When that leaf may be used, as in a key package.
    public var lifetime: Lifetime
    /// What the founder signs with.
    public var signer: SignaturePrivateKey
    /// How the invitation is made.
    public var options = CommitOptions()

    /// A founder with this leaf.
    public init(leaf: LeafConfiguration, lifetime: Lifetime, signer: SignaturePrivateKey) {
        self.leaf = leaf
        self.lifetime = lifetime
        self.signer = signer
    }
}

/// Why a group was not founded that was to follow another.
public enum SuccessionError: Error, Hashable, Sendable {
    /// No commit has agreed on a successor.
    case notReInitialized
    /// The successor's suite is not one of ours.
    case unsupportedSuite(UInt16)
    /// The members are not the predecessor's, or not among them.
    case members
    /// The group cannot be created.
    case creation(CreationError)
    /// The others cannot be added.
    case commit(CommitError)
}

extension Group {
    /// Founds the group that this one agreed to be replaced by (section 11.2).
    ///
    /// - Parameter keyPackages: One for each other member, of the successor's suite.
    public func successor(
        adding keyPackages: [KeyPackage], by founder: Founder, policy: LeafPolicy,
        using entropy: inout Entropy
    ) throws(SuccessionError) -> FoundedGroup {
        guard let reInit else { throw .notReInitialized }
        guard let suite = try? CipherSuite(rawValue: reInit.cipherSuite) else {
            throw .unsupportedSuite(reInit.cipherSuite)
        }
        let parameters = NewGroup(
            id: reInit.groupID, suite: suite, extensions: reInit.extensions)
        return try found(
            parameters, .reInit(reInit), adding: keyPackages, by: founder, policy,
            using: &entropy)
    }

    /// Founds a group of some of this group's members (section 11.3).
    ///
    /// - Parameter keyPackages: One for each other member of the new group.
    public func branch(
        id: GroupID, extensions: Extensions, adding keyPackages: [KeyPackage],
        by founder: Founder, policy: LeafPolicy, using entropy: inout Entropy
    ) throws(SuccessionError) -> FoundedGroup {
        try found(
            NewGroup(id: id, suite: suite, extensions: extensions), .branch,
            adding: keyPackages, by: founder, policy, using: &entropy)
    }

    private func found(
        _ parameters: NewGroup, _ kind: Succession.Kind, adding keyPackages: [KeyPackage],
        by founder: Founder, _ policy: LeafPolicy, using entropy: inout Entropy
    ) throws(SuccessionError) -> FoundedGroup {
        var group: Group
        do throws(CreationError) {
            group = try Group.create(
                id: parameters.id, suite: parameters.suite, leaf: founder.leaf,
                lifetime: founder.lifetime, extensions: parameters.extensions,
                signer: founder.signer, using: &entropy)
        } catch {
            throw .creation(error)
        }
        let usage = kind.usage
        let id = group.preSharedKeyID(
            .resumption(usage: usage, group: self.id, epoch: epoch), using: &entropy)
        var keys = PreSharedKeys()
        keys[resumption: self.id, epoch] = resumptionKey
        let checks = ProposalChecks(
            epoch: group.current.fromOutside, policy: policy, origin: .keyPackage, usage: usage)
        let commit: OutboundCommit
        do throws(CommitError) {
            commit = try group.commit(
                keyPackages.map { .add($0) } + [.preSharedKey(id)], including: .none,
                preSharedKeys: keys, options: founder.options, checks, using: &entropy)
        } catch {
            throw .commit(error)
        }
        _ = try? group.mergePendingCommit(now: policy.time)
        do throws(PredecessorFault) {
            try Succession(kind, self).check(group.members, policy)
        } catch {
            throw .members
        }
        return FoundedGroup(group: group, welcome: commit.welcome)
    }
}

/// What distinguishes a group that is founded.
private struct NewGroup {
    let id: GroupID
    let suite: CipherSuite
    let extensions: Extensions
}

extension Succession.Kind {
    fileprivate var usage: ResumptionUsage {
        switch self {
        case .reInit: .reInit
        case .branch: .branch
        }
    }
}
