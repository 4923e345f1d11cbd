// Messages that are not what a member may say now (RFC 9420 sections 6 and 9).

import SottoCrypto
import SottoMLS
import SottoWire

struct MessageDefects: NegativeCases {
    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, &source)
        return try open(scene) + sealed(scene) + places(scene) + encodings(scene)
    }

    private func refused(
        _ name: String, _ failure: String, _ section: String, _ scene: NegativeScene,
        before: [[UInt8]] = [], good: [UInt8], bad: [UInt8]
    ) -> NegativeCase {
        NegativeCase(
            name: "message-" + name, operation: .process, section: section, failure: failure,
            shared: scene.joined(before: before), good: ["message": .hex(good)],
            bad: ["message": .hex(bad)])
    }

    private static let said = ContentBody.application([1, 2, 3])
    private static let proposed = ContentBody.proposal(.remove(LeafIndex(1)))

    private func open(_ scene: NegativeScene) throws -> [NegativeCase] {
        let insider = scene.insider
        let good = try insider.message(Self.proposed)
        let other = scene.bystanders[0]
        func said(
            _ name: String, _ failure: String, _ section: String,
            _ body: ContentBody = Self.proposed, _ change: (inout Insider.Saying) -> Void
        ) throws -> NegativeCase {
            refused(
                name, failure, section, scene, good: good,
                bad: try insider.message(body, change))
        }
        return [
            try said("signed-by-another", "message-signature", "6.1") {
                $0.signer = other.client.signer
            },
            try said("from-another", "message-signature", "6.1") {
                $0.sender = .member(other.group.ownLeaf)
            },
            try said("from-nobody", "unknown-sender", "6.1") { $0.sender = .member(LeafIndex(3)) },
            try said("of-another-context", "message-signature", "6.1") {
                $0.signedContext = $0.signedContext.with(treeHash: [1])
            },
            refused(
                "membership-tag-flipped", "membership-tag", "6.2", scene, good: good,
                bad: good.flipping(byteFromEnd: 5)),
            try said("application-data-in-the-open", "not-encrypted", "6.2", Self.said) { _ in },
            refused(
                "trailing-byte", "malformed", "6", scene, good: good, bad: good + [0]),
        ]
    }

    private func sealed(_ scene: NegativeScene) throws -> [NegativeCase] {
        func said(
            _ generation: UInt32, _ change: (inout Insider.Saying) -> Void = { _ in }
        ) throws -> [UInt8] {
            try scene.insider.message(Self.said) {
                $0.format = .privateMessage
                $0.generation = generation
                change(&$0)
            }
        }
        let good = try said(0)
        let senderData = try PrivateMessagePlaces(good).senderData
        return [
            refused(
                "ciphertext-flipped", "not-opened", "6.3.1", scene, good: good,
                bad: good.flipping(byteFromEnd: 60)),
            refused(
                "sender-data-flipped", "not-opened", "6.3.2", scene, good: good,
                bad: good.flipping(bit: 8 * senderData)),
            refused(
                "content-type-of-another", "not-opened", "6.3.1", scene, good: good,
                bad: try PrivateMessagePlaces(good).withContentType(2)),
            refused(
                "padding-not-zero", "malformed", "6.3.1", scene, good: good,
                bad: try said(0) { $0.padding = [0, 1] }),
            refused(
                "sealed-and-signed-by-another", "message-signature", "6.1", scene, good: good,
                bad: try said(0) { $0.signer = scene.bystanders[0].client.signer }),
            refused(
                "said-twice", "key-spent", "9.2", scene, before: [good], good: try said(1),
                bad: good),
            refused(
                "sealed-by-nobody", "unknown-sender", "6.3.2", scene, good: good,
                bad: try said(0) { $0.claimedLeaf = LeafIndex(3) }),
            refused(
                "too-far-ahead", "too-far-ahead", "9.2", scene, good: good,
                bad: try said(0) { $0.claimedGeneration = 0x0200_0000 }),
        ]
    }

    private func encodings(_ scene: NegativeScene) throws -> [NegativeCase] {
        let good = try scene.insider.message(Self.proposed)
        // Version and wire format, the group id with its length, the epoch, the sender, and the
        // length of the authenticated data, which is zero.
        let dataLength = 4 + 1 + scene.insider.context.groupID.bytes.count + 8 + 5
        func changed(
            _ name: String, _ section: String, _ change: (inout [UInt8]) -> Void
        ) -> NegativeCase {
            var bad = good
            change(&bad)
            return refused(name, "malformed", section, scene, good: good, bad: bad)
        }
        return [
            changed("version-unknown", "6") { $0[1] = 2 },
            changed("wire-format-unknown", "6") { $0[3] = 0x7f },
            changed("sender-type-unknown", "6") { $0[dataLength - 5] = 9 },
            changed("content-type-unknown", "6") { $0[dataLength + 1] = 9 },
            changed("length-not-minimal", "2.1.2") { $0.insert(0x40, at: dataLength) },
            changed("length-prefix-reserved", "2.1.2") { $0[dataLength] = 0xc0 },
            changed("truncated", "6") { $0.removeLast() },
        ]
    }

    private func places(_ scene: NegativeScene) throws -> [NegativeCase] {
        let insider = scene.insider
        let good = try insider.message(Self.proposed)
        return [
            refused(
                "of-another-group", "other-group", "6.1", scene, good: good,
                bad: try insider.message(Self.proposed) { $0.group = GroupID([9]) }),
            refused(
                "of-an-epoch-to-come", "other-epoch", "6.1", scene, good: good,
                bad: try insider.message(Self.proposed) { $0.epoch += 1 }),
            refused(
                "of-an-epoch-past", "other-epoch", "6.1", scene, good: good,
                bad: try insider.message(Self.proposed) { $0.epoch -= 1 }),
        ]
    }
}

/// Where the parts of a PrivateMessage begin.
private struct PrivateMessagePlaces {
    let senderData: Int
    private let contentType: Int
    private let message: [UInt8]

    init(_ message: [UInt8]) throws {
        self.message = message
        var reader = WireReader(message)
        _ = try reader.fixed(4)
        _ = try reader.opaque()
        _ = try reader.fixed(8)
        contentType = message.count - reader.remaining
        _ = try reader.uint8()
        _ = try reader.opaque()
        _ = try reader.varint()
        senderData = message.count - reader.remaining
    }

    func withContentType(_ type: UInt8) -> [UInt8] {
        var changed = message
        changed[contentType] = type
        return changed
    }
}
