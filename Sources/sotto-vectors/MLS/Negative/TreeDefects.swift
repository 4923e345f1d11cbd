// Ratchet trees that no honest members made (RFC 9420 sections 7.3, 7.8, 7.9 and 12.4.3.1).

import SottoCrypto
import SottoMLS
import SottoWire

struct TreeDefects: NegativeCases {
    private typealias Change = (inout Insider.Invitation) throws -> Void

    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        try encodings(&source) + leaves(&source) + parents(&source)
    }

    private func refused(
        _ name: String, _ failure: String, _ section: String, _ scene: NegativeScene,
        _ source: inout VectorSource, _ change: Change
    ) throws -> NegativeCase {
        // The path secret belongs to a tree that the change may have left without its node.
        NegativeCase(
            name: "tree-" + name, operation: .join, section: section, failure: failure,
            shared: scene.invited, good: try scene.invite(&source),
            bad: try scene.invite(&source, change).removing("epoch_authenticator"))
    }

    private func encodings(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(&source)
        return [
            try refused("trailing-blank", "malformed", "12.4.3.3", scene, &source) {
                $0.encodedTree = { encoded in
                    guard var nodes = try? TreeBytes(encoded) else { return [] }
                    nodes.bytes.append(0)
                    return nodes.encoded
                }
            },
            try refused("ends-early", "malformed", "12.4.3.3", scene, &source) {
                $0.encodedTree = { Array($0.dropLast()) }
            },
        ]
    }

    private func leaves(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, path: false, &source)
        let (insider, other) = (scene.insider, LeafIndex(1))
        let keys = try insider.suite.makeHPKEKeyPair(using: &source.entropy).publicKey
        let client = scene.bystanders[0].client
        let group = insider.context.groupID
        /// The bystander's leaf in another form.
        func bystander(_ change: (inout Insider.Leaf) -> Void) throws -> LeafNode {
            try insider.leaf(encryptionKey: keys, .keyPackage(VectorClient.lifetime)) { leaf in
                leaf.configuration = client.leaf
                leaf.signer = client.signer
                leaf.place = LeafPlace(group: group, index: other)
                change(&leaf)
            }
        }
        func leaf(
            _ name: String, _ failure: String, _ source: inout VectorSource,
            _ change: (inout Insider.Leaf) -> Void
        ) throws -> NegativeCase {
            try refused("leaf-" + name, failure, "7.3", scene, &source) {
                $0.tree.set(.leaf(try bystander(change)), at: other.node)
            }
        }
        return [
            try leaf("signature-flipped", "leaf-signature", &source) { $0.isForged = true },
            try leaf("of-another-place", "leaf-signature", &source) {
                $0.source = .update
                $0.place = LeafPlace(group: group, index: LeafIndex(2))
            },
            try leaf("of-another-group", "leaf-signature", &source) {
                $0.source = .update
                $0.place = LeafPlace(group: GroupID([1]), index: other)
            },
            try leaf("suite-not-listed", "capabilities", &source) {
                $0.configuration.capabilities.cipherSuites = []
            },
            try leaf("credential-not-accepted-by-all", "capabilities", &source) {
                $0.configuration.capabilities.credentials = [.x509]
                $0.configuration.credential = .x509(certificates: [[1]])
            },
            try leaf("key-small-order", "invalid-key", &source) {
                $0.encryptionKey = [UInt8](repeating: 0, count: 32)
            },
            try leaf("encryption-key-twice", "key-in-use", &source) {
                $0.encryptionKey = insider.tree.leaf(at: LeafIndex(0))?.encryptionKey ?? []
            },
            try leaf("signature-key-twice", "key-in-use", &source) {
                $0.signer = insider.client.signer
            },
            try refused("without-us", "not-in-tree", "12.4.3.1", scene, &source) {
                $0.tree.remove(scene.leaf)
            },
            try refused(
                "group-extension-unknown-to-a-member", "capabilities", "7.3", scene, &source
            ) {
                $0.extensions[ExtensionType(rawValue: 0xF0B0)] = [1]
            },
        ]
    }

    private func parents(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, &source)
        let keys = try scene.insider.suite.makeHPKEKeyPair(using: &source.entropy).publicKey
        func parent(
            _ name: String, _ failure: String, _ section: String, _ source: inout VectorSource,
            at node: UInt32, _ change: (inout ParentNode) -> Void
        ) throws -> NegativeCase {
            try refused(name, failure, section, scene, &source) {
                guard case .parent(var parent) = $0.tree[NodeIndex(node)] else {
                    throw JSONError(description: "node \(node) is no parent")
                }
                change(&parent)
                $0.tree.set(.parent(parent), at: NodeIndex(node))
            }
        }
        return [
            try parent("parent-hash-flipped", "parent-hash", "7.9.2", &source, at: 1) {
                $0.parentHash = $0.parentHash.flipping(byteFromEnd: 7)
            },
            try parent("parent-key-of-nobody", "parent-hash", "7.9.2", &source, at: 3) {
                $0.encryptionKey = keys
            },
            try parent("unmerged-leaf-is-blank", "unmerged-leaves", "12.4.3.1", &source, at: 3) {
                $0.unmergedLeaves = [LeafIndex(3)]
            },
            try parent("unmerged-leaf-is-elsewhere", "unmerged-leaves", "12.4.3.1", &source, at: 1)
            {
                $0.unmergedLeaves = [LeafIndex(2)]
            },
            try parent(
                "unmerged-leaf-unknown-below", "unmerged-leaves", "12.4.3.1", &source, at: 3
            ) { $0.unmergedLeaves = [LeafIndex(1)] },
        ]
    }
}

/// An encoded tree without its length.
private struct TreeBytes {
    var bytes: [UInt8]

    init(_ encoded: [UInt8]) throws {
        var reader = WireReader(encoded)
        bytes = try reader.opaque()
        try reader.finish()
    }

    var encoded: [UInt8] {
        var writer = WireWriter()
        writer.opaque(bytes)
        return writer.bytes
    }
}
