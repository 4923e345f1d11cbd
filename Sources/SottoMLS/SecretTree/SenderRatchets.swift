// The two chains of one sender: handshake and application (RFC 9420 section 9).

package import SottoCrypto
package import SottoWire

/// A sender's message keys in one epoch. It is all that reading or writing a message changes.
package struct SenderRatchets: Sendable {
    private var handshake: HashRatchet
    private var application: HashRatchet

    /// The chains that start from a leaf of the secret tree.
    package init(leafSecret: Secret, suite: CipherSuite) {
        func ratchet(_ label: String) -> HashRatchet {
            HashRatchet(
                secret: suite.expandWithLabel(
                    leafSecret, label: label, context: [], length: suite.hashLength))
        }
        handshake = ratchet("handshake")
        application = ratchet("application")
    }

    /// The next key for sending content of this type.
    ///
    /// - Throws: `.spent` after 2^32 - 1 keys.
    package mutating func next(
        for type: ContentType, _ suite: CipherSuite
    ) throws(RatchetError) -> (generation: UInt32, key: MessageKey) {
        switch type {
        case .application: try application.next(suite)
        case .proposal, .commit: try handshake.next(suite)
        }
    }

    /// The key that content of this type was sent with.
    ///
    /// - Throws: `.spent` or `.tooFarAhead`; the ratchets are then as they were.
    package mutating func take(
        _ generation: UInt32, for type: ContentType, _ suite: CipherSuite
    ) throws(RatchetError) -> MessageKey {
        switch type {
        case .application:
            try application.take(
                generation, keptMax: MLSLimits.skippedApplicationKeysMax, suite)
        case .proposal, .commit:
            try handshake.take(generation, keptMax: MLSLimits.skippedHandshakeKeysMax, suite)
        }
    }
}

extension SenderRatchets {
    /// Gives up all handshake keys: the epoch is over, and no more than application data of it is
    /// read. Says whether there were any.
    mutating func endHandshake() -> Bool {
        guard !handshake.isEnded else { return false }
        handshake = .ended
        return true
    }
}

extension SenderRatchets: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        handshake = try reader.value()
        application = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(handshake)
        writer.value(application)
    }
}
