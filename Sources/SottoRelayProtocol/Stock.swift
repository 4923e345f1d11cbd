// Stocks of sealed key packages: one writer fills them, readers of the card take (section 5).

package import SottoCrypto
package import SottoWire

/// A key package that only readers of the card open.
package struct SealedPackage: Hashable, Sendable, WireCodable {
    /// The sealed bytes.
    package let sealed: [UInt8]

    /// A sealed package.
    package init(sealed: [UInt8]) { self.sealed = sealed }

    /// Reads a sealed package.
    package init(from reader: inout WireReader) throws(WireError) {
        sealed = try reader.opaque(max: RelayLimits.packageBytesMax)
    }

    /// Writes a sealed package.
    package func encode(to writer: inout WireWriter) { writer.opaque(sealed) }
}

/// What one put adds to a stock.
package struct StockAddition: Hashable, Sendable, WireCodable {
    /// Packages that are given once each.
    package let packages: [SealedPackage]
    /// The package that is given when none is left, and stays; nothing keeps the one before.
    package let lastResort: SealedPackage?

    /// Packages, and perhaps a package of last resort.
    package init(packages: [SealedPackage], lastResort: SealedPackage?) {
        self.packages = packages
        self.lastResort = lastResort
    }

    /// Reads an addition of at most 32 packages.
    package init(from reader: inout WireReader) throws(WireError) {
        packages = try reader.vector(max: RelayLimits.frameBytesMax)
        guard packages.count <= RelayLimits.packagesOfPutMax else {
            throw .lengthOverLimit(
                length: packages.count, limit: RelayLimits.packagesOfPutMax)
        }
        lastResort = try reader.optional()
    }

    /// Writes an addition.
    package func encode(to writer: inout WireWriter) {
        writer.vector(packages)
        writer.optional(lastResort)
    }

    /// The hash that the put's signature covers.
    package var bodyHash: StockBodyHash { .hash(Label.stockBody, wireBytes) }
}

/// Adds to a stock.
package struct PutStock: Hashable, Sendable, WireCodable {
    /// Where the stock lies.
    package let locator: Locator
    /// Who may write there.
    package let writeKey: WriteKey
    /// The number of this put; the first is 1 [DIR-2].
    package let version: UInt64
    /// What is added.
    package let addition: StockAddition
    private let signature: [UInt8]

    /// A put at one relay, signed by the write key.
    package init(
        locator: Locator, writeKey: WriteKey, version: UInt64, addition: StockAddition,
        signedBy key: SignaturePrivateKey, at relayKey: RelayKey
    ) {
        self.locator = locator
        self.writeKey = writeKey
        self.version = version
        self.addition = addition
        signature = Labelled.sign(
            key, Label.putStock, Self.signing(locator, version, addition, at: relayKey))
    }

    /// Checks that the write key named here signed this put for this relay.
    package func verify(at relayKey: RelayKey) throws(CryptoError) {
        try Labelled.verify(
            publicKey: writeKey.bytes, signature: signature, Label.putStock,
            Self.signing(locator, version, addition, at: relayKey))
    }

    private static func signing(
        _ locator: Locator, _ version: UInt64, _ addition: StockAddition,
        at relayKey: RelayKey
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.value(relayKey)
        writer.value(locator)
        writer.uint64(version)
        writer.value(addition.bodyHash)
        return writer.bytes
    }

    /// Reads a put.
    package init(from reader: inout WireReader) throws(WireError) {
        locator = try reader.value()
        writeKey = try reader.value()
        version = try reader.uint64()
        addition = try reader.value()
        signature = try reader.fixed(64)
    }

    /// Writes a put.
    package func encode(to writer: inout WireWriter) {
        writer.value(locator)
        writer.value(writeKey)
        writer.uint64(version)
        writer.value(addition)
        writer.fixed(signature)
    }
}

/// A package from a stock.
package struct Taken: Hashable, Sendable, WireCodable {
    /// The package.
    package let package: SealedPackage
    /// Whether it is the one that stays and that others get too.
    package let isLastResort: Bool

    /// A package that was taken.
    package init(package: SealedPackage, isLastResort: Bool) {
        self.package = package
        self.isLastResort = isLastResort
    }

    /// Reads a package that was taken.
    package init(from reader: inout WireReader) throws(WireError) {
        package = try reader.value()
        isLastResort = try reader.flag()
    }

    /// Writes a package that was taken.
    package func encode(to writer: inout WireWriter) {
        writer.value(package)
        writer.flag(isLastResort)
    }
}

/// How much a stock still holds.
package struct StockCount: Hashable, Sendable, WireCodable {
    /// The number of the last put.
    package let version: UInt64
    /// How many packages are left.
    package let count: UInt32
    /// Whether there is one of last resort.
    package let hasLastResort: Bool

    /// The state of a stock.
    package init(version: UInt64, count: UInt32, hasLastResort: Bool) {
        self.version = version
        self.count = count
        self.hasLastResort = hasLastResort
    }

    /// Reads the state of a stock.
    package init(from reader: inout WireReader) throws(WireError) {
        version = try reader.uint64()
        count = try reader.uint32()
        hasLastResort = try reader.flag()
    }

    /// Writes the state of a stock.
    package func encode(to writer: inout WireWriter) {
        writer.uint64(version)
        writer.uint32(count)
        writer.flag(hasLastResort)
    }
}
