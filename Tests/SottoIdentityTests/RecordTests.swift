// Cards and records: what a card opens, and what a reader believes.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoIdentity

@Suite struct RecordTests {
    @Test("[CARD-2] a record opens with its card and says what was signed")
    func roundTrip() throws {
        let account = try TestAccount()
        var entropy = entropy(9)
        let record = try account.record()
        let sealed = record.seal(for: account.card, using: &entropy)
        #expect(sealed != record.seal(for: account.card, using: &entropy))
        #expect((sealed.count - SymmetricSeal.overhead).nonzeroBitCount == 1)
        let opened = try UnverifiedRecord(opening: sealed, with: account.card)
            .verified(at: testNow, known: account.log)
        #expect(opened.bytes == record.bytes)
        #expect(opened.account == account.log.account)
        #expect(opened.devices == [account.recordDevice])
        #expect(opened.signer == account.log.devices[0])
        #expect(record.bytes == ForgedRecord(account).bytes)
    }

    @Test("a card's locator and keys differ from each other and from the card")
    func derivation() throws {
        let card = try TestAccount().card
        let locator = Secret(copying: card.locator.bytes)
        let values = [card.secret, locator, card.recordKey.secret, card.stockKey.secret]
        for (index, value) in values.enumerated() {
            for other in values[(index + 1)...] { #expect(value != other) }
        }
        #expect(try Card(card.secret) == card)
        for count in [0, 31, 33] {
            #expect(throws: WireError.self) { try Card(Secret.zero(count)) }
        }
    }

    @Test("[CARD-1] a record is valid for 14 days and due for renewal after 7")
    func validity() throws {
        let record = try TestAccount().record()
        let day: UInt64 = 86_400_000
        #expect(record.notBeforeMs == testNow)
        #expect(record.notAfterMs == testNow + 14 * day)
        #expect(!record.isDueForRenewal(at: testNow + 7 * day - 1))
        #expect(record.isDueForRenewal(at: testNow + 7 * day))
    }

    @Test("[CARD-2] an expired record is named as expired, one from the future as that")
    func clock() throws {
        var forged = ForgedRecord(try TestAccount())
        let end = forged.notAfter
        _ = try forged.verified(at: end)
        #expect(throws: RecordError.expired(sinceMs: end)) { try forged.verified(at: end + 1) }
        _ = try forged.verified(at: testNow - 3_600_000)
        #expect(throws: RecordError.notYetValid(fromMs: testNow)) {
            try forged.verified(at: testNow - 3_600_001)
        }
        for notAfter in [end + 1, testNow, testNow - 1, UInt64.max] {
            forged.notAfter = notAfter
            #expect(throws: RecordError.invalidValidity) { try forged.verified() }
        }
    }

    @Test("[CARD-2] account, signer, devices and signature are held against the log")
    func lies() throws {
        let (account, other) = (try TestAccount(), try TestAccount(2))
        let good = ForgedRecord(account)
        _ = try good.verified()
        func refused(_ error: RecordError, _ change: (inout ForgedRecord) -> Void) {
            var forged = good
            change(&forged)
            #expect(throws: error) { try forged.verified() }
        }
        refused(.otherAccount) { $0.account = other.log.account }
        refused(.otherAccount) { $0.log = other.log.unverified }
        refused(.signerNotActive) { $0.signer = other.device }
        refused(.badSignature) { $0.signature = [UInt8](repeating: 1, count: 64) }
        refused(.noDevices) { $0.devices = [] }
        refused(.repeatedDevice) { $0.devices += $0.devices }
        refused(.tooManyDevices) {
            $0.devices = [RecordDevice](repeating: $0.devices[0], count: 17)
        }
        refused(.deviceNotActive) { $0.devices.append(other.recordDevice) }
        refused(.unknownVersion(2)) { $0.version = 2 }
    }

    @Test("[CARD-2] a sealing key has the length of its mechanism's keys")
    func sealingKey() throws {
        let account = try TestAccount()
        let right = account.recordDevice
        for count in [0, 32, IdentityLimits.sealingKeyBytes - 1] {
            var forged = ForgedRecord(account)
            forged.devices = [
                RecordDevice(
                    deviceKey: right.deviceKey, mailbox: right.mailbox, stock: right.stock,
                    sealingKey: [UInt8](repeating: 0, count: count))
            ]
            #expect(throws: RecordError.invalidSealingKey) { try forged.verified() }
        }
    }

