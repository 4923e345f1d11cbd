// Device logs: what makes one valid, and every way in which one is not.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoIdentity

@Suite struct DeviceLogTests {
    @Test("[ID-1] the genesis is signed by the device key and then the recovery key")
    func genesis() throws {
        let account = try TestAccount()
        #expect(account.log.length == 1)
        #expect(account.log.devices.map(\.bytes) == [account.device.publicKey])
        #expect(account.log.recoveryKey.bytes == (try account.recovery.key.publicKey))
        #expect(account.log.isActive(account.log.devices[0]))
        #expect(account.log.unverified.entries == (try ForgedEntry(account).bytes))
    }

    @Test("[ID-3] the account's id is the hash of the first entry, signatures included")
    func accountID() throws {
        let account = try TestAccount()
        let entry = try ForgedEntry(account).bytes
        #expect(account.log.account.bytes == SHA256.hash(entry))
        #expect(account.log.head.bytes == Labelled.hash("device log entry", entry))
        #expect(account.log.account != (try TestAccount(2).log.account))
    }

    @Test("[ID-1] a genesis that others sign, or that one key signs for both, is refused")
    func signatures() throws {
        let account = try TestAccount()
        let stranger = try TestAccount(2).device
        var entry = try ForgedEntry(account)
        let (device, recovery) = (entry.device, entry.recovery)
        for signers in [
            [], [device], [recovery], [recovery, device], [device, stranger],
            [stranger, recovery], [device, recovery, stranger], [device, device],
        ] {
            entry.signers = signers
            #expect(throws: DeviceLogError.badSignatures(index: 0)) {
                try DeviceLog(validating: unverifiedLog(entry.bytes))
            }
        }
        entry.recovery = device
        entry.signers = [device, device]
        #expect(throws: DeviceLogError.sameKeys) {
            try DeviceLog(validating: unverifiedLog(entry.bytes))
        }
        #expect(throws: DeviceLogError.sameKeys) {
            try DeviceLog.found(device: device, recovery: device)
        }
    }

    @Test("[ID-2] an index, link or place that does not follow makes a log invalid")
    func links() throws {
        let account = try TestAccount()
        let first = try ForgedEntry(account)
        var entry = first
        entry.index = 1
        #expect(throws: DeviceLogError.brokenLink(index: 0)) {
            try DeviceLog(validating: unverifiedLog(entry.bytes))
        }
        entry.previous = account.log.head
        #expect(throws: DeviceLogError.misplacedGenesis(index: 1)) {
            try DeviceLog(validating: unverifiedLog(first.bytes, entry.bytes))
        }
        entry.index = 2
        #expect(throws: DeviceLogError.brokenLink(index: 1)) {
            try DeviceLog(validating: unverifiedLog(first.bytes, entry.bytes))
        }
        #expect(throws: DeviceLogError.brokenLink(index: 1)) {
            try DeviceLog(validating: unverifiedLog(first.bytes, first.bytes))
        }
    }

    @Test("[ID-2] unknown entry types and versions have errors of their own")
    func later() throws {
        let account = try TestAccount()
        var entry = try ForgedEntry(account)
        entry.type = 2
        #expect(throws: DeviceLogError.unknownEntryType(2)) {
            try DeviceLog(validating: unverifiedLog(entry.bytes))
        }
        entry = try ForgedEntry(account)
        entry.version = 2
        #expect(throws: DeviceLogError.unknownVersion(2)) {
            try DeviceLog(validating: unverifiedLog(entry.bytes))
        }
    }

    @Test("[ID-2] a log has 1 to 64 entries")
    func length() throws {
        let entry = try ForgedEntry(TestAccount()).bytes
        #expect(throws: DeviceLogError.empty) { try DeviceLog(validating: unverifiedLog()) }
        let entries = [UInt8]((0..<65).flatMap { _ in entry })
        #expect(throws: DeviceLogError.tooLong) {
            try DeviceLog(validating: unverifiedLog(entries))
        }
    }

    @Test("[ID-2] every strict prefix and every flipped bit of a log is refused")
    func damage() throws {
        let log = try TestAccount().log
        let entry = log.unverified.entries
        for count in 0..<entry.count {
            #expect(throws: DeviceLogError.self) {
                try DeviceLog(validating: unverifiedLog(Array(entry.prefix(count))))
            }
        }
        for changed in flipped(entry, stride: 3) {
            #expect(throws: DeviceLogError.self) {
                try DeviceLog(validating: unverifiedLog(changed))
            }
        }
    }

    @Test("[CARD-3] a log continues itself and no other")
    func continuation() throws {
        let log = try TestAccount().log
        #expect(log.continues(log))
        #expect(!log.continues(try TestAccount(2).log))
    }
}
