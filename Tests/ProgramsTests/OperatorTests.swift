// The relay's program as who hosts it meets it: wrong use, full disks, backups, signals under load.

import Foundation
import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoWire
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct OperatorTests {
    private func run(_ arguments: String...) async throws -> Program.Outcome {
        try await Program("sotto-relay", arguments).outcome()
    }

    @Test("wrong use is 1 with a sentence, help and version are 0")
    func wrongUse() async throws {
        for wrong in [
            ["serve"], ["serve", "--data", "x", "--listen", "here"], ["bogus"], ["restored"],
            ["serve", "--data", ""], ["serve", "--data", "x", "--client-bytes", "0"],
            ["serve", "--data", "x", "--mailbox-entries", "0"], ["inspect", "--port", "1"],
            ["check-config", "--config", "/nowhere"], ["check-config", "--mailbox-days", "x"],
        ] {
            let outcome = try await Program("sotto-relay", wrong).outcome()
            #expect(outcome.status == 1 && !outcome.wasKilled, "\(wrong)")
            let isSaid = ["Error: ", "sotto-relay: "].contains { outcome.errors.hasPrefix($0) }
            #expect(isSaid && outcome.output.isEmpty, "\(wrong)")
        }
        for right in [
            ["help"], ["serve", "--help"], ["version"], ["--version"], ["print-config"],
            ["check-config"],
        ] {
            let outcome = try await Program("sotto-relay", right).outcome()
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(right)")
            #expect(!outcome.output.isEmpty)
        }
    }

    @Test("an address that cannot be had is 3 and named, and leaves the folder usable")
    func address() async throws {
        let relay = try await RelayFixture()
        let folder = try TemporaryFolder()
        let reasons = [
            "127.0.0.1:\(relay.port)": "another program listens there",
            "192.0.2.1:80": "this machine does not have that address",
        ]
        for (host, reason) in reasons {
            let outcome = try await run("serve", "--data", folder.path + "/d", "--listen", host)
            #expect(outcome.status == 3 && !outcome.wasKilled, "\(outcome.errors)")
            #expect(outcome.errors.contains("\(host): \(reason)") && outcome.output.isEmpty)
        }
        #expect(try await run("inspect", "--data", folder.path + "/d").status == 0)
    }

    @Test("[OPS-3] a folder that is another's, in use, newer or damaged is 7 with a sentence")
    func folders() async throws {
        let relay = try await RelayFixture()
        func refusal(_ folder: String) async throws -> String {
            let outcome = try await run("serve", "--data", folder, "--listen", "127.0.0.1:0")
            #expect(outcome.status == 7 && outcome.output.isEmpty, "\(outcome.errors)")
            #expect(outcome.errors.contains(folder))
            return outcome.errors
        }
        #expect(try await refusal(relay.dataFolder).contains("in use"))
        let restored = try await run("restored", "--data", relay.dataFolder)
        #expect(restored.status == 7 && restored.errors.contains("in use"))
        await relay.stop()

        let other = try TemporaryFolder()
        try Data("x".utf8).write(to: other.url("letter.txt"))
        #expect(try await refusal(other.path).contains("other files"))
        #expect(try await refusal(other.path + "/letter.txt").contains("Not a directory"))
        #expect(try await refusal(other.path + "/letter.txt/in").contains("Not a directory"))
        #if os(Linux)
            #expect(try await refusal("/proc/none/x").contains("No such file or directory"))
        #endif
        for command in ["inspect", "restored"] {
            let outcome = try await run(command, "--data", other.path)
            #expect(outcome.status == 7 && outcome.errors.contains(other.path))
        }

        let key = URL(fileURLWithPath: relay.dataFolder + "-keys/relay-key")
        let bytes = try Data(contentsOf: key)
        try bytes.dropLast().write(to: key)
        #expect(try await refusal(relay.dataFolder).contains("relay-key"))
        try bytes.write(to: key)
        let database = URL(fileURLWithPath: relay.dataFolder + "/relay.db")
        var content = try Data(contentsOf: database)
        content.replaceSubrange(0..<100, with: Data(repeating: 7, count: 100))
        try content.write(to: database)
        #expect(try await refusal(relay.dataFolder).contains("cannot be used"))
    }

    @Test("[LINK-5] verify-log passes what a relay wrote while it runs, and refuses what is none")
    func log() async throws {
        let relay = try await RelayFixture()
        let address = try RelayAddress(relay)
        var lane = try await SoloLane(at: address)
        let connection = try await address.connect()
        for _ in 0..<3 { _ = try await connection.post(lane.next(bytes: 100)) }
        let good = try await run("verify-log", "--data", relay.dataFolder)
        #expect(good.status == 0 && good.output.contains("1 lanes, 4 links, 4 answers"))
        await relay.stop()
        let none = try await run("verify-log", "--data", relay.dataFolder + "/none")
        #expect(none.status == 7 && none.output.isEmpty)
    }

    @Test("[OPS-5] a log that may not grow is folded, and posts go on")
    func fullLog() async throws {
        // No file may have more than 2 MiB; the log alone would be full after some 60 posts.
        let relay = try await RelayFixture([], fileBlocksMax: 4_096)
        let connection = try await RelayAddress(relay).connect()
        var lane = try await SoloLane(at: RelayAddress(relay))
        for _ in 0..<120 { _ = try await connection.post(lane.next(bytes: 8_000)) }
        #expect(await relay.stop()?.status == 0)
    }

    @Test("[OPS-4] a copied folder that is put back and marked is served with other heads")
    func restored() async throws {
        let relay = try await RelayFixture()
        let address = try RelayAddress(relay)
        var lane = try await SoloLane(at: address)
        _ = try await address.connect().post(lane.next(bytes: 10))
        await relay.stop()
        let copy = relay.folder.path + "/copy"
        try FileManager.default.copyItem(atPath: relay.dataFolder, toPath: copy)

        try await relay.start()
        let lost = try await RelayAddress(relay).connect().post(lane.next(bytes: 10)).head.claim
        await relay.stop()
        try FileManager.default.removeItem(atPath: relay.dataFolder)
        try FileManager.default.moveItem(atPath: copy, toPath: relay.dataFolder)
        let marked = try await run("restored", "--data", relay.dataFolder)
        #expect(marked.status == 0 && marked.output.contains("marked as restored"))

        try await relay.start()
        let after = try await RelayAddress(relay).connect().post(lane.next(bytes: 10)).head.claim
        #expect(after.number == lost.number && after.incarnation != lost.incarnation)
        await relay.stop()
    }

    @Test("[OPS-2] SIGTERM under load ends with 0, and what was accepted is there afterwards")
    func terminatedUnderLoad() async throws {
        let relay = try await RelayFixture()
        let lane = try await SoloLane(at: RelayAddress(relay))
        let address = try RelayAddress(relay)
        let posting = Task {
            var lane = lane
            var accepted: UInt64 = 0
            let connection = try await address.connect()
            while let answer = try? await connection.post(lane.next(bytes: 500)) {
                accepted = answer.head.claim.number
            }
            return (accepted, lane)
        }
        try await Task.sleep(for: .milliseconds(500))
        let outcome = try #require(await relay.stop())
        #expect(outcome.status == 0 && !outcome.wasKilled, "\(outcome.errors)")
        let (accepted, left) = try await posting.value
        #expect(accepted > 1)
        try await relay.start()
        var after = left
        let next = try await RelayAddress(relay).connect().post(after.next(bytes: 10))
        #expect(next.head.claim.number >= accepted + 1)
        #expect(next.head.claim.number <= accepted + 2)
        await relay.stop()
    }
}

/// A lane whose one member posts to a mailbox of its own.
private struct SoloLane: Sendable {
    private let id: LaneID
    private let token: LaneToken
    private let recipient: Recipient
    private var entropy = Entropy.system()

    init(at relay: RelayAddress) async throws {
        let key = try SignaturePrivateKey.random(using: &entropy)
        let sealing = try X25519.PrivateKey.random(using: &entropy)
        let mailbox = MailboxID.random(using: &entropy)
        let owner = try await relay.connect()
        _ = try await owner.register(
            mailbox, mailboxKey: key, sealingKey: SealingKey(sealing.publicKey))
        recipient = Recipient(mailbox: mailbox, token: try await owner.mint(1)[0])
        id = .random(using: &entropy)
        token = .random(using: &entropy)
        let opening = Post(
            id: .random(using: &entropy), lane: id, laneToken: token,
            commit: CommitPart(.opensLane, nextTokenHash: token.hash, welcomes: []),
            envelope: [1], recipients: [recipient])
        _ = try await relay.connect().post(opening)
    }

    mutating func next(bytes: Int) -> Post {
        Post(
            id: .random(using: &entropy), lane: id, laneToken: token,
            envelope: entropy.bytes(bytes), recipients: [recipient])
    }
}
