// One of each structure, cut from a group of two.

import SottoCrypto
import SottoMLS
import SottoWire

extension MessagesFormat: GeneratedFile {
    var fileName: String { "messages" }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        var group = try VectorGroup(count: 1, &source)
        let commit = try group.commit(by: 0, adding: 1, &source)
        guard let newcomer = commit.newcomers.first,
            case .welcome(let welcome) = try MLSMessage(encoded: commit.welcome ?? []),
            case .publicMessage(let sent) = try MLSMessage(encoded: commit.message),
            case .commit(let body) = sent.message.content.body
        else { throw JSONError(description: "the commit is not what it was to be") }
        let secrets = try welcome.groupSecrets(
            for: newcomer.keyPackage.keyPackage.reference, with: newcomer.keyPackage.initKey)
        let info = try welcome.groupInfo(
            KeySchedule(joinerSecret: secrets.joinerSecret, suite: source.suite))
        let structures: JSON = [
            "mls_welcome": .hex(commit.welcome ?? []),
            "mls_group_info": .hex(MLSMessage.groupInfo(info).encoded),
            "mls_key_package": .hex(
                MLSMessage.keyPackage(newcomer.keyPackage.keyPackage).encoded),
            "ratchet_tree": .hex(group.ratchetTree), "group_secrets": .hex(wire: secrets),
            "commit": .hex(wire: body), "public_message_commit": .hex(commit.message),
        ]
        return [
            structures.adding(try proposals(group, newcomer.keyPackage.keyPackage, &source))
                .adding(try messages(group, &source))
        ]
    }

    /// Proposals without their types.
    private func proposals(
        _ group: VectorGroup, _ keyPackage: KeyPackage, _ source: inout VectorSource
    ) throws -> [String: JSON] {
        let client = try group.member(at: LeafIndex(0)).client
        let keys = try source.suite.makeHPKEKeyPair(using: &source.entropy)
        let leaf = LeafNode.signed(
            encryptionKey: keys.publicKey, configuration: client.leaf, source: .update,
            place: LeafPlace(group: group.id, index: LeafIndex(0)), suite: source.suite,
            signer: client.signer)
        let extensions: Extensions = [ExtensionType(rawValue: 0xF000): source.bytes(9)]
        var reInit = WireWriter()
        reInit.value(GroupID.random(using: &source.entropy))
        reInit.uint16(1)
        reInit.uint16(source.suite.rawValue)
        reInit.value(extensions)
        var kemOutput = WireWriter()
        kemOutput.opaque(source.bytes(source.suite.hpke.kem.encapsulationLength))
        let key = PreSharedKeyID(
            key: .resumption(usage: .application, group: group.id, epoch: 1),
            nonce: source.digest())
        return [
            "add_proposal": .hex(wire: keyPackage), "update_proposal": .hex(wire: leaf),
            "remove_proposal": .hex(wire: LeafIndex(1)),
            "pre_shared_key_proposal": .hex(wire: key), "re_init_proposal": .hex(reInit.bytes),
            "external_init_proposal": .hex(kemOutput.bytes),
            "group_context_extensions_proposal": .hex(wire: extensions),
        ]
    }

    private func messages(
        _ group: VectorGroup, _ source: inout VectorSource
    ) throws -> [String: JSON] {
        var member = try group.member(at: LeafIndex(1))
        let sealed = try member.group.protect(
            source.bytes(40), authenticatedData: source.bytes(5), padding: 64,
            using: &source.entropy)
        let membershipKey = source.secret()
        func open(_ body: ContentBody) -> JSON {
            let content = FramedContent(
                groupID: group.id, epoch: member.group.epoch, sender: .member(LeafIndex(1)),
                authenticatedData: [], body: body)
            let message = PublicMessage(
                protecting: AuthenticatedContent(
                    signing: content, wireFormat: .publicMessage, context: member.group.context,
                    signer: member.client.signer),
                membershipKey: membershipKey, context: member.group.context)
            return .hex(MLSMessage.publicMessage(message).encoded)
        }
        return [
            "public_message_application": open(.application(source.bytes(20))),
            "public_message_proposal": open(.proposal(.remove(LeafIndex(0)))),
            "private_message": .hex(sealed.message),
        ]
    }
}
