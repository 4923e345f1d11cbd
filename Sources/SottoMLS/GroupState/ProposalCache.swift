// The proposals that were sent in an epoch and may still be committed in it.

import SottoCrypto
package import SottoWire

/// A proposal that somebody sent by itself (RFC 9420 section 12.1).
public struct ReceivedProposal: Hashable, Sendable {
    /// What a commit names it by.
    public let reference: ProposalRef
    /// What is proposed.
    public let proposal: Proposal
    /// Who proposes it.
    public let sender: Sender
    /// What everybody on the way could read.
    public let authenticatedData: [UInt8]
}

extension ReceivedProposal {
    fileprivate var isOfMember: Bool { sender.leaf != nil }
}

extension ReceivedProposal: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        reference = try reader.value()
        proposal = try reader.value()
        sender = try reader.value()
        authenticatedData = try reader.opaque()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(reference)
        writer.value(proposal)
        writer.value(sender)
        writer.opaque(authenticatedData)
    }
}

/// The cache is full.
struct ProposalsFull: Error {}

/// The proposals of the current epoch, with the private keys of our own Updates.
///
/// How many there may be, and how many bytes, is limited: members could send without end, and those
/// outside, of whom everybody may ask to be added, have a smaller share.
struct ProposalCache: Sendable {
    /// In the order in which they came.
    private(set) var entries: [ReceivedProposal] = []
    private var places: [ProposalRef: Int] = [:]
    private var leafKeys: [ProposalRef: HPKEPrivateKey] = [:]
    private var total = Load()
    private var fromOutside = Load()

    private struct Load {
        var count = 0
        var bytes = 0

        /// Counts one more, unless that is too many.
        mutating func add(_ size: Int, countMax: Int, bytesMax: Int) -> Bool {
            guard count < countMax, bytes + size <= bytesMax else { return false }
            count += 1
            bytes += size
            return true
        }

        mutating func remove(_ size: Int) {
            count -= 1
            bytes -= size
        }
    }

    subscript(reference: ProposalRef) -> ReceivedProposal? {
        places[reference].map { entries[$0] }
    }

    /// The private key of an Update of ours.
    func leafKey(_ reference: ProposalRef) -> HPKEPrivateKey? { leafKeys[reference] }

    /// Keeps a proposal. One that is here already stays as it is.
    ///
    /// - Returns: Whether it is new.
    mutating func insert(
        _ entry: ReceivedProposal, leafKey: HPKEPrivateKey? = nil
    ) throws(ProposalsFull) -> Bool {
        guard places[entry.reference] == nil else { return false }
        let size = entry.wireBytes.count
        var (total, fromOutside) = (self.total, self.fromOutside)
        guard
            entry.isOfMember
                || fromOutside.add(
                    size, countMax: MLSLimits.outsideProposalsMax,
                    bytesMax: MLSLimits.outsideProposalBytesMax),
            total.add(
                size, countMax: MLSLimits.cachedProposalsMax,
                bytesMax: MLSLimits.cachedProposalBytesMax)
        else { throw ProposalsFull() }
        (self.total, self.fromOutside) = (total, fromOutside)
        places[entry.reference] = entries.count
        entries.append(entry)
        leafKeys[entry.reference] = leafKey
        return true
    }

    /// Forgets a proposal. Says whether it was here.
    mutating func remove(_ reference: ProposalRef) -> Bool {
        guard let place = places.removeValue(forKey: reference) else { return false }
        let entry = entries.remove(at: place)
        total.remove(entry.wireBytes.count)
        if !entry.isOfMember { fromOutside.remove(entry.wireBytes.count) }
        leafKeys[reference] = nil
        for (place, entry) in entries.enumerated() { places[entry.reference] = place }
        return true
    }
}

extension ProposalCache: WireCodable {
    init(from reader: inout WireReader) throws(WireError) {
        for _ in 0..<(try reader.uint16()) {
            let entry: ReceivedProposal = try reader.value()
            let key: Secret? =
                switch try reader.uint8() {
                case 0: nil
                case 1: try reader.secret()
                default: throw .malformed
                }
            let inserted = try? insert(entry, leafKey: key.map { HPKEPrivateKey($0) })
            guard inserted == true else { throw .malformed }
        }
    }

    func encode(to writer: inout WireWriter) {
        writer.uint16(UInt16(entries.count))
        for entry in entries {
            writer.value(entry)
            let key = leafKeys[entry.reference]
            writer.uint8(key == nil ? 0 : 1)
            if let key { writer.secret(key.bytes) }
        }
    }
}

/// The cache as a record, which says of which epoch it is.
struct StoredProposals: WireCodable {
    let epoch: UInt64
    let cache: ProposalCache

    init(epoch: UInt64, cache: ProposalCache) {
        self.epoch = epoch
        self.cache = cache
    }

    init(from reader: inout WireReader) throws(WireError) {
        epoch = try reader.uint64()
        cache = try reader.value()
    }

    func encode(to writer: inout WireWriter) {
        writer.uint64(epoch)
        writer.value(cache)
    }
}
