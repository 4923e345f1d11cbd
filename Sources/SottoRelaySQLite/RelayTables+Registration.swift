// Invitations as rows: hashes of codes, what is left of each, and until when.

import GRDB
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayTables {
    func invitation(_ hash: InvitationHash) throws -> InvitationRow? {
        try row("SELECT uses, expires FROM invitations WHERE hash = ?", [hash.data]).map { row in
            InvitationRow(
                uses: UInt32(clamping: row.number(0)),
                expires: Timestamp(milliseconds: row.number(1)))
        }
    }

    func put(_ hash: InvitationHash, _ row: InvitationRow?) throws {
        guard let row else {
            return try run("DELETE FROM invitations WHERE hash = ?", [hash.data])
        }
        try run(
            "INSERT OR REPLACE INTO invitations (hash, uses, expires) VALUES (?, ?, ?)",
            [hash.data, UInt64(row.uses).stored, row.expires.milliseconds.stored])
    }
}
