// One entry on its way to the owner of a mailbox.

package import SottoWire

/// An entry of the owner's mailbox, sealed to its sealing key.
package struct Delivery: Hashable, Sendable, WireCodable {
    /// Its number in the mailbox.
    package let sequence: UInt64
    /// What `MailboxOpener` opens.
    package let sealed: [UInt8]

    /// The delivery of an entry.
    package init(sequence: UInt64, sealed: [UInt8]) {
        self.sequence = sequence
        self.sealed = sealed
    }

    /// Reads a delivery.
    package init(from reader: inout WireReader) throws(WireError) {
        sequence = try reader.uint64()
        sealed = try reader.opaque(max: RelayLimits.sealedEntryBytesMax)
    }

    /// Writes a delivery.
    package func encode(to writer: inout WireWriter) {
        writer.reserve(12 + sealed.count)
        writer.uint64(sequence)
        writer.opaque(sealed)
    }
}
