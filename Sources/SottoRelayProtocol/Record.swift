// Sealed records that one writer puts and whoever knows the locator gets (section 5).

package import SottoCrypto
package import SottoWire

/// What a locator holds.
package struct Record: Hashable, Sendable, WireCodable {
    /// Grows by one with each put; the first is 1 [DIR-2].
    package let version: UInt64
    /// What only readers of the card open.
    package let sealed: [UInt8]

    /// A version of a record.
    package init(version: UInt64, sealed: [UInt8]) {
        self.version = version
        self.sealed = sealed
    }

    /// Reads a record.
    package init(from reader: inout WireReader) throws(WireError) {
        version = try reader.uint64()
        sealed = try reader.opaque(max: RelayLimits.recordBytesMax)
    }

    /// Writes a record.
    package func encode(to writer: inout WireWriter) {
        writer.uint64(version)
        writer.opaque(sealed)
    }
}

/// Puts the next version of a record.
package struct PutRecord: Hashable, Sendable, WireCodable {
    /// Where it lies.
    package let locator: Locator
    /// Who may write there.
    package let writeKey: WriteKey
    /// What will be stored.
    package let record: Record
    private let signature: [UInt8]

    /// A put at one relay, signed by the write key.
    package init(
        locator: Locator, writeKey: WriteKey, record: Record,
        signedBy key: SignaturePrivateKey, at relayKey: RelayKey
    ) {
        self.locator = locator
        self.writeKey = writeKey
        self.record = record
        signature = Labelled.sign(
            key, Label.putRecord, Self.signing(locator, record, at: relayKey))
    }

    /// Checks that the write key named here signed this put for this relay.
    package func verify(at relayKey: RelayKey) throws(CryptoError) {
        try Labelled.verify(
            publicKey: writeKey.bytes, signature: signature, Label.putRecord,
            Self.signing(locator, record, at: relayKey))
    }

    private static func signing(
        _ locator: Locator, _ record: Record, at relayKey: RelayKey
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.value(relayKey)
        writer.value(locator)
        writer.uint64(record.version)
        writer.fixed(Labelled.hash(Label.recordBody, record.sealed))
        return writer.bytes
    }

    /// Reads a put.
    package init(from reader: inout WireReader) throws(WireError) {
        locator = try reader.value()
        writeKey = try reader.value()
        record = try reader.value()
        signature = try reader.fixed(64)
    }

    /// Writes a put.
    package func encode(to writer: inout WireWriter) {
        writer.value(locator)
        writer.value(writeKey)
        writer.value(record)
        writer.fixed(signature)
    }
}
