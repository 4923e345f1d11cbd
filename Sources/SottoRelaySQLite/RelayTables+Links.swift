// The links of lanes and the commits that are kept, as rows.

import Foundation
import GRDB
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayTables {
    func put(_ id: LaneID, _ row: LinkRow) throws {
        let statement = try bound("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?)")
        statement.bind(1, id)
        statement.bind(2, row.number)
        statement.bind(3, Int64(row.kind.rawValue))
        if row.kind == .commit { statement.bind(4, row.nextTokenHash) }
        statement.bind(5, row.previous)
        statement.bind(6, row.envelopeHash)
        statement.bind(7, row.day)
        defer { statement.bindNothing(4) }
        try statement.run()
    }

    func put(_ id: LaneID, _ commit: KeptCommit) throws {
        try run(
            "INSERT INTO commits VALUES (?, ?, ?)",
            [id.data, commit.number.stored, Data(commit.sealed)])
    }

    func links(_ id: LaneID, from: UInt64, max: Int) throws -> [LinkRow] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT number, kind, next_token, previous, envelope_hash, day FROM links
                    WHERE lane = ? AND number >= ? ORDER BY number LIMIT ?
                    """), arguments: [id.data, from.stored, max])
        var found: [LinkRow] = []
        while let row = try rows.next() {
            let kind = try PostKind(wireBytes: [UInt8(clamping: row.number(1))])
            found.append(
                LinkRow(
                    number: row.number(0), kind: kind,
                    nextTokenHash: kind == .commit ? try row.name(2) : .zero,
                    previous: try row.name(3), envelopeHash: try row.name(4),
                    day: row.number(5)))
        }
        return found
    }

    func keptCommits(_ id: LaneID, from: UInt64, max: Int) throws -> [KeptCommit] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT number, sealed FROM commits
                    WHERE lane = ? AND number >= ? ORDER BY number LIMIT ?
                    """), arguments: [id.data, from.stored, max])
        var found: [KeptCommit] = []
        var bytes = 0
        while bytes < RelayCoreLimits.fetchBytesMax, let row = try rows.next() {
            let commit = KeptCommit(number: row.number(0), sealed: try row.bytes(1))
            found.append(commit)
            bytes += commit.sealed.count
        }
        return found
    }

    func removeLinks(_ id: LaneID, below: UInt64) throws {
        for table in ["links", "commits"] {
            try run(
                "DELETE FROM \(table) WHERE lane = ? AND number < ?", [id.data, below.stored])
        }
    }

    /// The next lanes that have links, with the number of the first that is not too old: one
    /// above their last if all are.
    func linkAges(after lane: LaneID?, before day: UInt64, max: Int) throws -> [LinkAge] {
        var found: [LinkAge] = []
        var last = lane?.data ?? Data()
        while found.count < max, let first = try firstLink(after: last) {
            let id: LaneID = try first.name(0)
            let isOld = first.number(2) < day
            found.append(
                LinkAge(
                    lane: id, oldest: first.number(1),
                    kept: isOld ? try firstKept(of: id, before: day) : first.number(1)))
            last = id.data
        }
        return found
    }

    private func firstLink(after lane: Data) throws -> Row? {
        try row(
            "SELECT lane, number, day FROM links WHERE lane > ? ORDER BY lane, number LIMIT 1",
            [lane])
    }

    private func firstKept(of lane: LaneID, before day: UInt64) throws -> UInt64 {
        let found = try row(
            """
            SELECT coalesce(
              (SELECT number FROM links WHERE lane = ?1 AND day >= ?2 ORDER BY number LIMIT 1),
              (SELECT max(number) + 1 FROM links WHERE lane = ?1))
            """, [lane.data, day.stored])
        return found?.number(0) ?? 0
    }
}
