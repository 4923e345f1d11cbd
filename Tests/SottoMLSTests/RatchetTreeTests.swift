// Trees: what is remembered equals what is computed anew, and copies are their own.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Ratchet trees")
struct RatchetTreeTests {
    private let suite = CipherSuite.x25519AES128

    @Test("remembered hashes equal those of the same tree read anew", arguments: 0..<6)
    func rememberedHashes(seed: Int) throws {
        var random = Entropy(seed: Secret(copying: [UInt8(seed)]))
        var tree = RatchetTree(creator: try leaf(0))
        for step in 1..<150 {
            let members = tree.members.map(\.index)
            let some = try #require(members.randomElement(using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: _ = tree.add(try leaf(step))
            case 5..<7 where members.count > 1: tree.remove(some)
            case 7: tree.update(some, to: try leaf(step))
            default:
                let count = tree.filteredDirectPath(of: some).count
                let keys = (0..<count).map { suite.hash([UInt8(step), UInt8($0)]) }
                _ = tree.setPath(above: some, to: keys, suite)
            }
            let before = tree
            let hash = tree.treeHash(suite)
            var again = try RatchetTree(wireBytes: tree.wireBytes)
            #expect(again.treeHash(suite) == hash)
            #expect(again.size == before.size)
            #expect(again.memberCount == Array(tree.members).count)
            #expect(tree.memberCount == again.memberCount)
        }
    }

    @Test("private keys whose public keys left the tree are forgotten")
    func forgottenPrivateKeys() throws {
        var members = try makeGroup(["alice", "bob", "carol", "dave"])
        func commit(_ sender: Int, _ proposals: [Proposal] = []) throws {
            let commit = try members[sender].commits(proposals)
            for index in members.indices { try members[index].hears(commit.message) }
        }
        for sender in [1, 2, 0] { try commit(sender) }
        let before = members[0].group.current.privatePath.keys
        #expect(before.keys.sorted() == [NodeIndex(0), NodeIndex(1), NodeIndex(3)])
        try commit(0)
        let after = members[0].group.current.privatePath.keys
        for (node, key) in before { #expect(after[node] != key) }
        members.removeLast(2)
        try commit(1, [.remove(LeafIndex(2)), .remove(LeafIndex(3))])
        let kept = members[0].group.current.privatePath.keys
        #expect(kept.keys.sorted() == [NodeIndex(0), NodeIndex(1)])
    }

    @Test("a copy does not see what is written to the other")
    func copies() throws {
        var tree = RatchetTree(creator: try leaf(0))
        for number in 1..<70 { _ = tree.add(try leaf(number)) }
        var copy = tree
        let hash = tree.treeHash(suite)
        copy.remove(LeafIndex(3))
        #expect(tree.treeHash(suite) == hash)
        #expect(tree.leaf(at: LeafIndex(3)) != nil)
        #expect(copy.leaf(at: LeafIndex(3)) == nil)
        #expect(copy.treeHash(suite) != hash)
    }

    @Test("the first forged leaf is found, on any number of threads", arguments: [1, 2, 7, 1_000])
    func forgedLeaves(threads: Int) throws {
        let group = GroupID([1])
        func check(_ forged: Set<Int>) throws {
            var tree = RatchetTree(creator: try leaf(0))
            for number in 1..<12 {
                var bytes = try leaf(number).wireBytes
                if forged.contains(number) { bytes[bytes.count - 1] ^= 1 }
                _ = tree.add(try LeafNode(wireBytes: bytes))
            }
            let hash = tree.treeHash(suite)
            _ = try ValidatedTree(
                tree, hash: hash, group: group, suite: suite, threadsMax: threads)
        }
        try check([])
        #expect(throws: InvalidTree(fault: .leaf(LeafIndex(5), .invalidSignature))) {
            try check([5, 6, 11])
        }
    }

    @Test("members take the leftmost free place, and the tree is as small as it can be")
    func places() throws {
        var tree = RatchetTree(creator: try leaf(0))
        for number in 1..<5 { #expect(tree.add(try leaf(number))?.value == UInt32(number)) }
        #expect(tree.size.leaves == 8)
        tree.remove(LeafIndex(1))
        tree.remove(LeafIndex(2))
        #expect(tree.add(try leaf(9))?.value == 1)
        tree.remove(LeafIndex(4))
        #expect(tree.size.leaves == 4)
        #expect(tree.add(try leaf(10))?.value == 2)
        #expect(tree.add(try leaf(11))?.value == 4)
        #expect(tree.size.leaves == 8)
    }

    @Test("a tree that ends blank, or has a node of the wrong kind, is refused")
    func malformed() throws {
        var tree = RatchetTree(creator: try leaf(0))
        _ = tree.add(try leaf(1))
        let encoded = tree.wireBytes
        for count in stride(from: 0, to: encoded.count, by: 3) {
            #expect(throws: WireError.self) {
                try RatchetTree(wireBytes: encoded.prefix(count))
            }
        }
        let leafBytes = try leaf(0).wireBytes
        for nodes in [
            [[0]], [[1, 1] + leafBytes, [0]], [[0], [1, 1] + leafBytes], [[1, 2, 0, 0, 0]],
        ] {
            var writer = WireWriter()
            writer.opaque(nodes.joined())
            #expect(throws: WireError.malformed) {
                try RatchetTree(wireBytes: writer.bytes)
            }
        }
        #expect(throws: WireError.malformed) { try RatchetTree(wireBytes: [0]) }
    }

    @Test("relations of nodes hold for every tree size")
    func treeMath() throws {
        for power in 0..<8 {
            let size = try #require(TreeSize(leaves: 1 << power))
            for one in 0..<size.leaves {
                let path = size.directPath(of: LeafIndex(one)).map(\.node)
                #expect(path.count == power)
                for other in 0..<size.leaves where other != one {
                    let ancestor = NodeIndex.commonAncestor(LeafIndex(one), LeafIndex(other))
                    #expect(path.first { $0.covers(LeafIndex(other)) } == ancestor)
                }
            }
        }
        #expect(TreeSize(leaves: 3) == nil)
        #expect(TreeSize(leaves: 0) == nil)
        #expect(TreeSize(leaves: MLSLimits.leavesMax * 2) == nil)
        #expect(TreeSize(covering: LeafIndex(.max)) == nil)
    }

    private func leaf(_ number: Int) throws -> LeafNode {
        var client = try TestClient("leaf \(number)")
        return try client.keyPackage().keyPackage.leafNode
    }
}

