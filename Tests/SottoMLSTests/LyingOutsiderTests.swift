// What the rules of external commits keep out.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

@Suite("Lying outsiders")
struct LyingOutsiderTests {
    private static func faults() throws -> [(ProposalOrRef, ProposalFault)] {
        var other = try TestClient("other")
        let keyPackage = try other.keyPackage().keyPackage
        let context = try Outsider().epoch.context
        return [
            (.proposal(.add(keyPackage)), .notForSender(.add)),
            (.proposal(.update(keyPackage.leafNode)), .notForSender(.update)),
            (
                .proposal(
                    .reInit(
                        ReInit(groupID: context.groupID, suite: context.suite, extensions: [:]))),
                .notForSender(.reInit)
            ),
            (
                .proposal(.groupContextExtensions(context.extensions)),
                .notForSender(.groupContextExtensions)
            ),
            (.proposal(.selfRemove), .notForSender(.selfRemove)),
            (
                .proposal(.custom(CustomProposal(type: ProposalType(rawValue: 0xF0F0), data: []))),
                .notForSender(ProposalType(rawValue: 0xF0F0))
            ),
            (.proposal(.externalInit(kemOutput: [1])), .externalInitCount(2)),
            (.proposal(.remove(LeafIndex(7))), .unknownLeaf(LeafIndex(7))),
        ]
    }

    @Test("[EXT-4] the builder's honest commit is followed")
    func honest() throws {
        var outsider = try Outsider()
        let message = try outsider.commit()
        guard case .commit = try outsider.isHeard(message) else { throw TestError.notACommit }
        // With what the tag does not cover changed, it is not.
        outsider = try Outsider()
        let wrongTag = try outsider.commit { $0.confirmationTag = [1, 2, 3] }
        try outsider.isRefused(wrongTag, .commit(.confirmationTag))
    }

    @Test("[EXT-5] an external commit holds a key exchange, a Remove, keys, and nothing else")
    func proposals() throws {
        for (entry, fault) in try Self.faults() {
            var outsider = try Outsider()
            let message = try outsider.commit { $0.proposals = [entry] }
            try outsider.isRefused(message, .commit(.proposals(fault)))
        }
    }

    @Test("[EXT-5] it has exactly one key exchange, which opens")
    func keyExchange() throws {
        var outsider = try Outsider()
        let none = try outsider.commit { $0.exchanges = [] }
        try outsider.isRefused(none, .commit(.proposals(.externalInitCount(0))))
        for kemOutput in [[], [1, 2, 3], Array(repeating: UInt8(0), count: 32)] {
            let wrong = try outsider.commit { $0.exchanges = [kemOutput] }
            try outsider.isRefused(wrong, .commit(.externalInit))
        }
        var entropy = Entropy(seed: .zero(32))
        let other = try outsider.suite.makeHPKEKeyPair(using: &entropy).publicKey
        // Somebody else's key is as good a point, but leads elsewhere.
        let elsewhere = try outsider.commit { $0.exchanges = [other] }
        try outsider.isRefused(elsewhere, .commit(.confirmationTag))
    }

    @Test("[EXT-5] a member commits no key exchange, and nobody proposes one")
    func exchangeOfMembers() throws {
        var liar = try Liar()
        let exchange = Proposal.externalInit(kemOutput: [1])
        try liar.isRefused(
            liar.commit(proposals: [.proposal(exchange)], path: try liar.path()),
            .commit(.proposals(.externalInit)))
        try liar.isRefused(
            liar.publicMessage(.proposal(exchange), from: .member(LeafIndex(0))),
            .proposal(.externalInit))
    }

    @Test("[EXT-6] it removes one leaf at most, whose successor the application accepts")
    func removes() throws {
        var outsider = try Outsider()
        let both = [LeafIndex(0), LeafIndex(2)]
        let two = try outsider.commit {
            $0.proposals = both.map { .proposal(.remove($0)) }
            $0.removes = both
        }
        try outsider.isRefused(two, .commit(.proposals(.removesOthers)))
        let twice = try outsider.commit {
            $0.proposals = [both[0], both[0]].map { .proposal(.remove($0)) }
            $0.removes = [both[0]]
        }
        try outsider.isRefused(twice, .commit(.proposals(.changedTwice(both[0]))))
        // The application of the tests accepts no other credential in a leaf's place.
        let another = try outsider.commit {
            $0.proposals = [.proposal(.remove(both[0]))]
            $0.removes = [both[0]]
        }
        try outsider.isRefused(another, .commit(.leaf(.application(reason: 2))))
        let impostor = try Outsider().members[0]
        outsider = try Outsider()
        outsider.client = impostor.client
        let key = try #require(impostor.group.leafNode(at: LeafIndex(0))).encryptionKey
        let sameKey = try outsider.commit {
            $0.proposals = [.proposal(.remove(both[0]))]
            $0.removes = [both[0]]
            $0.encryptionKey = key
        }
        try outsider.isRefused(sameKey, .commit(.leaf(.keyInUse)))
    }

