// A group that an earlier build stored: whoever upgrades finds it again.

import SottoCrypto
import SottoMLS
import Testing

/// The records of a member as a build with this version of them wrote them, and what that member
/// knew. They stay as they are; a new version of records gets a file of its own beside them.
struct FrozenGroup {
    let signerSeed: String
    let records: [(key: GroupRecordKey, bytes: String)]
    /// Its epoch authenticator.
    let authenticator: String
    /// What another member said in the epoch before, which the member has not read.
    let late: String
    /// What another member said in this epoch.
    let unread: String
}

struct FrozenRecordTests {
    @Test("[MLS-61] records of version 2 are taken up: secrets, late messages, our pending commit")
    func version2() throws {
        let frozen = FrozenGroup.version2
        var records: [GroupRecordKey: Secret] = [:]
        for record in frozen.records { records[record.key] = Secret(copying: bytes(record.bytes)) }
        let signer = try SignaturePrivateKey(seed: Secret(copying: bytes(frozen.signerSeed)))
        var group = try Group(
            epoch: try #require(records[.epoch]), pending: records[.pendingCommit],
            proposals: records[.proposals], signer: signer)
        for (key, record) in records where key.epochNumber != nil {
            try group.load(key, record)
        }
        let authenticator = group.epochAuthenticator.withBytes { Array($0) }
        #expect(authenticator == bytes(frozen.authenticator))
        for (key, record) in records {
            // Of an epoch that has ended, keys that are not needed are given up when it is loaded.
            let givesUp =
                switch key {
                case .secretTree(let epoch), .ratchet(let epoch, _): epoch != group.epoch
                default: false
                }
            #expect(givesUp || group.encoded(key) == record)
        }

        #expect(try said(frozen.late, to: &group) == "in the epoch before")
        #expect(try said(frozen.unread, to: &group) == "in this epoch")
        let pending = try #require(group.pendingCommit).epoch
        _ = try group.mergePendingCommit(now: TestClient.now)
        #expect(group.epoch == pending)
    }

    private func said(_ message: String, to group: inout Group) throws -> String {
        let message = try MLSMessage(encoded: bytes(message))
        guard
            case .application(let said) = try group.process(message, policy: TestClient.policy)
                .received
        else { throw TestError.notApplicationData }
        return String(decoding: said.data, as: UTF8.self)
    }

    private func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { index in
            UInt8(digits[index] * 16 + digits[index + 1])
        }
    }
}
