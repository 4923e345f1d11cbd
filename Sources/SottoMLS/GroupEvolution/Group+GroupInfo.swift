// Describing the group to who is to join it (RFC 9420 section 12.4.3).

import SottoCrypto
import SottoWire

extension Group {
    /// The group in its current epoch, signed by us.
    ///
    /// - Parameters:
    ///   - ratchetTree: Whether the tree goes with it.
    ///   - externalPub: Whether the key goes with it that external commits are sealed to
    ///     (section 12.4.3.2): who has it can try to join.
    ///   - extensions: What else is said; those two are replaced.
    public func groupInfo(
        ratchetTree: Bool = true, externalPub: Bool = true, extensions: Extensions = [:]
    ) -> GroupInfo {
        var extensions = extensions
        extensions[.ratchetTree] = ratchetTree ? self.ratchetTree : nil
        extensions[.externalPub] = externalPub ? externalPublicKey : nil
        return GroupInfo(
            context: current.context, extensions: extensions,
            confirmationTag: current.confirmationTag, signer: ownLeaf, key: signer)
    }

    /// The extension `external_pub`.
    private var externalPublicKey: [UInt8]? {
        guard let keys = try? suite.externalKeyPair(current.secrets.external) else { return nil }
        return ExternalPub(key: keys.publicKey).wireBytes
    }
}
