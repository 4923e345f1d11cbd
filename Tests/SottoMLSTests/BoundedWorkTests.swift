// Long inputs: what reading them takes grows with their length, and no faster.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Bounded work")
struct BoundedWorkTests {
    /// Something to read, made as long as is wanted.
    struct Shape: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What it is when it is about this many bytes long.
        let make: @Sendable (Int) -> [UInt8]
        let read: @Sendable ([UInt8]) throws -> Void

        init(
            _ name: String, _ make: @escaping @Sendable (Int) -> [UInt8],
            _ read: @escaping @Sendable ([UInt8]) throws -> Void
        ) {
            testDescription = name
            self.make = make
            self.read = read
        }

        /// A vector that is filled with the same few bytes, between others.
        init<Value: WireDecodable & Sendable>(
            _ type: Value.Type, _ name: String, before: [UInt8] = [], each: [UInt8],
            after: [UInt8] = []
        ) {
            self.init("\(type): \(name)") { length in
                var writer = WireWriter()
                writer.fixed(before)
                writer.opaque(
                    Array(repeatElement(each, count: length / each.count).joined()))
                writer.fixed(after)
                return writer.bytes
            } _: { bytes in
                _ = try Value(wireBytes: bytes)
            }
        }
    }

    /// How many bytes are asked for, at the most, for each byte that is read.
    static let bytesPerByteMax = 256
    /// How many are asked for besides.
    static let bytesMax = 1 << 16

    @Test("[LONG-1] reading asks for no more than a multiple of the length", arguments: shapes)
    func reading(shape: Shape) throws {
        var counts: [Allocations] = []
        for length in [1 << 14, 1 << 15, 1 << 16] {
            let input = shape.make(length)
            let count = Allocations.of { _ = try? shape.read(input) }
            guard let count else { return }
            #expect(count.bytes <= Self.bytesMax + Self.bytesPerByteMax * input.count)
            counts.append(count)
        }
        expectLinear(counts)
    }

    /// Checks what was asked for in three cases, each twice as long as the one before: of the last
    /// it may be more than four times as much as of the first, since arrays grow in steps, and is
    /// far from sixteen times as much.
    private func expectLinear(
        _ counts: [Allocations], at location: SourceLocation = #_sourceLocation
    ) {
        #expect(counts.count == 3, sourceLocation: location)
        guard let first = counts.first, let last = counts.last else { return }
        #expect(last.bytes <= first.bytes * 7 + 4_096, sourceLocation: location)
        #expect(last.objects <= first.objects * 7 + 64, sourceLocation: location)
    }

    // MARK: - What is said to a group

    @Test("[LONG-2] a member's long messages are heard, or refused, at a price of their length")
    func hearing() throws {
        let type = ProposalType(rawValue: 0xF0F0)
        let bodies: [(Int) -> ContentBody] = [
            { .application(Array(repeating: 1, count: $0 * 8)) },
            { count in
                let wish = ProposalOrRef.proposal(
                    .custom(CustomProposal(type: type, data: [1])))
                return .commit(
                    Commit(proposals: Array(repeating: wish, count: count), path: nil))
            },
            { count in
                let keys = (0..<UInt32(count)).map { number in
                    ProposalOrRef.proposal(
                        .preSharedKey(
                            PreSharedKeyID(
                                key: .external(id: number.wireBytes),
                                nonce: Array(repeating: 1, count: 32))))
                }
                return .commit(Commit(proposals: keys, path: nil))
            },
            { count in
                var extensions = Extensions()
                let types = (0..<UInt16(count)).map { ExtensionType(rawValue: $0 + 0xB000) }
                extensions[.requiredCapabilities] =
                    RequiredCapabilities(extensions: types, credentials: []).encoded
                return .proposal(.groupContextExtensions(extensions))
            },
        ]
        for body in bodies {
            var counts: [Allocations] = []
            for count in [500, 1_000, 2_000] {
                var liar = try Liar { $0.leaf.capabilities.proposals = [type] }
                let message = liar.publicMessage(body(count), from: .member(LeafIndex(0)))
                let work = Allocations.of { _ = try? liar.tellVictim(message) }
                guard let work else { return }
                counts.append(work)
            }
            expectLinear(counts)
        }
    }

    @Test("[LONG-2] a tree is checked at a price of its size, however many of it are unmerged")
    func joining() throws {
        var counts: [Allocations] = []
        for size in [16, 32, 64] as [UInt32] {
            let leaves = try (0..<size).map { number in
                var client = try TestClient("member \(number)")
                return try client.keyPackage().keyPackage.leafNode
            }
            let suite = CipherSuite.x25519AES128
            var tree = RatchetTree(creator: leaves[0])
            for leaf in leaves.dropFirst() { _ = tree.add(leaf) }
            for number in size / 2..<size - 1 { tree.remove(LeafIndex(number)) }
            let keys = tree.filteredDirectPath(of: LeafIndex(1)).map { step in
                Array(repeating: UInt8(truncatingIfNeeded: step.node.value), count: 32)
            }
            _ = tree.setPath(above: LeafIndex(1), to: keys, suite)
            for number in size / 2..<size - 1 { _ = tree.add(leaves[Int(number)]) }
            let hash = tree.treeHash(suite)
            let encoded = tree.wireBytes
            let count = Allocations.of {
                guard let received = try? RatchetTree(wireBytes: encoded) else { return }
                _ = try? ValidatedTree(received, hash: hash, group: GroupID([1]), suite: suite)
                _ = received.parentHashesAreValid(suite)
            }
            guard let count else { return }
            counts.append(count)
        }
        expectLinear(counts)
    }

    // MARK: - What is chosen among proposals

    @Test("[LONG-2] extensions that fit nobody are left out without asking each member each time")
    func unfitExtensions() throws {
        var counts: [Allocations] = []
        for count in [8, 16, 32] {
            var members = try makeGroup((0..<count).map { "member \($0)" })
            for number in 0..<count * 4 {
                var unfit = TestClient.groupExtensions
                unfit[ExtensionType(rawValue: 0xF060)] = [UInt8(number)]
                let proposal = try members[1].proposes(.groupContextExtensions(unfit)) {
                    $0.framing = .publicMessage
                }
                try members[0].hears(proposal.message)
            }
            guard let work = try choosing(members[0].group) else { return }
            counts.append(work)
        }
        expectLinear(counts)
    }

    @Test("[LONG-2] Updates are chosen without counting all that members say each time")
    func updates() throws {
        var counts: [Allocations] = []
        for count in [8, 16, 32] {
            var number: UInt16 = 0xB000
            var members = try makeGroup((0..<count).map { "member \($0)" }) { client in
                client.leaf.capabilities.credentials += (0..<64).map { _ in
                    number += 1
                    return CredentialType(rawValue: number)
                }
            }
            for index in members.indices.dropFirst() {
                let update = try members[index].updates()
                try members[0].hears(update.message)
            }
            guard let work = try choosing(members[0].group) else { return }
            counts.append(work)
        }
        expectLinear(counts)
    }

    private func choosing(_ group: Group) throws -> Allocations? {
        let checks = ProposalChecks(
            epoch: group.current.fromOutside, policy: TestClient.policy, origin: .keyPackage)
        return try Allocations.of {
            _ = try FittingProposals(
                group.proposals, with: [], by: .member(group.ownLeaf), checks
            ) { _ in true }
        }
    }

    static let shapes: [Shape] = [
        Shape(Extensions.self, "without content", each: [0, 7, 0]),
        Shape("Extensions: of all types") { length in
            var writer = WireWriter()
            writer.lengthPrefixed { writer in
                for type in 0..<UInt16(length / 3) {
                    writer.uint16(type)
                    writer.uint8(0)
                }
            }
            return writer.bytes
        } _: {
            _ = try Extensions(wireBytes: $0)
        },
        Shape(Capabilities.self, "many", before: [0, 0], each: [1, 2], after: [0, 0]),
        Shape(RequiredCapabilities.self, "many", each: [1, 2], after: [0, 0]),
        Shape(Credential.self, "certificates", before: [0, 2], each: [0]),
        Shape(Credential.self, "short certificates", before: [0, 2], each: [1, 9]),
        Shape(RatchetTree.self, "blanks", each: [0]),
        Shape(RatchetTree.self, "empty parents", each: [0, 1, 2, 0, 0, 0]),
        Shape(
            ParentNode.self, "unmerged leaves once", before: [0, 0], each: [0, 0, 0, 1]),
        Shape(Commit.self, "empty references", each: [2, 0], after: [0]),
        Shape(Commit.self, "short references", each: [2, 1, 7], after: [0]),
        Shape(Commit.self, "removals", each: [1, 0, 3, 0, 0, 0, 1], after: [0]),
        Shape(Commit.self, "key exchanges", each: [1, 0, 6, 0], after: [0]),
        Shape(Commit.self, "members that leave", each: [1, 0, 10], after: [0]),
        Shape(Commit.self, "wishes", each: [1, 0xF0, 0, 0], after: [0]),
        Shape(Commit.self, "keys", each: [1, 0, 4, 1, 0, 0], after: [0]),
        Shape(Commit.self, "successors", each: [1, 0, 5, 0, 0, 1, 0, 1, 0], after: [0]),
        Shape(Commit.self, "extensions", each: [1, 0, 7, 0], after: [0]),
        Shape(UpdatePathNode.self, "ciphertexts", before: [0], each: [0, 0]),
        Shape(Welcome.self, "members", before: [0, 1], each: [0, 0, 0], after: [0]),
        Shape("GroupSecrets: keys") { length in
            var writer = WireWriter()
            writer.fixed([0, 0])
            writer.opaque(Array(repeatElement([1, 0, 0], count: length / 3).joined()))
            return writer.bytes
        } _: {
            _ = try GroupSecrets(wireBytes: $0)
        },
    ]
}
