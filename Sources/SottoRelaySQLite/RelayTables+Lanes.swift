// Lanes and their epochs, as rows.

import Foundation
import GRDB
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayTables {
    func lane(_ id: LaneID) throws -> LaneRow? {
        let found = try row(
            "SELECT epoch, token_hash, number, head, day FROM lanes WHERE id = ?", [id.data])
        guard let row = found else { return nil }
        return LaneRow(
            epoch: row.number(0), tokenHash: try row.name(1), number: row.number(2),
            head: try row.name(3), day: row.number(4))
    }

    /// Puts a lane; its day stays in the index as it is where it did not change.
    func put(_ id: LaneID, _ row: LaneRow) throws {
        try run(
            """
            INSERT INTO lanes (id, epoch, token_hash, number, head, day)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch,
              token_hash = excluded.token_hash, number = excluded.number,
              head = excluded.head, day = excluded.day
            """,
            [
                id.data, row.epoch.stored, row.tokenHash.data, row.number.stored,
                row.head.data, row.day.stored,
            ])
    }

    func epoch(_ id: LaneID, _ hash: LaneTokenHash) throws -> UInt64? {
        let found = try row(
            "SELECT max(epoch) FROM lane_epochs WHERE lane = ? AND token_hash = ?",
            [id.data, hash.data])
        guard let row = found, !row.hasNull(atIndex: 0) else { return nil }
        return row.number(0)
    }

    func remove(_ id: LaneID) throws {
        try run("DELETE FROM lane_epochs WHERE lane = ?", [id.data])
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
