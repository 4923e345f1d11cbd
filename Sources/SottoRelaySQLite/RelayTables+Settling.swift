// Entries that stay move from where they came in to where they lie by mailbox [SEAL-3].

import Foundation
import GRDB
import SottoRelayProtocol
import SottoWire

extension RelayTables {
    /// The last place among the entries that came in; 0 if there is none.
    func lastArrival() throws -> Int64 {
        let statement = try bound("SELECT coalesce(max(place), 0) FROM arrivals")
        defer { statement.reset() }
        return try statement.next() ? Int64(clamping: statement.number(0)) : 0
    }

    /// Moves the first entries that came in, none behind `last`.
    ///
    /// - Returns: Whether there were as many as `max`, so that there may be more.
    func settle(through last: Int64, max: Int) throws -> Bool {
        let arrivals = try arrivals(through: last, max: max)
        // Neighbours in the table they go to are written together.
        for arrival in arrivals.sorted(by: { $0.place < $1.place }) { try settle(arrival) }
        return arrivals.count == max
    }

    private struct Arrival {
        let came: Int64
        let place: Int64
    }

    private func arrivals(through last: Int64, max: Int) throws -> [Arrival] {
        let statement = try bound(
            """
            SELECT place, mailbox, sequence, day FROM arrivals
            WHERE place <= ? ORDER BY place LIMIT ?
            """)
        statement.bind(1, last)
        statement.bind(2, Int64(max))
        defer { statement.reset() }
        var found: [Arrival] = []
        while try statement.next() {
            let place = Self.place(
                day: statement.number(3), mailbox: statement.bytes(1),
                sequence: statement.number(2))
            found.append(Arrival(came: Int64(clamping: statement.number(0)), place: place))
        }
        return found
    }

    /// By day, then by mailbox, then by number. Two mailboxes may share a place, though among a
    /// million of them hardly ever.
    private static func place(day: UInt64, mailbox: [UInt8], sequence: UInt64) -> Int64 {
        let box = mailbox.prefix(4).reduce(0) { $0 << 8 | Int64($1) } >> 1
        return Int64(min(day, daysMax)) << placeBits | box << sequenceBits
            | Int64(sequence & (1 << sequenceBits - 1))
    }

    private func settle(_ arrival: Arrival) throws {
        let insertion = try bound(
            """
            INSERT INTO entries (place, mailbox, sequence, day, sealed)
            SELECT ?, mailbox, sequence, day, sealed FROM arrivals WHERE place = ?
            """)
        insertion.bind(2, arrival.came)
        var place = arrival.place
        for isLastTry in [false, true] {
            insertion.bind(1, place)
            do {
                try insertion.run()
                break
            } catch let error as DatabaseError
                where error.extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY && !isLastTry
            {
                // Anywhere in that day.
                let day = place >> Self.placeBits
                place = day << Self.placeBits | Int64.random(in: 0..<1 << Self.placeBits)
            }
        }
        let removal = try bound("DELETE FROM arrivals WHERE place = ?")
        removal.bind(1, arrival.came)
        try removal.run()
    }

    /// The bits of a place that are the mailbox's and the number's; those above are the day's.
    private static let placeBits: Int64 = 47
    private static let sequenceBits: Int64 = 16
    /// The last day that has places of its own, some time in the year 2149.
    private static let daysMax: UInt64 = 65_535
}
