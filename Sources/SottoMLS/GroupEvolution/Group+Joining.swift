// Accepting an invitation (RFC 9420 section 12.4.3.1).

public import SottoCrypto
import SottoWire

/// Why an invitation is not accepted.
public enum JoinError: Error, Hashable, Sendable {
    /// The Welcome is not for this key package or does not open.
    case welcome(WelcomeFault)
    /// The signer is not the one of the key package.
    case wrongSigner
    /// The Welcome has no ratchet tree and none was given, or it cannot be read.
    case treeMissing
    /// The ratchet tree is not one that honest members could have made.
    case tree(TreeFault)
    /// The GroupInfo is not signed by the member it names.
    case invalidSignature
    /// Our leaf is not in the tree.
    case notInTree
    /// The group demands what we do not do, or what cannot be read.
    case groupNotSupported
    /// The application does not let somebody outside propose, whom the group lets.
    case externalSender(reason: UInt16)
    /// The path secret does not lead to the keys in the tree, or not to all that are ours.
    case path
    /// The inviter has reached another state than we did.
    case confirmationTag
    /// The invitation depends on a key that we have not; with the key it can be tried again.
    case missingPreSharedKey(PreSharedKeyID)
    /// The group is not one that may follow the group that it says it follows, or is said to.
    case predecessor(PredecessorFault)
}

extension Group {
    /// Joins the group that a Welcome invites to.
    ///
    /// That no group with its id was joined before is for the caller to check. The key package
    /// is used up, unless it is one of last resort.
    ///
    /// - Parameters:
    ///   - signer: The key that signed the key package.
    ///   - ratchetTree: The encoded tree, if the Welcome does not carry it.
    ///   - preSharedKeys: What the invitation may depend on.
    ///   - predecessor: The group that this one follows, or branches off; the invitation must
    ///     prove that it does.
    public static func join(
        _ welcome: Welcome, with keyPackage: OwnKeyPackage, signer: SignaturePrivateKey,
        ratchetTree: [UInt8]? = nil, preSharedKeys: PreSharedKeys = PreSharedKeys(),
        predecessor: Group? = nil, policy: LeafPolicy
    ) throws(JoinError) -> Group {
        guard keyPackage.keyPackage.leafNode.signatureKey == signer.publicKey else {
            throw .wrongSigner
        }
        let invitation = try Invitation(welcome, keyPackage, preSharedKeys, predecessor)
        let tree = try invitation.info.tree(given: ratchetTree, policy)
        do throws(PredecessorFault) {
            try invitation.succession?.check(invitation.info.context, tree, policy)
        } catch {
            throw .predecessor(error)
        }
        let own = tree.members.first { $0.leaf == keyPackage.keyPackage.leafNode }
        guard let own else { throw .notInTree }
        var path = PrivatePath(leaf: own.index, key: keyPackage.leafKey)
        path = path.following(
            tree, to: tree, with: try invitation.pathKeys(of: own.index, in: tree))
        guard path.isComplete(in: tree) else { throw .path }
        let start = NextEpoch(
            context: invitation.info.context, tree: tree, schedule: invitation.schedule,
            privatePath: path)
        guard constantTimeEquals(start.confirmationTag, invitation.info.confirmationTag) else {
            throw .confirmationTag
        }
        return Group(current: start.state, secretTree: start.secretTree, signer: signer)
    }
}

/// A Welcome that did open.
private struct Invitation {
    let info: GroupInfo
    let schedule: KeySchedule
    /// The group that this one says it follows.
    let succession: Succession?
    private let secrets: GroupSecrets
    private var suite: CipherSuite { info.context.suite }

    init(
        _ welcome: Welcome, _ keyPackage: OwnKeyPackage, _ keys: PreSharedKeys,
        _ predecessor: Group?
    ) throws(JoinError) {
        guard welcome.suite == keyPackage.keyPackage.suite else { throw .welcome(.notForUs) }
        do throws(WelcomeFault) {
            secrets = try welcome.groupSecrets(
                for: keyPackage.keyPackage.reference, with: keyPackage.initKey)
        } catch {
            throw .welcome(error)
        }
        guard secrets.preSharedKeys.count <= MLSLimits.preSharedKeysMax else {
            throw .welcome(.malformed)
        }
        do throws(PredecessorFault) {
            succession = try Succession(among: secrets.preSharedKeys, of: predecessor)
        } catch {
            throw .predecessor(error)
        }
        schedule = KeySchedule(
            joinerSecret: secrets.joinerSecret,
            pskSecret: try Self.secret(of: secrets.preSharedKeys, keys, succession, welcome.suite),
            suite: welcome.suite)
        do throws(WelcomeFault) {
            info = try welcome.groupInfo(schedule)
        } catch {
            throw .welcome(error)
        }
        guard info.context.suite == welcome.suite,
            info.context.epoch <= MLSLimits.joinedEpochMax
        else { throw .welcome(.malformed) }
    }

    private static func secret(
        of ids: [PreSharedKeyID], _ keys: PreSharedKeys, _ succession: Succession?,
        _ suite: CipherSuite
    ) throws(JoinError) -> Secret? {
        do throws(MissingPreSharedKey) {
            return try keys.combined(ids, suite) { (key) throws(MissingPreSharedKey) in
                succession?.resumptionKey(key)
            }
        } catch {
            guard case .key(let id) = error else { throw .predecessor(.preSharedKeys) }
            throw .missingPreSharedKey(id)
        }
    }

    /// The private keys that the inviter's path gives us, up to the root.
    func pathKeys(
        of own: LeafIndex, in tree: RatchetTree
    ) throws(JoinError) -> [NodeIndex: HPKEPrivateKey] {
        guard let secret = secrets.pathSecret else { return [:] }
        let ancestor = NodeIndex.commonAncestor(own, info.signer)
        let nodes = tree.filteredDirectPath(of: info.signer).map(\.node)
        guard let start = nodes.firstIndex(of: ancestor) else { throw .path }
        var chain = PathSecret(secret, suite: suite)
        var keys: [NodeIndex: HPKEPrivateKey] = [:]
        for node in nodes[start...] {
            guard let pair = try? chain.keyPair(), pair.publicKey == tree[node].encryptionKey
            else { throw .path }
            keys[node] = pair.privateKey
            chain = chain.next()
        }
        return keys
    }
}