@Suite("Secret trees")
struct SecretTreeTests {
    private let suite = CipherSuite.x25519AES128
    private let secret = Secret(copying: [UInt8](repeating: 7, count: 32))

    @Test("a sender's keys do not depend on who spoke before, and are taken once")
    func order() throws {
        let size = try #require(TreeSize(leaves: 8))
        var forwards = SecretTree(encryptionSecret: secret, size: size)
        var backwards = forwards
        let leaves = (0..<size.leaves).map { LeafIndex($0) }
        let one = leaves.map { forwards.take($0, suite)?.wireBytes }
        let other = leaves.reversed().map { backwards.take($0, suite)?.wireBytes }
        #expect(one == other.reversed())
        #expect(Set(one).count == leaves.count)
        for leaf in leaves {
            #expect(forwards.isTaken(leaf))
            #expect(forwards.take(leaf, suite) == nil)
        }
        #expect(forwards.take(LeafIndex(8), suite) == nil)
    }

    @Test("what is left of a tree holds no secret that leads to a taken one")
    func deletion() throws {
        let size = try #require(TreeSize(leaves: 4))
        var tree = SecretTree(encryptionSecret: secret, size: size)
        let whole = tree
        _ = tree.take(LeafIndex(3), suite)
        // Left are the subtree of leaves 0 and 1, and leaf 2.
        let stored = tree.wireBytes
        #expect(stored.count == 4 + 4 + 2 * (4 + 1 + 32))
        #expect(whole.wireBytes.count == 4 + 4 + 4 + 1 + 32)
        #expect(try SecretTree(wireBytes: stored).wireBytes == stored)
        for leaf in 0..<UInt32(3) { #expect(!tree.isTaken(LeafIndex(leaf))) }
    }

    @Test("a ratchet gives each key once, in any order")
    func ratchet() throws {
        var sending = HashRatchet(secret: secret)
        var receiving = sending
        let keys = try (0..<5).map { _ in try sending.next(suite).key }
        for generation in [3, 0, 4, 2, 1] {
            let key = try receiving.take(UInt32(generation), keptMax: 8, suite)
            #expect(key == keys[generation])
            #expect(throws: RatchetError.spent) {
                try receiving.take(UInt32(generation), keptMax: 8, suite)
            }
        }
        #expect(sending.wireBytes == receiving.wireBytes)
    }
}

@Suite("Structures")
struct StructureTests {
    @Test("each strict prefix of a structure is refused, and so is a byte too many")
    func prefixes() throws {
        var bob = try TestClient("bob")
        let keyPackage = try bob.keyPackage()
        var founder = try TestClient("alice").founder()
        let commit = try founder.commits([.add(keyPackage.keyPackage)]) {
            $0.framing = .publicMessage
        }
        let messages = [
            MLSMessage.keyPackage(keyPackage.keyPackage).encoded, commit.message,
            try #require(commit.welcome),
        ]
        for message in messages {
            #expect(try MLSMessage(encoded: message).encoded == message)
            for count in message.indices {
                #expect(throws: MLSDecodingError.self) {
                    try MLSMessage(encoded: message.prefix(count))
                }
            }
            #expect(throws: MLSDecodingError.trailingBytes(1)) {
                try MLSMessage(encoded: message + [0])
            }
        }
    }

    @Test("a list that repeats an extension is refused")
    func repeatedExtension() {
        let entry: [UInt8] = [0xF0, 0x50, 1, 9]
        #expect(throws: WireError.malformed) {
            try Extensions(wireBytes: [8] + entry + entry)
        }
    }

    @Test("an unknown suite, version or kind is named")
    func unknown() {
        #expect(throws: MLSDecodingError.unknownValue(2)) {
            try MLSMessage(encoded: [0, 2, 0, 1])
        }
        #expect(throws: MLSDecodingError.unknownValue(9)) {
            try MLSMessage(encoded: [0, 1, 0, 9])
        }
        #expect(throws: MLSDecodingError.unknownValue(4)) {
            try MLSMessage(encoded: [0, 1, 0, 3, 0, 4])
        }
    }

    @Test("extensions keep their order, and a type stands once")
    func extensions() {
        let (one, two) = (ExtensionType(rawValue: 0xF001), ExtensionType(rawValue: 0xF002))
        var extensions: Extensions = [two: [2], one: [1], two: [3]]
        #expect(extensions.types == [two, one])
        #expect(extensions[two] == [3])
        extensions[two] = nil
        #expect(extensions == [one: [1]])
    }
}
