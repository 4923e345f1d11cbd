// Lanes and their epochs, as rows.

import Foundation
import GRDB
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayTables {
    func lane(_ id: LaneID) throws -> LaneRow? {
        let found = try row(
            """
            SELECT epoch, token_hash, number, head, day, began, alternatives_since,
              alternatives_count
            FROM lanes WHERE id = ?
            """, [id.data])
        guard let row = found else { return nil }
        var lane = LaneRow(
            epoch: row.number(0), tokenHash: try row.name(1), number: row.number(2),
            head: try row.name(3), day: row.number(4), began: row.number(5))
        lane.alternatives = row.window(6)
        return lane
    }

    /// Puts a lane; its day stays in the index as it is where it did not change.
    func put(_ id: LaneID, _ row: LaneRow) throws {
        let statement = try bound(
            """
            INSERT INTO lanes (
              id, epoch, token_hash, number, head, day, began, alternatives_since,
              alternatives_count)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch,
              token_hash = excluded.token_hash, number = excluded.number,
              head = excluded.head, day = excluded.day, began = excluded.began,
              alternatives_since = excluded.alternatives_since,
              alternatives_count = excluded.alternatives_count
            """)
        statement.bind(1, id)
        statement.bind(2, row.epoch)
        statement.bind(3, row.tokenHash)
        statement.bind(4, row.number)
        statement.bind(5, row.head)
        statement.bind(6, row.day)
        statement.bind(7, row.began)
        statement.bind(8, row.alternatives.since.milliseconds)
        statement.bind(9, Int64(row.alternatives.count))
        try statement.run()
    }

    func epoch(_ id: LaneID, _ hash: LaneTokenHash) throws -> EpochRow? {
        let found = try row(
            """
            SELECT began, depth, ended, time FROM epochs
            WHERE lane = ? AND token_hash = ? ORDER BY began DESC LIMIT 1
            """, [id.data, hash.data])
        guard let row = found else { return nil }
        return EpochRow(
            began: row.number(0), depth: row.number(1), tokenHash: hash, ended: row.number(2),
            time: Timestamp(milliseconds: row.number(3)))
    }

    func put(_ id: LaneID, _ row: EpochRow) throws {
        try run(
            "INSERT OR REPLACE INTO epochs VALUES (?, ?, ?, ?, ?, ?)",
            [
                id.data, row.began.stored, row.depth.stored, row.tokenHash.data,
                row.ended.stored, row.time.milliseconds.stored,
            ])
    }

    func prune(_ id: LaneID, _ pruning: EpochPruning) throws {
        try run(
            """
            DELETE FROM epochs WHERE lane = ?
              AND (ended > 0 AND depth < ? OR ended = 0 AND time < ?)
            """,
            [
                id.data, pruning.endedBelow.stored, pruning.openBefore.milliseconds.stored,
            ])
        guard database.changesCount > 0 else { return }
        try run(
            """
            DELETE FROM commits WHERE lane = ?1
              AND number <= (SELECT min(began) FROM epochs WHERE lane = ?1)
            """, [id.data])
    }

    func remove(_ id: LaneID) throws {
        for table in ["epochs", "links", "commits"] {
            try run("DELETE FROM \(table) WHERE lane = ?", [id.data])
        }
        try run("DELETE FROM lanes WHERE id = ?", [id.data])
    }

    /// Lanes to which nobody posted since before a day.
    func idleLanes(before day: UInt64, max: Int) throws -> [LaneID] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT id FROM lanes WHERE day < ? ORDER BY day LIMIT ?"),
            arguments: [day.stored, max])
        var found: [LaneID] = []
        while let row = try rows.next() { found.append(try row.name(0)) }
        return found
    }
}