    @Test("[CARD-6] extensions of unknown type are kept; a type twice and a 17th are refused")
    func extensions() throws {
        let account = try TestAccount()
        var forged = ForgedRecord(account)
        forged.extensions = (0..<16).map { RecordExtension(type: $0, data: [1, 2]) }
        #expect(try forged.verified().extensions == forged.extensions)
        forged.extensions.append(RecordExtension(type: 99, data: []))
        #expect(throws: RecordError.tooManyExtensions) { try forged.verified() }
        forged.extensions = [
            RecordExtension(type: 7, data: []), RecordExtension(type: 7, data: [1]),
        ]
        #expect(throws: RecordError.repeatedExtension) { try forged.verified() }
    }

    @Test("[CARD-3] a known account with another log is a fork")
    func fork() throws {
        let account = try TestAccount()
        let other = try TestAccount(2)
        #expect(throws: RecordError.forked) {
            try ForgedRecord(account).verified(known: other.log)
        }
        _ = try ForgedRecord(account).verified(known: account.log)
    }

    @Test("[CARD-2] another card opens nothing, and no flipped bit of a sealed record opens")
    func sealing() throws {
        let account = try TestAccount()
        var entropy = entropy(10)
        let sealed = try account.record().seal(for: account.card, using: &entropy)
        let other = try TestAccount(2).card
        #expect(throws: RecordError.notOpened) {
            try UnverifiedRecord(opening: sealed, with: other)
        }
        for changed in flipped(sealed, stride: 61) {
            #expect(throws: RecordError.notOpened) {
                try UnverifiedRecord(opening: changed, with: account.card)
            }
        }
        for count in stride(from: 0, to: sealed.count, by: 37) {
            #expect(throws: RecordError.notOpened) {
                try UnverifiedRecord(opening: Array(sealed.prefix(count)), with: account.card)
            }
        }
    }

    @Test("[CARD-2] every strict prefix and every flipped bit of an opened record is refused")
    func damage() throws {
        let bytes = try TestAccount().record().bytes
        for count in 0..<bytes.count {
            #expect(throws: RecordError.self) { try UnverifiedRecord(Array(bytes.prefix(count))) }
        }
        #expect(throws: RecordError.malformed(.trailingBytes(1))) {
            try UnverifiedRecord(bytes + [0])
        }
        for changed in flipped(bytes, stride: 11) {
            #expect(throws: RecordError.self) {
                try UnverifiedRecord(changed).verified(at: testNow)
            }
        }
    }

    @Test("a record that its sealing would make too large is not signed")
    func size() throws {
        let account = try TestAccount()
        func record(with bytes: Int) throws -> AccountRecord {
            try AccountRecord.sign(
                log: account.log, devices: [account.recordDevice],
                extensions: [RecordExtension(type: 1, data: [UInt8](repeating: 0, count: bytes))],
                now: testNow, with: account.device)
        }
        // The size class is counted with the length before the record.
        let room = try 65_536 - 4 - record(with: 20_000).bytes.count + 20_000
        var entropy = Entropy.system()
        let largest = try record(with: room).seal(for: account.card, using: &entropy)
        #expect(largest.count == IdentityLimits.recordBytesMax)
        #expect(throws: RecordError.tooLarge) { try record(with: room + 1) }
    }

    @Test("[CARD-4] a key package opens with its card and stock only")
    func stock() throws {
        let account = try TestAccount()
        var entropy = entropy(11)
        let stock = account.recordDevice.stock
        let package = entropy.bytes(3_000)
        let sealed = account.card.sealKeyPackage(package, stock: stock, using: &entropy)
        #expect(sealed.count == 4_096 + SymmetricSeal.overhead)
        #expect(sealed != account.card.sealKeyPackage(package, stock: stock, using: &entropy))
        #expect(try account.card.openKeyPackage(sealed, stock: stock) == package)
        #expect(throws: StockError.notOpened) {
            try account.card.openKeyPackage(sealed, stock: .random(using: &entropy))
        }
        #expect(throws: StockError.notOpened) {
            try TestAccount(2).card.openKeyPackage(sealed, stock: stock)
        }
        for changed in flipped(sealed, stride: 97) {
            #expect(throws: StockError.notOpened) {
                try account.card.openKeyPackage(changed, stock: stock)
            }
        }
    }
}
