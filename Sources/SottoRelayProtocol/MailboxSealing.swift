// How a relay seals what it keeps for a mailbox, and how the owner opens it (section 3).

package import SottoCrypto
package import SottoWire

/// The key that one ephemeral key of the relay and one mailbox's sealing key agree on.
package struct MailboxSealingKey: Sendable {
    /// What an ephemeral entry is sealed under, which has no number [EPH-3].
    package static let ephemeralSequence: UInt64 = 0

    private let mailbox: MailboxID
    private let ephemeral: [UInt8]
    private let key: SealKey

    init(mailbox: MailboxID, ephemeral: [UInt8], sealingKey: [UInt8], shared: Secret) {
        self.mailbox = mailbox
        self.ephemeral = ephemeral
        let extracted = HKDFSHA256.extract(salt: .zero(0), ikm: shared)
        key = SealKey(
            made: Labelled.derive(
                extracted, Label.mailboxSealing,
                context: ephemeral + sealingKey + mailbox.bytes, count: 32))
    }

    /// The sealed form of an encoded entry. No two calls give the same bytes [SEAL-1].
    package func seal(
        _ entry: [UInt8], sequence: UInt64, using entropy: inout Entropy
    ) -> [UInt8] {
        SymmetricSeal.seal(
            key: key, aad: associatedData(sequence), entry, after: ephemeral, using: &entropy)
    }

    func open(_ sealed: ArraySlice<UInt8>, sequence: UInt64) throws(CryptoError) -> [UInt8] {
        try SymmetricSeal.open(key: key, aad: associatedData(sequence), sealed)
    }

    private func associatedData(_ sequence: UInt64) -> [UInt8] {
        var writer = WireWriter()
        writer.value(mailbox)
        writer.uint64(sequence)
        return writer.bytes
    }
}

/// The relay's side: an ephemeral key that never leaves memory, and the keys agreed with it.
package struct MailboxSealer: Sendable {
    private var ephemeral: X25519.PrivateKey
    private var madeAt: Timestamp
    private var uses = 0
    private var keys: [MailboxID: (sealingKey: SealingKey, key: MailboxSealingKey)] = [:]

    /// How many entries one ephemeral key seals at most.
    package static let usesMax = 65_536
    /// How long one ephemeral key seals at most.
    package static let ageMax = Duration.seconds(600)

    /// A sealer with a fresh ephemeral key.
    ///
    /// - Throws: Nothing in practice: a random key is always one.
    package init(now: Timestamp, using entropy: inout Entropy) throws(CryptoError) {
        ephemeral = try X25519.PrivateKey.random(using: &entropy)
        madeAt = now
    }

    /// Lets go of an ephemeral key that is too old, and of all that was agreed with it, even where
    /// nothing more is sealed.
    package mutating func renew(
        now: Timestamp, using entropy: inout Entropy
    ) throws(CryptoError) {
        guard now.since(madeAt) >= Self.ageMax || now < madeAt else { return }
        self = try MailboxSealer(now: now, using: &entropy)
    }

    /// The key to seal one entry for a mailbox with.
    ///
    /// - Throws: `.invalidKey` when nothing can be agreed with the sealing key. The sealer is
    ///   then as it was but for the age of its ephemeral key.
    package mutating func key(
        for mailbox: MailboxID, sealingKey: SealingKey, now: Timestamp,
        using entropy: inout Entropy
    ) throws(CryptoError) -> MailboxSealingKey {
        if uses >= Self.usesMax { self = try MailboxSealer(now: now, using: &entropy) }
        try renew(now: now, using: &entropy)
        if let known = keys[mailbox], known.sealingKey == sealingKey {
            uses += 1
            return known.key
        }
        let publicKey = sealingKey.bytes
        let shared = try ephemeral.sharedSecret(with: publicKey)
        let key = MailboxSealingKey(
            mailbox: mailbox, ephemeral: ephemeral.publicKey, sealingKey: publicKey,
            shared: shared)
        keys[mailbox] = (sealingKey, key)
        uses += 1
        return key
    }
}

/// The owner's side: opens what was delivered.
///
/// Keys agreed with the relay's last few ephemeral keys are remembered.
package struct MailboxOpener: Sendable {
    private let mailbox: MailboxID
    private let privateKey: X25519.PrivateKey
    private var keys: [(ephemeral: [UInt8], key: MailboxSealingKey)] = []
    private static let keysMax = 8

    /// An opener for one mailbox and the private half of its sealing key.
    package init(mailbox: MailboxID, privateKey: X25519.PrivateKey) {
        self.mailbox = mailbox
        self.privateKey = privateKey
    }

    /// Opens a delivery under the number it claims [SEAL-2].
    package mutating func open(
        _ delivery: Delivery
    ) throws(MailboxOpenError) -> MailboxEntry {
        try open(delivery.sealed, sequence: delivery.sequence)
    }

    /// Opens an ephemeral delivery [EPH-3].
    package mutating func open(
        _ delivery: EphemeralDelivery
    ) throws(MailboxOpenError) -> EphemeralEntry {
        try open(delivery.sealed, sequence: MailboxSealingKey.ephemeralSequence)
    }

    private mutating func open<Entry: WireDecodable>(
        _ sealed: [UInt8], sequence: UInt64
    ) throws(MailboxOpenError) -> Entry {
        guard sealed.count > 32 else { throw .notForThisMailbox }
        let plaintext: [UInt8]
        do throws(CryptoError) {
            let key = try key(for: Array(sealed.prefix(32)))
            plaintext = try key.open(sealed.dropFirst(32), sequence: sequence)
        } catch {
            throw .notForThisMailbox
        }
        do throws(WireError) {
            return try Entry(wireBytes: plaintext)
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func key(
        for ephemeral: [UInt8]
    ) throws(CryptoError) -> MailboxSealingKey {
        if let known = keys.first(where: { $0.ephemeral == ephemeral }) { return known.key }
        let key = MailboxSealingKey(
            mailbox: mailbox, ephemeral: ephemeral, sealingKey: privateKey.publicKey,
            shared: try privateKey.sharedSecret(with: ephemeral))
        if keys.count == Self.keysMax { keys.removeFirst() }
        keys.append((ephemeral, key))
        return key
    }
}

/// Why a delivery does not open.
package enum MailboxOpenError: Error, Equatable, Sendable {
    /// It was not sealed for this mailbox under this number, or was changed since.
    case notForThisMailbox
    /// It opens, and what is inside is no mailbox entry.
    case malformed(WireError)
}
