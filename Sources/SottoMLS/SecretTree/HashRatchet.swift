// A chain of message keys that only moves forward (RFC 9420 section 9.1).

package import SottoCrypto
package import SottoWire

/// What one message is encrypted with.
package struct MessageKey: Sendable, Equatable {
    /// The AEAD key.
    package let key: Secret
    /// The AEAD nonce, before the reuse guard.
    package let nonce: Secret
}

/// Why a ratchet has no key for a message.
package enum RatchetError: Error, Equatable {
    /// The key was used or given up.
    case spent
    /// The key is more than the allowed number of steps away.
    case tooFarAhead
}

/// One sender's chain of keys for one kind of content, with the keys that it has passed and not
/// used.
package struct HashRatchet: Sendable {
    /// The generation of the next key.
    package private(set) var generation: UInt32 = 0
    private var secret: Secret
    private var skipped: [Skipped] = []

    private struct Skipped: Sendable {
        let generation: UInt32
        let key: MessageKey
    }

    init(secret: Secret) { self.secret = secret }

    /// A chain all of whose keys were given up.
    static let ended = HashRatchet(ended: ())

    private init(ended: Void) {
        generation = .max
        secret = Secret(copying: [])
    }

    /// Whether there are no keys any more.
    var isEnded: Bool { generation == .max && skipped.isEmpty }

    /// The next key, which is not here afterwards.
    ///
    /// - Throws: `.spent` after 2^32 - 1 keys.
    package mutating func next(
        _ suite: CipherSuite
    ) throws(RatchetError) -> (generation: UInt32, key: MessageKey) {
        guard generation < .max else { throw .spent }
        defer { step(suite) }
        return (generation, currentKey(suite))
    }

    /// The key of a generation, which is not here afterwards. The keys on the way to it are kept,
    /// the `keptMax` newest of them.
    ///
    /// - Throws: `.spent` or `.tooFarAhead`; the ratchet is then as it was.
    package mutating func take(
        _ wanted: UInt32, keptMax: Int, _ suite: CipherSuite
    ) throws(RatchetError) -> MessageKey {
        if wanted < generation {
            guard let place = skipped.firstIndex(where: { $0.generation == wanted }) else {
                throw .spent
            }
            return skipped.remove(at: place).key
        }
        guard wanted - generation <= MLSLimits.forwardDistanceMax else { throw .tooFarAhead }
        guard wanted < .max else { throw .spent }
        while generation < wanted {
            if wanted - generation <= keptMax {
                skipped.append(Skipped(generation: generation, key: currentKey(suite)))
            }
            step(suite)
        }
        if skipped.count > keptMax { skipped.removeFirst(skipped.count - keptMax) }
        defer { step(suite) }
        return currentKey(suite)
    }

    private func currentKey(_ suite: CipherSuite) -> MessageKey {
        MessageKey(
            key: suite.deriveTreeSecret(
                secret, label: "key", generation: generation, length: suite.keyLength),
            nonce: suite.deriveTreeSecret(
                secret, label: "nonce", generation: generation, length: suite.nonceLength))
    }

    private mutating func step(_ suite: CipherSuite) {
        secret = suite.deriveTreeSecret(
            secret, label: "secret", generation: generation, length: suite.hashLength)
        generation += 1
    }
}

extension HashRatchet: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        generation = try reader.uint32()
        secret = try reader.secret()
        let count = try reader.uint16()
        for _ in 0..<count {
            let generation = try reader.uint32()
            let key = MessageKey(key: try reader.secret(), nonce: try reader.secret())
            skipped.append(Skipped(generation: generation, key: key))
        }
    }

    package func encode(to writer: inout WireWriter) {
        writer.uint32(generation)
        writer.secret(secret)
        writer.uint16(UInt16(truncatingIfNeeded: skipped.count))
        for entry in skipped {
            writer.uint32(entry.generation)
            writer.secret(entry.key.key)
            writer.secret(entry.key.nonce)
        }
    }
}
