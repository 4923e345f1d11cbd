// Invitations of an insider: they open, and say whatever it likes.

import SottoCrypto
import SottoMLS
import SottoWire

extension Insider {
    /// An invitation before it is sealed.
    struct Invitation {
        var tree: RatchetTree
        /// The hash in the GroupContext, the tree's own if `nil`.
        var treeHash: [UInt8]?
        /// The tree on the wire, given the right one.
        var encodedTree: ([UInt8]) -> [UInt8] = { $0 }
        var extensions: Extensions
        var epoch: UInt64
        var signer: LeafIndex
        var key: SignaturePrivateKey
        var confirmationTag: ([UInt8]) -> [UInt8] = { $0 }
        var pathSecret: Secret?
        /// The suite in the GroupContext.
        var suite: CipherSuite
        /// What joiners are told to mix in, and what is mixed in.
        var preSharedKeys: [PreSharedKey] = []
        var invitee: KeyPackage
    }

    /// A Welcome into the insider's epoch, by a joiner secret that nobody derived.
    func invite(
        _ invitee: VectorInvitee, pathSecret: Secret?, _ source: inout VectorSource,
        _ change: (inout Invitation) throws -> Void = { _ in }
    ) throws -> JSON {
        var said = Invitation(
            tree: tree, extensions: context.extensions, epoch: context.epoch, signer: leaf,
            key: client.signer, pathSecret: pathSecret, suite: suite,
            invitee: invitee.keyPackage.keyPackage)
        try change(&said)
        let hash = said.treeHash ?? said.tree.treeHash(suite)
        let context = GroupContext(
            suite: said.suite, groupID: context.groupID, epoch: said.epoch, treeHash: hash,
            confirmedTranscriptHash: context.confirmedTranscriptHash,
            extensions: said.extensions)
        let pskSecret =
            said.preSharedKeys.isEmpty ? nil : PreSharedKey.combine(said.preSharedKeys, suite)
        let schedule = KeySchedule(
            joinerSecret: source.secret(), pskSecret: pskSecret, suite: suite)
        let secrets = schedule.epochSecrets(context)
        let tag = suite.confirmationTag(
            key: secrets.confirmation,
            confirmedTranscriptHash: context.confirmedTranscriptHash)
        let info = GroupInfo(
            context: context, extensions: [.ratchetTree: said.encodedTree(said.tree.wireBytes)],
            confirmationTag: said.confirmationTag(tag), signer: said.signer, key: said.key)
        let welcome = try Welcome(
            to: [Welcome.Invitee(keyPackage: said.invitee, pathSecret: said.pathSecret)],
            info: info, schedule: schedule, preSharedKeys: said.preSharedKeys.map(\.id),
            using: &source.entropy)
        return [
            "welcome": .hex(MLSMessage.welcome(welcome).encoded), "ratchet_tree": .null,
            "epoch_authenticator": .hex(secrets.authenticator),
        ]
    }
}
