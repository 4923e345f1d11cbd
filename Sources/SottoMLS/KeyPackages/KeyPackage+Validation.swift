// Whether a key package may be used (RFC 9420 section 10.1).

import SottoCrypto

extension KeyPackage {
    /// Checks a key package before it is used to add its client to a group.
    ///
    /// - Throws: Why it may not be used.
    public func validate(policy: LeafPolicy) throws(LeafRefusal) {
        try validate(from: .keyPackage, policy: policy)
    }

    func validate(from origin: LeafOrigin, policy: LeafPolicy) throws(LeafRefusal) {
        guard case .keyPackage(let lifetime) = leafNode.source else { throw .wrongSource }
        try leafNode.checkLength()
        guard initKey != leafNode.encryptionKey else { throw .wrongKeyPackage }
        do { try verifySignature() } catch { throw .invalidSignature }
        try leafNode.checkSignature(place: nil, suite)
        try leafNode.checkOwnCapabilities(suite)
        guard suite.canSeal(to: initKey) else { throw .invalidKey }
        try leafNode.checkEncryptionKey(suite)
        try policy.check(lifetime, from: origin)
        try policy.check(leafNode, from: origin, suite)
    }
}
