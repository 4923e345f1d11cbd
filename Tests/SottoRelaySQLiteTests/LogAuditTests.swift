// The audit of a relay's log: what is right passes, and each kind of wrong is named.

import Foundation
import GRDB
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelaySQLite

@Suite struct LogAuditTests {
    let folder: TemporaryFolder
    var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 8, count: 32)))
    let lane: LaneID

    /// A relay that has taken five posts of one lane, a commit among them.
    init() throws {
        folder = try TemporaryFolder()
        lane = .random(using: &entropy)
        let home = try RelayHome.open(folder: folder.path, using: &entropy)
        var token = LaneToken.random(using: &entropy)
        let recipient = try Self.register(home, &entropy)
        var engine = try RelayEngine(
            privateKey: home.privateKey, secrets: home.secrets, quotas: RelayQuotas(),
            store: home.store, now: Self.now, entropy: Entropy(seed: entropy.secret(32)))
        for index in 0..<5 {
            let next = LaneToken.random(using: &entropy)
            let isCommit = index.isMultiple(of: 3)
            let part = CommitPart(
                index == 0 ? .opensLane : .follows, nextTokenHash: next.hash, welcomes: [])
            let post = Post(
                id: .random(using: &entropy), lane: lane, laneToken: token,
                commit: isCommit ? part : nil, envelope: [UInt8(index)],
                recipients: [recipient])
            let operation = RelayOperation(
                connection: ConnectionID(2), body: .request(id: 1, .post(post)))
            _ = engine.run([operation], now: Self.now)
            if isCommit { token = next }
        }
    }

    private static let now = Timestamp(milliseconds: 1_790_000_000_000)

    private static func register(
        _ home: RelayHome, _ entropy: inout Entropy
    ) throws -> Recipient {
        let mailbox = MailboxID.random(using: &entropy)
        let sealing = try X25519.PrivateKey.random(using: &entropy)
        let row = MailboxRow(
            mailboxKey: .random(using: &entropy), sealingKey: try SealingKey(sealing.publicKey))
        try home.store.write([.mailbox(mailbox, row)])
        let secret = DeliverySecret(masterKey: home.secrets.master, mailbox: mailbox, generation: 1)
        return Recipient(mailbox: mailbox, token: secret.mint(using: &entropy))
    }

    private func change(_ sql: String) throws {
        let queue = try DatabaseQueue(path: folder.path + "/relay.db")
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    private func faults() throws -> [LogAudit.Fault] {
        try LogAudit(folder: folder.path).faults
    }

    @Test("[LINK-5] a log that nobody changed agrees with itself")
    func agrees() throws {
        let audit = try LogAudit(folder: folder.path)
        #expect(audit.lanes == 1 && audit.links == 5 && audit.answers == 5)
        #expect(audit.faults.isEmpty && audit.faultCount == 0)
    }

    @Test("[LINK-5] a changed, a missing and a last link are named, and another head of the lane")
    func changes() throws {
        try change("UPDATE links SET envelope_hash = zeroblob(32) WHERE number = 2")
        #expect(try faults() == [.brokenChain(lane, number: 3)])
        try change("DELETE FROM links WHERE number = 2")
        #expect(try faults() == [.missingLink(lane, number: 3)])
        try change("DELETE FROM links WHERE number < 3")
        #expect(try faults().isEmpty)
        try change("UPDATE links SET kind = 2, next_token = zeroblob(32) WHERE number = 5")
        #expect(try faults() == [.otherHead(lane, number: 5)])
        try change("UPDATE lanes SET head = zeroblob(32)")
        #expect(
            try faults() == [.otherHead(lane, number: 5), .answeredOtherwise(lane, number: 5)])
    }

    @Test("[LINK-5] an answer that does not decode, and a head that is not the chain's, are named")
    func answers() throws {
        try change("UPDATE posts SET answer = zeroblob(3) WHERE arrival = 1")
        #expect(try faults() == [.undecodable])
        try change("DELETE FROM posts WHERE arrival < 5")
        #expect(try faults().isEmpty)
        try change("UPDATE posts SET answer = CAST(substr(answer, 1, 56) || zeroblob(33) AS BLOB)")
        #expect(try faults() == [.answeredOtherwise(lane, number: 5)])
    }
}
