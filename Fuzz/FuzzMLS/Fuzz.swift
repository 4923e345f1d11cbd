// Arbitrary bytes as MLS messages, trees and stored groups: none traps, all have one form.

import SottoCrypto
import SottoMLS
import SottoWire

private let signer = try? SignaturePrivateKey(seed: .zero(32))

/// A group that arbitrary messages arrive in.
private let group: Group? = {
    var entropy = Entropy(seed: .zero(32))
    guard let signer else { return nil }
    let leaf = LeafConfiguration(
        credential: .basic(identity: [1]),
        capabilities: Capabilities(cipherSuites: [.x25519AES128], extensions: []),
        extensions: [:])
    return try? Group.create(
        id: GroupID([1]), suite: .x25519AES128, leaf: leaf,
        lifetime: Lifetime(notBefore: UnixTime(seconds: 0), notAfter: UnixTime(seconds: .max)),
        extensions: [:], signer: signer, using: &entropy)
}()

private let policy = LeafPolicy(
    now: UnixTime(seconds: 1), tolerance: 0, lifetimeMax: .max
) { _, _ in .accepted }

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    if let message = try? MLSMessage(encoded: bytes) {
        precondition(message.encoded == bytes, "an MLSMessage has two forms")
        var group = group
        _ = try? group?.process(message, policy: policy)
        if case .keyPackage(let keyPackage) = message {
            _ = try? keyPackage.validate(policy: policy)
        }
    }
    if let keyPackage = try? KeyPackage(encoded: bytes) {
        precondition(keyPackage.encoded == bytes, "a KeyPackage has two forms")
    }
    if var tree = try? RatchetTree(wireBytes: bytes) {
        precondition(tree.wireBytes == bytes, "a ratchet tree has two forms")
        _ = try? ValidatedTree(
            tree, hash: tree.treeHash(.x25519AES128), group: GroupID([1]), suite: .x25519AES128)
    }
    if let signer {
        _ = try? Group(epoch: Secret(copying: bytes), pending: nil, proposals: nil, signer: signer)
    }
    return 0
}
