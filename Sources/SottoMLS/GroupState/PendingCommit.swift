// Our own commit until it comes back ordered, or another's does.

public import SottoCrypto
package import SottoWire

/// A commit of ours that does not count yet (RFC 9420 section 14).
public struct PendingCommit: Sendable {
    /// The commit, as it was given to be sent: an MLSMessage.
    public let message: [UInt8]
    /// The invitation of those it adds, an MLSMessage, if it adds anybody. It must not reach them
    /// before the commit counts.
    public let welcome: [UInt8]?
    /// What the commit changes.
    public let summary: CommitSummary
    let next: EpochState
    let secretTree: SecretTree

    /// The epoch that the commit leads to.
    public var epoch: UInt64 { next.context.epoch }

    /// The encoded tree that the commit leads to, for joiners whose Welcome does not carry it
    /// (section 12.4.3.3).
    public var ratchetTree: [UInt8] { next.tree.wireBytes }

    /// Exports from the epoch that the commit leads to (section 8.5).
    public func export(
        label: String, context: [UInt8], length: Int
    ) throws(ExportError) -> Secret {
        try next.export(label: label, context: context, length: length)
    }
}

extension PendingCommit: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        message = try reader.opaque()
        let welcome = try reader.opaque()
        self.welcome = welcome.isEmpty ? nil : welcome
        summary = try reader.value()
        next = try reader.value()
        secretTree = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.opaque(message)
        writer.opaque(welcome ?? [])
        writer.value(summary)
        writer.value(next)
        writer.value(secretTree)
    }
}
