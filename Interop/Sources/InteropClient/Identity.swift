// What the client says of itself, and how it finds others.

import SottoCrypto
import SottoMLS

extension Client {
    /// A key package of somebody with a basic credential.
    mutating func makeTransaction(
        _ identity: [UInt8], _ suite: CipherSuite
    ) throws -> Transaction {
        let signer = try SignaturePrivateKey.random(for: suite, using: &entropy)
        let keyPackage = try OwnKeyPackage.make(
            suite: suite, signer: signer, leaf: LeafConfiguration(identity: identity),
            lifetime: lifetime, using: &entropy)
        return Transaction(keyPackage, signer: signer)
    }

    /// The lifetime of key packages that are made now.
    var lifetime: Lifetime {
        let now = clock().seconds
        return Lifetime(
            notBefore: UnixTime(seconds: now - min(now, InteropLimits.clockToleranceSeconds)),
            notAfter: UnixTime(seconds: now + InteropLimits.lifetimeSeconds))
    }
}

extension LeafConfiguration {
    /// A leaf with a basic credential that can be in groups of every suite.
    init(identity: [UInt8]) {
        self.init(
            credential: .basic(identity: identity),
            capabilities: Capabilities(
                cipherSuites: CipherSuite.all, credentials: [.basic, .x509]))
    }
}

extension Collection where Element == Member {
    /// The leftmost member who claims this identity.
    func leaf(of identity: [UInt8]) throws -> LeafIndex {
        guard let member = first(where: { $0.credential == .basic(identity: identity) }) else {
            throw RPCError(.notFound, "No member has the identity in the field removed_id.")
        }
        return member.index
    }
}

extension Fields {
    mutating func suite() throws -> CipherSuite {
        let number = try uint32("cipher_suite")
        guard let number = UInt16(exactly: number),
            let suite = try? CipherSuite(rawValue: number)
        else { throw RPCError(.unimplemented, "The suite \(number) is not supported.") }
        return suite
    }

    mutating func extensions() throws -> Extensions {
        var extensions = Extensions()
        _ = try messages("extensions") { fields in
            guard let number = UInt16(exactly: try fields.uint32("extension_type")) else {
                throw RPCError(.invalidArgument, "An extension_type is a number of 16 bits.")
            }
            let type = ExtensionType(rawValue: number)
            let data = try fields.bytes("extension_data")
            guard extensions[type] == nil else {
                throw RPCError(.invalidArgument, "The extension \(number) comes twice.")
            }
            extensions[type] = data
        }
        return extensions
    }

    mutating func keyPackage(_ name: String) throws -> KeyPackage {
        try KeyPackage(message: try bytes(name), name)
    }

    mutating func keyPackages(_ name: String) throws -> [KeyPackage] {
        try listOfBytes(name).map { try KeyPackage(message: $0, name) }
    }

    mutating func welcome() throws -> Welcome {
        guard case .welcome(let welcome) = try MLSMessage(encoded: bytes("welcome")) else {
            throw RPCError(.invalidArgument, "The field welcome holds another message.")
        }
        return welcome
    }

    mutating func groupInfo() throws -> GroupInfo {
        guard case .groupInfo(let info) = try MLSMessage(encoded: bytes("group_info")) else {
            throw RPCError(.invalidArgument, "The field group_info holds another message.")
        }
        return info
    }

    /// The field `ratchet_tree`, `nil` if it is empty.
    mutating func ratchetTree() throws -> [UInt8]? {
        let tree = try bytes("ratchet_tree")
        return tree.isEmpty ? nil : tree
    }
}

extension KeyPackage {
    fileprivate init(message: [UInt8], _ name: String) throws {
        guard case .keyPackage(let keyPackage) = try MLSMessage(encoded: message) else {
            throw RPCError(.invalidArgument, "The field \(name) holds another message.")
        }
        self = keyPackage
    }
}

extension Secret {
    /// A copy of the bytes, which nobody wipes: the interface hands secrets out.
    var json: JSON { .bytes(withBytes { Array($0) }) }
}

extension JSON {
    static func number(_ id: UInt32) -> JSON { .number(UInt64(id)) }
}
