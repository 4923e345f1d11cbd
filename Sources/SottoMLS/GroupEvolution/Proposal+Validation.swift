// Whether a proposal may be made at all, whatever it is committed with (RFC 9420 section 12.1).

import SottoCrypto
import SottoWire

/// How proposals are looked at.
struct ProposalChecks: Sendable {
    let epoch: PublicEpoch
    let policy: LeafPolicy
    /// `.keyPackage` for a commit of ours, `.added` for another's.
    let origin: LeafOrigin
    /// What resumption keys may be used for.
    var usage = ResumptionUsage.application

    var suite: CipherSuite { epoch.context.suite }

    /// Checks what can be told of a proposal by itself.
    func check(_ proposal: Proposal, from sender: Sender) throws(ProposalFault) {
        try SortedProposals.check(proposal, from: sender)
        switch proposal {
        case .add(let keyPackage):
            do { try check(keyPackage) } catch { throw .add(error) }
        case .update(let leaf):
            guard let index = sender.leaf else { throw .notForSender(.update) }
            try checkUpdate(leaf, at: index)
        case .remove(let leaf):
            guard epoch.tree.leaf(at: leaf) != nil else { throw .unknownLeaf(leaf) }
        case .preSharedKey(let id): try check(id)
        case .reInit(let reInit): try check(reInit)
        case .externalInit: throw .externalInit
        case .groupContextExtensions(let extensions): _ = try demands(extensions)
        case .selfRemove: try checkIsKnown(.selfRemove)
        case .custom(let wish):
            try check(wish)
            try checkIsKnown(wish.type)
        }
    }

    /// Checks that a member knows a type of proposals. Whether all do who have to can be told of a
    /// commit alone: it may remove those who do not.
    private func checkIsKnown(_ type: ProposalType) throws(ProposalFault) {
        guard epoch.tree.census.isKnown(type) else { throw .notSupported(type) }
    }

    /// Checks a key package (section 12.1.1).
    func check(_ keyPackage: KeyPackage) throws(LeafRefusal) {
        guard keyPackage.suite == suite else { throw .wrongKeyPackage }
        try keyPackage.validate(from: origin, policy: policy)
    }

    /// Checks a member's new leaf, but for what stands beside it (sections 7.3 and 12.1.2).
    func checkUpdate(_ leaf: LeafNode, at index: LeafIndex) throws(ProposalFault) {
        guard let replaced = epoch.tree.leaf(at: index) else { throw .unknownLeaf(index) }
        do throws(LeafRefusal) {
            try leaf.checkLength()
            guard leaf.source == .update else { throw .wrongSource }
            guard leaf.encryptionKey != replaced.encryptionKey else { throw .keyInUse }
            let place = LeafPlace(group: epoch.context.groupID, index: index)
            try leaf.checkSignature(place: place, suite)
            try leaf.checkOwnCapabilities(suite)
            try leaf.checkEncryptionKey(suite)
            try policy.check(leaf, from: .replacing(replaced), suite)
        } catch {
            throw .update(error)
        }
    }

    /// Checks the name of a key (section 12.1.4).
    func check(_ id: PreSharedKeyID) throws(ProposalFault) {
        guard id.nonce.count == suite.hashLength else { throw .preSharedKeyNonce }
        guard case .resumption(let used, _, _) = id.key else { return }
        guard used == usage || used == .application else { throw .preSharedKeyUsage }
    }

    /// Checks what is to follow the group (section 12.1.5).
    func check(_ reInit: ReInit) throws(ProposalFault) {
        guard reInit.version >= ProtocolVersion.mls10.rawValue else { throw .reInitVersion }
    }

    /// What a group with these extensions would demand (section 12.1.7).
    func demands(_ extensions: Extensions) throws(ProposalFault) -> LeafDemands {
        do throws(ExternalSenderRefusal) {
            try policy.checkExternalSenders(of: extensions)
        } catch {
            switch error {
            case .malformed: throw .extensionsNotSupported
            case .application(let reason): throw .externalSender(reason: reason)
            }
        }
        do { return try LeafDemands(extensions, suite) } catch { throw .extensionsNotSupported }
    }

    /// What the group demands as it is: whom it lets propose was judged when it was agreed on.
    func standingDemands() throws(ProposalFault) -> LeafDemands {
        do { return try LeafDemands(epoch.context.extensions, suite) } catch {
            throw .extensionsNotSupported
        }
    }

    /// Checks a proposal of a type that is not the library's.
    private func check(_ wish: CustomProposal) throws(ProposalFault) {
        guard !wish.type.isDefault, wish.type != .selfRemove else {
            throw .notSupported(wish.type)
        }
    }

    /// Checks a proposal of a type that is not the library's, and that all members know it.
    func check(_ wish: CustomProposal, in tree: RatchetTree) throws(ProposalFault) {
        try check(wish)
        try check(wish.type, in: tree)
    }

    /// Checks that all members say they know a type of proposals (section 12.2).
    ///
    /// - Parameter tree: Without those whom the commit removes, who need not.
    func check(_ type: ProposalType, in tree: RatchetTree) throws(ProposalFault) {
        guard tree.census.isSupported(type, by: tree.memberCount) else {
            throw .notSupported(type)
        }
    }
}
