// What a commit changes: everything about the current epoch but message keys.

import SottoCrypto
package import SottoWire

/// The secrets of an epoch that are kept while it lasts. The rest was used at its start.
struct RetainedSecrets: Sendable {
    let senderData: Secret
    /// Opens external commits.
    let external: Secret
    let membership: Secret
    /// Goes into later epochs, or other groups, if somebody proposes so.
    let resumption: Secret
    let authenticator: Secret
    let initial: Secret
    /// Gone once the application has exported what it needs.
    var exporter: Secret?

    init(_ secrets: EpochSecrets) {
        senderData = secrets.senderData
        external = secrets.external
        membership = secrets.membership
        resumption = secrets.resumption
        authenticator = secrets.authenticator
        initial = secrets.initial
        exporter = secrets.exporter
    }
}

/// A member's state in one epoch (RFC 9420 sections 8 and 11).
struct EpochState: Sendable {
    let context: GroupContext
    let tree: RatchetTree
    let interimTranscriptHash: [UInt8]
    let confirmationTag: [UInt8]
    let privatePath: PrivatePath
    var secrets: RetainedSecrets
    /// What is to follow the group: the epoch is its last one then.
    let reInit: ReInit?

    var ownLeaf: LeafIndex { privatePath.leaf }

    /// A member, `nil` if there is none at this leaf.
    func member(at index: LeafIndex) -> Member? {
        tree.leaf(at: index).map { Member(index: index, leaf: $0) }
    }
}

/// A member of a group, as others know it.
public struct Member: Hashable, Sendable {
    /// Its place in the tree.
    public let index: LeafIndex
    /// The identity it shows.
    public let credential: Credential
    /// The key it signs with.
    public let signatureKey: [UInt8]

    init(index: LeafIndex, leaf: LeafNode) {
        self.index = index
        credential = leaf.credential
        signatureKey = leaf.signatureKey
    }
}

extension Member: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        index = try reader.value()
        credential = try reader.value()
        signatureKey = try reader.opaque()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(index)
        writer.value(credential)
        writer.opaque(signatureKey)
    }
}

// MARK: - Stored form

extension EpochState: WireCodable {
    init(from reader: inout WireReader) throws(WireError) {
        context = try reader.value()
        tree = try reader.value()
        interimTranscriptHash = try reader.opaque()
        confirmationTag = try reader.opaque()
        privatePath = try reader.value()
        secrets = try reader.value()
        reInit = try reader.optional()
        guard tree.leaf(at: privatePath.leaf) != nil, privatePath.isAlongOnePath(in: tree.size)
        else { throw .malformed }
    }

    func encode(to writer: inout WireWriter) {
        writer.value(context)
        writer.value(tree)
        writer.opaque(interimTranscriptHash)
        writer.opaque(confirmationTag)
        writer.value(privatePath)
        writer.value(secrets)
        writer.optional(reInit)
    }
}

extension RetainedSecrets: WireCodable {
    init(from reader: inout WireReader) throws(WireError) {
        senderData = try reader.secret()
        external = try reader.secret()
        membership = try reader.secret()
        resumption = try reader.secret()
        authenticator = try reader.secret()
        initial = try reader.secret()
        switch try reader.uint8() {
        case 0: exporter = nil
        case 1: exporter = try reader.secret()
        default: throw .malformed
        }
    }

    func encode(to writer: inout WireWriter) {
        for secret in [senderData, external, membership, resumption, authenticator, initial] {
            writer.secret(secret)
        }
        writer.uint8(exporter == nil ? 0 : 1)
        if let exporter { writer.secret(exporter) }
    }
}

extension PrivatePath: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let leaf: LeafIndex = try reader.value()
        var keys: [NodeIndex: HPKEPrivateKey] = [:]
        let count = try reader.uint32()
        for _ in 0..<count {
            let node = NodeIndex(try reader.uint32())
            guard keys.updateValue(HPKEPrivateKey(try reader.secret()), forKey: node) == nil else {
                throw .malformed
            }
        }
        self.init(leaf: leaf, keys: keys)
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(leaf)
        writer.uint32(UInt32(keys.count))
        for (node, key) in keys.sorted(by: { $0.key < $1.key }) {
            writer.uint32(node.value)
            writer.secret(key.bytes)
        }
    }
}