    @Test("[EXT-5] it refers to nothing but members that remove themselves")
    func references() throws {
        var outsider = try Outsider { $0.leaf.capabilities.proposals = [.selfRemove] }
        let remove = try outsider.members[2].proposes(.remove(LeafIndex(0)))
        try outsider.isHeard(remove.message)
        let referring = try outsider.commit {
            $0.proposals = [.reference(remove.reference)]
            $0.removes = [LeafIndex(0)]
        }
        try outsider.isRefused(referring, .commit(.proposals(.referenceFromOutside)))
        let leaving = try outsider.members[2].proposes(.selfRemove)
        let unknown = try outsider.commit {
            $0.proposals = [.reference(leaving.reference)]
            $0.removes = [LeafIndex(2)]
        }
        try outsider.isRefused(unknown, .commit(.unknownProposal(leaving.reference)))
        try outsider.isHeard(leaving.message)
        let message = try outsider.commit {
            $0.proposals = [.reference(leaving.reference)]
            $0.removes = [LeafIndex(2)]
        }
        try outsider.isHeard(message)
    }

    @Test("[EXT-7] it has a path")
    func noPath() throws {
        var outsider = try Outsider()
        try outsider.isRefused(
            try outsider.commit { $0.hasPath = false }, .message(.notForSender))
    }

    @Test("[EXT-8] it is signed by the key of its leaf, and the leaf for the place it gets")
    func signatures() throws {
        var outsider = try Outsider()
        let other = try TestClient("other").signer
        try outsider.isRefused(
            try outsider.commit { $0.signer = other }, .message(.invalidSignature))
        try outsider.isRefused(
            try outsider.commit { $0.place = LeafIndex(4) }, .commit(.leaf(.invalidSignature)))
        for source in [LeafNodeSource.update, .keyPackage(outsider.client.lifetime)] {
            try outsider.isRefused(
                try outsider.commit { $0.source = source }, .commit(.leaf(.wrongSource)))
        }
        try outsider.isRefused(
            try outsider.commit { $0.source = .commit(parentHash: [1]) },
            .commit(.path(.parentHash)))
    }

    @Test("[EXT-9] its leaf is one that could be added")
    func leaves() throws {
        var outsider = try Outsider()
        // What it does not list: its suite, an extension of its own, one of the group.
        let lacking: [(inout Capabilities) -> Void] = [
            { $0.cipherSuites = [] }, { $0.extensions.removeFirst() },
            { $0.extensions.removeLast() },
        ]
        for change in lacking {
            try outsider.isRefused(
                try outsider.commit { change(&$0.leaf.capabilities) },
                .commit(.leaf(.capabilities)))
        }
        try outsider.isRefused(
            try outsider.commit { $0.leaf.capabilities.credentials = [] },
            .commit(.leaf(.capabilities)))
        try outsider.isRefused(
            try outsider.commit { $0.leaf.credential = .basic(identity: [1]) },
            .commit(.leaf(.application(reason: 1))))
        try outsider.isRefused(
            try outsider.commit { $0.encryptionKey = Array(repeating: 0, count: 32) },
            .commit(.leaf(.invalidKey)))
        try outsider.isRefused(
            try outsider.commit {
                $0.leaf.extensions[ExtensionType(rawValue: 0xF050)] = Array(
                    repeating: 1, count: MLSLimits.leafBytesMax)
            }, .commit(.leaf(.tooLong)))
        let taken = try #require(outsider.members[0].group.leafNode(at: LeafIndex(2)))
        try outsider.isRefused(
            try outsider.commit { $0.encryptionKey = taken.encryptionKey },
            .commit(.leaf(.keyInUse)))
        outsider.client = outsider.members[0].client
        try outsider.isRefused(try outsider.commit(), .commit(.leaf(.keyInUse)))
    }

    @Test("[EXT-9] its path is sealed to the members, in the epoch that it is said in")
    func paths() throws {
        var outsider = try Outsider()
        try outsider.isRefused(
            try outsider.commit { $0.context = [1] }, .commit(.path(.notDecryptable)))
        try outsider.isRefused(try outsider.commit { $0.epoch = 0 }, .epochTooOld(0))
        try outsider.isRefused(try outsider.commit { $0.epoch = 2 }, .epochInFuture(2))
    }

    @Test("[EXT-8] each flipped byte of it is refused and leaves nothing behind")
    func flippedBytes() throws {
        var outsider = try Outsider()
        let message = try outsider.commit()
        let before = outsider.members[Outsider.victim].records
        for index in message.indices {
            var damaged = message
            damaged[index] ^= 1 << (index % 8)
            #expect(throws: (any Error).self) {
                try outsider.members[Outsider.victim].hears(damaged)
            }
        }
        #expect(outsider.members[Outsider.victim].records == before)
        try outsider.isHeard(message)
    }
}
