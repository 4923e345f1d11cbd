// What of ours lies on the relay, and what is on its way there.

package import SottoMLS
package import SottoRelayProtocol
import SottoWire

/// How far our record and our stock of key packages have been published.
package struct PublicationRecord: Hashable, Sendable, Storable {
    /// The incarnation that the relay showed last.
    package var incarnation: Incarnation?
    /// The version of our record that the relay holds; 0 for none.
    package var recordVersion: UInt64 = 0
    /// When the record is due to be signed anew [CARD-1].
    package var renewAt: Timestamp?
    /// A record that was sent and not answered; sent again with the same bytes.
    package var pendingRecord: PutRecord?
    /// A record of our user name that was sent and not answered.
    package var pendingName: PutRecord?
    /// The version of our stock that the relay holds; 0 for none.
    package var stockVersion: UInt64 = 0
    /// How many key packages lie there, as far as we know.
    package var stocked = 0
    /// Whether a last-resort package lies there.
    package var hasLastResort = false
    /// Until when that package serves; then another takes its place.
    package var lastResortUntil: Timestamp?
    /// Whether the stock is on its way to its full number.
    package var isFilling = false
    /// An addition that was sent and not answered; sent again with the same bytes.
    package var pendingStock: PutStock?
    /// Tokens that are in no key package and no leaf yet.
    package var tokens: [DeliveryToken] = []
    /// The key packages whose private halves we hold, and when each is of no use any more.
    package var packages: [OwnPackage] = []

    /// How many key packages of the stock can still be used: those that we hold the private halves
    /// of and that have not expired.
    package func usable(at now: Timestamp) -> Int {
        min(stocked, packages.count { !$0.isLastResort && $0.expires > now })
    }

    /// Takes the oldest token of a kind out of those that are in no leaf yet [TOK-3].
    package mutating func takeToken(_ kind: TokenKind) -> DeliveryToken? {
        let index = tokens.firstIndex { $0.label.kind == kind }
        return index.map { tokens.remove(at: $0) }
    }

    /// Whether somebody with our link can reach us.
    package var isPublished: Bool { recordVersion > 0 }

    /// A key package of ours that may still be used.
    package struct OwnPackage: Hashable, Sendable {
        /// Its reference.
        package let reference: KeyPackageRef
        /// When it expires.
        package let expires: Timestamp
        /// Whether it is a last resort.
        package let isLastResort: Bool
    }
}

extension PublicationRecord {
    static let version: UInt8 = 2

    func write(to writer: inout WireWriter) {
        writer.optional(incarnation)
        writer.uint64(recordVersion)
        writer.optional(renewAt)
        writer.optional(pendingRecord)
        writer.uint64(stockVersion)
        writer.uint32(UInt32(truncatingIfNeeded: stocked))
        writer.flag(hasLastResort)
        writer.optional(lastResortUntil)
        writer.flag(isFilling)
        writer.optional(pendingStock)
        writer.list(tokens) { $0.value($1) }
        writer.list(packages) { writer, package in
            writer.opaque(package.reference.bytes)
            writer.value(package.expires)
            writer.flag(package.isLastResort)
        }
        writer.optional(pendingName)
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        incarnation = try reader.optional()
        recordVersion = try reader.uint64()
        renewAt = try reader.optional()
        pendingRecord = try reader.optional()
        stockVersion = try reader.uint64()
        stocked = Int(try reader.uint32())
        hasLastResort = try reader.flag()
        lastResortUntil = try reader.optional()
        isFilling = try reader.flag()
        pendingStock = try reader.optional()
        tokens = try reader.list { (reader) throws(WireError) in try reader.value() }
        packages = try reader.list { (reader) throws(WireError) in
            OwnPackage(
                reference: KeyPackageRef(try reader.opaque()), expires: try reader.value(),
                isLastResort: try reader.flag())
        }
        guard version > 1 else { return }
        pendingName = try reader.optional()
    }
}
