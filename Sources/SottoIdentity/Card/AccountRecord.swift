// What an account says of itself to who has its card.

package import SottoCrypto
import SottoWire

/// A record whose log, signature, devices and validity hold [CARD-2] (spec/identity.md, section 3).
///
/// Only ``sign(log:devices:extensions:now:with:)`` and ``UnverifiedRecord/verified(at:known:)``
/// make one.
package struct AccountRecord: Sendable {
    /// The account's log; its account is the record's.
    package let log: DeviceLog
    /// When it was signed, in milliseconds since 1970.
    package let notBeforeMs: UInt64
    /// The last moment at which it serves a first contact, in milliseconds since 1970.
    package let notAfterMs: UInt64
    /// The account's devices, each active in the log, none twice.
    package let devices: [RecordDevice]
    /// What later versions add.
    package let extensions: [RecordExtension]
    /// The device that signed.
    package let signer: DevicePublicKey
    /// The record as it travels inside its sealing.
    package let bytes: [UInt8]

    /// The account that the record is of.
    package var account: AccountID { log.account }

    static let version: UInt8 = 1
    static let label = "record"

    /// Signs a record that is valid from `now` for 14 days [CARD-1].
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - signer: The key of a device that is active in `log`.
    /// - Throws: What a reader would refuse the record for, and `tooLarge`.
    package static func sign(
        log: DeviceLog, devices: [RecordDevice], extensions: [RecordExtension] = [], now: UInt64,
        with signer: SignaturePrivateKey
    ) throws(RecordError) -> AccountRecord {
        var writer = WireWriter()
        writer.uint8(version)
        writer.value(log.account)
        writer.value(log.unverified)
        writer.uint64(now)
        writer.uint64(now + IdentityLimits.recordValidityMs)
        writer.vector(devices)
        writer.vector(extensions)
        writer.fixed(signer.publicKey)
        writer.fixed(Labelled.sign(signer, label, writer.bytes))
        let sealedBytes = SymmetricSeal.overhead + Padding.sizeClass(of: writer.count)
        guard sealedBytes <= IdentityLimits.recordBytesMax else { throw .tooLarge }
        return try UnverifiedRecord(writer.bytes).verified(at: now)
    }

    /// Seals the record for who has `card`.
    package func seal(for card: Card, using entropy: inout Entropy) -> [UInt8] {
        SymmetricSeal.seal(
            key: card.recordKey, aad: card.locator.bytes, Padding.pad(bytes), using: &entropy)
    }

    /// Whether half of the validity is gone at `now`, so that a device signs anew [CARD-1].
    package func isDueForRenewal(at now: UInt64) -> Bool {
        now >= notBeforeMs + (notAfterMs - notBeforeMs) / 2
    }

    fileprivate init(_ record: UnverifiedRecord, log: DeviceLog) {
        self.log = log
        notBeforeMs = record.notBeforeMs
        notAfterMs = record.notAfterMs
        devices = record.devices
        extensions = record.extensions
        signer = record.signer
        bytes = record.bytes
    }
}

extension UnverifiedRecord {
    /// Checks the record.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - known: The log that the reader already knows of this account, if it does [CARD-3].
    /// - Throws: The first thing that is wrong. Validity is looked at last, so that `expired`
    ///   means that nothing else is wrong.
    package func verified(
        at now: UInt64, known: DeviceLog? = nil
    ) throws(RecordError) -> AccountRecord {
        let log: DeviceLog
        do { log = try DeviceLog(validating: self.log) } catch { throw .deviceLog(error) }
        guard account == log.account else { throw .otherAccount }
        guard log.isActive(signer) else { throw .signerNotActive }
        do {
            try Labelled.verify(
                publicKey: signer.bytes, signature: signature, AccountRecord.label, signed)
        } catch {
            throw .badSignature
        }
        try checkDevices(against: log)
        try Self.checkTypes(of: extensions)
        if let known {
            guard log.continues(known) else { throw .forked }
        }
        try checkValidity(at: now)
        return AccountRecord(self, log: log)
    }

    private func checkDevices(against log: DeviceLog) throws(RecordError) {
        guard !devices.isEmpty else { throw .noDevices }
        guard devices.count <= IdentityLimits.recordDevicesMax else { throw .tooManyDevices }
        guard Set(devices.map(\.deviceKey)).count == devices.count else { throw .repeatedDevice }
        for device in devices {
            guard log.isActive(device.deviceKey) else { throw .deviceNotActive }
            guard device.sealingKey.count == IdentityLimits.sealingKeyBytes else {
                throw .invalidSealingKey
            }
            try Self.checkTypes(of: device.extensions)
        }
    }

    private func checkValidity(at now: UInt64) throws(RecordError) {
        guard notBeforeMs < notAfterMs,
            notAfterMs - notBeforeMs <= IdentityLimits.recordValidityMs
        else { throw .invalidValidity }
        guard notBeforeMs <= now || notBeforeMs - now <= IdentityLimits.clockToleranceMs else {
            throw .notYetValid(fromMs: notBeforeMs)
        }
        guard now <= notAfterMs else { throw .expired(sinceMs: notAfterMs) }
    }

    private static func checkTypes(of extensions: [RecordExtension]) throws(RecordError) {
        guard extensions.count <= IdentityLimits.recordExtensionsMax else {
            throw .tooManyExtensions
        }
        guard Set(extensions.map(\.type)).count == extensions.count else {
            throw .repeatedExtension
        }
    }
}
