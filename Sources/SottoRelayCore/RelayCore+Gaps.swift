// What a full mailbox keeps of the entries that it had no room for (spec/relay.md section 3).

import SottoCrypto
import SottoRelayProtocol
import SottoWire

extension RelayCore {
    /// The gap marks of a mailbox.
    mutating func gaps(of id: MailboxID, _ row: MailboxRow) throws(Pending) -> [GapRow] {
        guard row.gaps > 0 else { return [] }
        return try self.row(rows.gaps.find(id), .gaps(id)) ?? []
    }

    /// Puts a mark into a full mailbox, unless it has one for this lane or too many [MBX-9].
    mutating func mark(
        _ id: MailboxID, _ row: MailboxRow, missing number: UInt64, of lane: LaneID,
        _ now: Timestamp, _ entropy: inout Entropy
    ) -> RelayBatch.Target? {
        var row = row
        var marks = row.gaps > 0 ? rows.gaps[id] ?? [] : []
        let name = deliverySecret(of: id, row).gapName(of: lane)
        let reserved = RelayLimits.entryOverheadMax
        guard !marks.contains(where: { $0.name == name }),
            marks.count < RelayLimits.gapMarksMax,
            let key = try? sealer.key(
                for: id, sealingKey: row.sealingKey, now: now, using: &entropy)
        else { return nil }
        row.newest += 1
        row.entries += 1
        row.bytes += reserved
        marks.append(GapRow(name: name, sequence: row.newest))
        change(id, &row, marks)
        return RelayBatch.Target(
            mailbox: id, sequence: row.newest, key: key, bytesReserved: reserved,
            content: .gap(GapMark(lane: lane, number: number)))
    }

    /// Forgets the marks that left a mailbox with its entries up to a number.
    mutating func forgetGaps(
        of id: MailboxID, _ row: inout MailboxRow, through sequence: UInt64
    ) throws(Pending) {
        let marks = try gaps(of: id, row)
        let left = marks.filter { $0.sequence > sequence }
        guard left.count < marks.count else { return }
        row.gaps = left.count
        rows.gaps.change(id, to: left)
        batch.writes.append(.gaps(id, left))
    }

    private mutating func change(
        _ id: MailboxID, _ row: inout MailboxRow, _ marks: [GapRow]
    ) {
        row.gaps = marks.count
        rows.gaps.change(id, to: marks)
        batch.writes.append(.gaps(id, marks))
        change(id, to: row)
    }
}
