// Databases of every version before, and what becomes of them.

import Foundation
import GRDB
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelaySQLite

@Suite("Migrations")
struct MigrationTests {
    private var entropy = Entropy.system()
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/relay.db" }

    init() throws { folder = try TemporaryFolder() }

    @Test("[OPS-6] a database of each version before opens as this one, with what it held")
    mutating func olderVersions() throws {
        for version in 1..<RelaySchema.steps.count + 1 {
            let file = path + "-\(version)"
            let incarnation = Incarnation.random(using: &entropy)
            let mailbox = MailboxID.random(using: &entropy)
            try make(file, of: version, incarnation, mailbox)
            let store = try SQLiteRelayStore(path: file, fresh: .random(using: &entropy))
            #expect(store.incarnation == incarnation)
            let found = try store.find([.mailbox(mailbox), .entries(mailbox, after: 0, max: 10)])
            let entry = Delivery(sequence: 3, sealed: [1, 2, 3])
            #expect(found.last == .entries(mailbox, after: 0, max: 10, [entry]))
            guard case .mailbox(_, let row?) = found.first else {
                Issue.record("version \(version) lost its mailbox")
                continue
            }
            #expect((row.acked, row.newest, row.entries, row.bytes) == (2, 3, 1, 3))
            #expect(row.isOpen && row.denied == 0)
            if version == 1 { try expectLane(of: mailbox, in: store) }
        }
    }

    @Test(
        "[OPS-6] [LANE-5] a post that an older relay accepted is known with its head and statuses")
    mutating func olderPosts() throws {
        let key = try SignaturePrivateKey.random(using: &entropy)
        let incarnation = Incarnation.random(using: &entropy)
        let heads = (0..<600).map { number in
            LaneHead(
                lane: .random(using: &entropy), incarnation: incarnation, number: number,
                hash: .random(using: &entropy))
        }
        for count in [1, 2, 3, 5, 9, 33, 65, 129, 257, 600] {
            let file = path + "-\(count)"
            try make(file, of: 1, incarnation, .random(using: &entropy))
            let signed = try HeadBatch.sign(
                Array(heads.prefix(count)), incarnation: incarnation,
                at: Timestamp(milliseconds: 5), with: key)
            let head = try #require(signed.first)
            let statuses: [RecipientStatus] = Array(repeating: .full, count: count)
            let id = PostID.random(using: &entropy)
            let hash = PostBodyHash.random(using: &entropy)
            let answer = Accepted(head: head, statuses: statuses).wireBytes
            let queue = try DatabaseQueue(path: file)
            try queue.writeWithoutTransaction { database in
                try database.execute(
                    sql: "INSERT INTO posts (id, body_hash, answer, time) VALUES (?, ?, ?, 9)",
                    arguments: [Data(id.bytes), Data(hash.bytes), Data(answer)])
            }
            try queue.close()
            let store = try SQLiteRelayStore(path: file, fresh: .random(using: &entropy))
            let row = PostRow(
                bodyHash: hash, head: head.claim, statuses: statuses,
                time: Timestamp(milliseconds: 9))
            #expect(try store.find([.post(id)]) == [.post(id, row)])
        }
    }

    @Test("[OPS-6] a step that fails leaves the database in the version that it had")
    mutating func failingStep() throws {
        let incarnation = Incarnation.random(using: &entropy)
        try make(path, of: 1, incarnation, .random(using: &entropy))
        let queue = try DatabaseQueue(path: path)
        let steps = [RelaySchema.steps[0], "CREATE TABLE more (id); CREATE TABLE more (id);"]
        let fresh = Incarnation.random(using: &entropy)
        #expect(throws: DatabaseError.self) {
            try queue.writeWithoutTransaction { database in
                _ = try RelaySchema.open(database, fresh: fresh, pagesMax: nil, steps: steps)
            }
        }
        let found = try queue.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT version FROM store"),
                try database.tableExists("more")
            )
        }
        #expect(found == (1, false))
    }

    /// The lane of the first version is where it was, was used today, and knows its epochs.
    private func expectLane(of mailbox: MailboxID, in store: SQLiteRelayStore) throws {
        let lane = LaneID(made: mailbox.bytes + mailbox.bytes)
        let hash = LaneTokenHash(made: lane.bytes)
        let found = try store.find([.lane(lane), .epoch(lane, hash)])
        guard case .lane(_, let row?) = found.first, case .epoch(_, _, let epoch?) = found.last
        else {
            Issue.record("version 1 lost its lane")
            return
        }
        #expect((row.epoch, row.number, row.began) == (4, 9, 4))
        let today = UInt64(Date().timeIntervalSince1970) / 86_400
        #expect(row.day == today || row.day + 1 == today)
        #expect((epoch.depth, epoch.ended) == (3, 4))
    }

    /// A database as the relay of an earlier version left it, written in its own words.
    private func make(
        _ file: String, of version: Int, _ incarnation: Incarnation, _ mailbox: MailboxID
    ) throws {
        let queue = try DatabaseQueue(path: file)
        try queue.writeWithoutTransaction { database in
            let steps = Array(RelaySchema.steps.prefix(version))
            _ = try RelaySchema.open(database, fresh: incarnation, pagesMax: nil, steps: steps)
            let id = Data(mailbox.bytes)
            let key = Data(repeating: 7, count: 32)
            try database.execute(
                sql: """
                    INSERT INTO mailboxes (id, mailbox_key, sealing_key, token_generation, acked,
                      newest, entries, bytes) VALUES (?, ?, ?, 1, 2, 3, 1, 3)
                    """, arguments: [id, key, key])
            try database.execute(
                sql: """
                    INSERT INTO entries (place, mailbox, sequence, day, sealed)
                    VALUES (5, ?, 3, 20000, ?)
                    """, arguments: [id, Data([1, 2, 3])])
            guard version == 1 else { return }
            try database.execute(
                sql: "INSERT INTO lanes VALUES (?, 4, ?, 9, ?)", arguments: [id + id, key, key])
            try database.execute(
                sql: "INSERT INTO lane_epochs VALUES (?, 3, ?)", arguments: [id + id, id + id])
        }
        try queue.close()
    }
}
