// Whether a group that somebody describes can be believed (RFC 9420 section 12.4.3.1).

import SottoCrypto
import SottoWire

extension GroupInfo {
    /// The members that the tree has, from left to right; `nil` without a tree that can be read.
    ///
    /// Nothing of it is checked: it is for finding a place in a group that is to be joined, or
    /// proposed to.
    ///
    /// - Parameter ratchetTree: The encoded tree, if the GroupInfo does not carry it.
    public func claimedMembers(ratchetTree: [UInt8]? = nil) -> [Member]? {
        guard let encoded = extensions[.ratchetTree] ?? ratchetTree,
            let tree = try? RatchetTree(wireBytes: encoded)
        else { return nil }
        return tree.members.map { Member(index: $0.index, leaf: $0.leaf) }
    }

    /// The tree, as far as it can be believed: the GroupInfo is signed by a member in it.
    ///
    /// - Parameter given: The encoded tree, if the GroupInfo does not carry it.
    func tree(given: [UInt8]?, _ policy: LeafPolicy) throws(JoinError) -> RatchetTree {
        guard let encoded = extensions[.ratchetTree] ?? given,
            let received = try? RatchetTree(wireBytes: encoded)
        else { throw .treeMissing }
        guard let signer = received.leaf(at: signer) else { throw .invalidSignature }
        do { try verifySignature(by: signer.signatureKey) } catch { throw .invalidSignature }
        let demands: LeafDemands
        do { demands = try LeafDemands(context.extensions, context.suite) } catch {
            throw .groupNotSupported
        }
        do throws(ExternalSenderRefusal) {
            try policy.checkExternalSenders(of: context.extensions)
        } catch {
            switch error {
            case .malformed: throw .groupNotSupported
            case .application(let reason): throw .externalSender(reason: reason)
            }
        }
        do throws(InvalidTree) {
            let validated = try ValidatedTree(
                received, hash: context.treeHash, group: context.groupID, suite: context.suite,
                threadsMax: policy.threadsMax)
            try validated.check(demands, policy, context.suite)
            return validated.tree
        } catch {
            throw .tree(error.fault)
        }
    }
}
