// What the members of a group send each other, as the relay carries it.

package import SottoCrypto
import SottoWire

/// What a lane envelope is posted as (spec/conversation.md, section 2).
package enum LaneEnvelopeKind: UInt8, Sendable, CaseIterable {
    /// A message; the group's epoch stays.
    case message = 1
    /// A commit, which begins the next epoch.
    case commit = 2
}

/// Sealing an MLS message under a key that the members of one epoch share.
package enum LaneEnvelope {
    /// Seals an encoded MLSMessage once for every device [ENV-1].
    ///
    /// - Parameters:
    ///   - lane: The LaneID, 32 bytes.
    ///   - key: The envelope key of the epoch that the message belongs to [CONV-4].
    /// - Throws: `tooLarge`, or `invalidKey` for a key that has not 32 bytes.
    package static func seal(
        _ message: some Collection<UInt8>, kind: LaneEnvelopeKind, lane: [UInt8], key: Secret,
        using entropy: inout Entropy
    ) throws(EnvelopeError) -> [UInt8] {
        let size = Padding.sizeClass(of: message.count) + SymmetricSeal.overhead
        guard size <= EnvelopeLimits.laneEnvelopeBytesMax else { throw .tooLarge }
        guard let key = try? SealKey(key) else { throw .invalidKey }
        return SymmetricSeal.seal(
            key: key, aad: associatedData(kind, lane), Padding.pad(message), using: &entropy)
    }

    /// Opens what ``seal(_:kind:lane:key:using:)`` made: the encoded MLSMessage.
    ///
    /// - Throws: `notOpened` where key, kind, lane or a bit differs [ENV-2], or `malformed`.
    package static func open(
        _ envelope: some Collection<UInt8>, kind: LaneEnvelopeKind, lane: [UInt8], key: Secret
    ) throws(EnvelopeError) -> [UInt8] {
        let padded: [UInt8]
        do {
            padded = try SymmetricSeal.open(
                key: SealKey(key), aad: associatedData(kind, lane), envelope)
        } catch {
            throw .notOpened
        }
        do { return try Padding.unpad(padded) } catch { throw .malformed(error) }
    }

    private static func associatedData(_ kind: LaneEnvelopeKind, _ lane: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.uint8(version)
        writer.uint8(kind.rawValue)
        writer.fixed(lane)
        return writer.bytes
    }

    private static let version: UInt8 = 1
}
