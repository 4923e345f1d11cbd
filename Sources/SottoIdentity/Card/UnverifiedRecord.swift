// A record as it was found: opened with the card, read, and not yet believed.

import SottoCrypto
import SottoWire

/// A record whose signature, log and validity nobody has checked.
package struct UnverifiedRecord: Sendable {
    let account: AccountID
    let log: UnverifiedDeviceLog
    let notBeforeMs: UInt64
    let notAfterMs: UInt64
    let devices: [RecordDevice]
    let extensions: [RecordExtension]
    let signer: DevicePublicKey
    let signature: [UInt8]
    /// What the signature is over, as received.
    let signed: ArraySlice<UInt8>
    /// The whole record, as received.
    let bytes: [UInt8]

    /// Opens what a relay answered at the card's locator.
    ///
    /// - Throws: `notOpened` if the card or a bit differs, `unknownVersion`, or `malformed`.
    package init(opening sealed: [UInt8], with card: Card) throws(RecordError) {
        let padded: [UInt8]
        do {
            padded = try SymmetricSeal.open(
                key: card.recordKey, aad: card.locator.bytes, sealed)
        } catch {
            throw .notOpened
        }
        let bytes: [UInt8]
        do { bytes = try Padding.unpad(padded) } catch { throw .malformed(error) }
        try self.init(bytes)
    }

    /// Reads an opened record.
    ///
    /// - Throws: `unknownVersion` or `malformed`.
    package init(_ bytes: [UInt8]) throws(RecordError) {
        guard let version = bytes.first else {
            throw .malformed(.truncated(needed: 1, available: 0))
        }
        guard version == AccountRecord.version else { throw .unknownVersion(version) }
        do {
            var reader = WireReader(bytes)
            let (fields, signed) = try reader.capturing(Self.signedFields)
            (account, log, notBeforeMs, notAfterMs, devices, extensions, signer) = fields
            self.signed = signed
            signature = try reader.fixed(64)
            try reader.finish()
        } catch {
            throw .malformed(error)
        }
        self.bytes = bytes
    }

    private typealias SignedFields = (
        AccountID, UnverifiedDeviceLog, UInt64, UInt64, [RecordDevice], [RecordExtension],
        DevicePublicKey
    )

    private static func signedFields(
        from reader: inout WireReader
    ) throws(WireError) -> SignedFields {
        _ = try reader.uint8()
        return (
            try reader.value(), try reader.value(), try reader.uint64(), try reader.uint64(),
            try reader.vector(max: IdentityLimits.recordBytesMax),
            try reader.vector(max: IdentityLimits.recordBytesMax), try reader.value()
        )
    }
}
