// Accounts, devices and records for tests, honest ones and well-formed lies.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoIdentity

/// A stream of randomness that a number determines.
func entropy(_ seed: UInt8 = 1) -> Entropy {
    Entropy(seed: Secret(copying: [UInt8](repeating: seed, count: 32)))
}

/// An account with one device, and everything secret about it.
struct TestAccount {
    let device: SignaturePrivateKey
    let recovery: RecoverySecret
    let log: DeviceLog
    let card: Card
    let recordDevice: RecordDevice

    init(_ seed: UInt8 = 1) throws {
        var entropy = entropy(seed)
        device = try .random(using: &entropy)
        recovery = .random(using: &entropy)
        log = try DeviceLog.found(device: device, recovery: recovery.key)
        card = .random(using: &entropy)
        recordDevice = RecordDevice(
            deviceKey: log.devices[0],
            mailbox: MailboxAddressField(
                relay: .random(using: &entropy), mailbox: .random(using: &entropy)),
            stock: .random(using: &entropy),
            sealingKey: entropy.bytes(IdentityLimits.sealingKeyBytes))
    }

    func record(now: UInt64 = testNow) throws -> AccountRecord {
        try AccountRecord.sign(log: log, devices: [recordDevice], now: now, with: device)
    }
}

let testNow: UInt64 = 1_800_000_000_000

/// A genesis that may lie; what is not changed is right.
struct ForgedEntry {
    var version: UInt8 = 1
    var index: UInt32 = 0
    var previous = DeviceLogHead.zero
    var type: UInt8 = 1
    var device: SignaturePrivateKey
    var recovery: SignaturePrivateKey
    var signers: [SignaturePrivateKey]

    init(_ account: TestAccount) throws {
        device = account.device
        recovery = try account.recovery.key
        signers = [device, recovery]
    }

    var bytes: [UInt8] {
        var statement = WireWriter()
        statement.uint8(version)
        statement.uint32(index)
        statement.value(previous)
        statement.uint8(type)
        statement.fixed(device.publicKey)
        statement.fixed(recovery.publicKey)
        let signatures = signers.map { DeviceLogSignature(statement.bytes, by: $0) }
        var writer = WireWriter()
        writer.fixed(statement.bytes)
        writer.vector(signatures)
        return writer.bytes
    }
}

/// The log that these entries make, unchecked.
func unverifiedLog(_ entries: [UInt8]...) throws -> UnverifiedDeviceLog {
    var writer = WireWriter()
    writer.opaque(entries.flatMap { $0 })
    return try UnverifiedDeviceLog(wireBytes: writer.bytes)
}

/// A record that may lie; it is signed last, so the signature is good unless `signature` is set.
struct ForgedRecord {
    var version: UInt8 = 1
    var account: AccountID
    var log: UnverifiedDeviceLog
    var notBefore = testNow
    var notAfter = testNow + IdentityLimits.recordValidityMs
    var devices: [RecordDevice]
    var extensions: [RecordExtension] = []
    var signer: SignaturePrivateKey
    var signature: [UInt8]?

    init(_ account: TestAccount) {
        self.account = account.log.account
        log = account.log.unverified
        devices = [account.recordDevice]
        signer = account.device
    }

    var bytes: [UInt8] {
        var writer = WireWriter()
        writer.uint8(version)
        writer.value(account)
        writer.value(log)
        writer.uint64(notBefore)
        writer.uint64(notAfter)
        writer.vector(devices)
        writer.vector(extensions)
        writer.fixed(signer.publicKey)
        writer.fixed(signature ?? Labelled.sign(signer, "record", writer.bytes))
        return writer.bytes
    }

    func verified(at now: UInt64 = testNow, known: DeviceLog? = nil) throws -> AccountRecord {
        try UnverifiedRecord(bytes).verified(at: now, known: known)
    }
}

/// `bytes` with each bit flipped in turn.
func flipped(_ bytes: [UInt8], stride step: Int = 1) -> some Sequence<[UInt8]> {
    stride(from: 0, to: bytes.count * 8, by: step).lazy.map { bit in
        var changed = bytes
        changed[bit / 8] ^= 1 << UInt8(bit % 8)
        return changed
    }
}
