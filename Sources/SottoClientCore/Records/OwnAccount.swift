// Who we are: every long-lived key of this device, made once.

package import SottoCrypto
package import SottoIdentity
package import SottoRelayProtocol
package import SottoWire

/// The keys, names and places of this device's account.
package struct OwnAccount: Sendable, Storable {
    /// The key that signs leaves, records and the device log.
    package let deviceKey: SignaturePrivateKey
    /// The account, as its log.
    package let log: DeviceLog
    /// Where the relay is reached, as text.
    package let origin: String
    /// The relay's key, pinned when the account was made [RELAY-1].
    package let relayKey: RelayKey
    /// The mailbox of this device.
    package let mailbox: MailboxID
    /// The key that proves that the mailbox is ours.
    package let mailboxKey: SignaturePrivateKey
    /// The key that mailbox entries are sealed to.
    package let mailboxSealing: X25519.PrivateKey
    /// The key that device envelopes are sealed to.
    package let deviceSealing: HPKEKeyPair
    /// The secret of our contact link.
    package let card: Card
    /// The key that our record is written with.
    package let recordKey: SignaturePrivateKey
    /// Where our key packages lie.
    package let stock: Locator
    /// The key that our stock is written with.
    package let stockKey: SignaturePrivateKey
    /// The name that others are told.
    package var name: String?
    /// The user name that leads to us.
    package var userName: OwnUserName?

    static let version: UInt8 = 2

    /// The account's id.
    package var id: AccountID { log.account }

    /// The mailbox with its relay.
    package var address: MailboxAddress { MailboxAddress(relay: relayKey.id, mailbox: mailbox) }

    /// What others need to reach us.
    ///
    /// - Throws: when the stored origin is none, which only a damaged store can bring.
    package func link() throws(RelayOriginError) -> ContactLink {
        ContactLink(
            origin: try RelayOrigin(origin), relay: relayKey.id.renamed(), card: card)
    }
}

extension OwnAccount {
    /// Makes every key of a new account.
    static func make(
        origin: String, relayKey: RelayKey, name: String?, recovery: RecoverySecret,
        using entropy: inout Entropy
    ) throws(Halt) -> OwnAccount {
        do {
            let deviceKey = try SignaturePrivateKey.random(using: &entropy)
            let log = try DeviceLog.found(device: deviceKey, recovery: recovery.key)
            return OwnAccount(
                deviceKey: deviceKey, log: log, origin: origin, relayKey: relayKey,
                mailbox: MailboxID(made: entropy.bytes(MailboxID.byteCount)),
                mailboxKey: try .random(using: &entropy),
                mailboxSealing: try .random(using: &entropy),
                deviceSealing: try CipherSuite.mlkem768X25519AES128
                    .makeHPKEKeyPair(using: &entropy),
                card: .random(using: &entropy),
                recordKey: try .random(using: &entropy),
                stock: Locator(made: entropy.bytes(Locator.byteCount)),
                stockKey: try .random(using: &entropy), name: name)
        } catch {
            throw .impossible
        }
    }

    func write(to writer: inout WireWriter) {
        writer.secret(deviceKey.seed)
        writer.value(log.unverified)
        writer.text(origin)
        writer.value(relayKey)
        writer.value(mailbox)
        writer.secret(mailboxKey.seed)
        writer.secret(mailboxSealing.bytes)
        writer.opaque(deviceSealing.publicKey)
        writer.secret(deviceSealing.privateKey.bytes)
        writer.secret(card.secret)
        writer.secret(recordKey.seed)
        writer.value(stock)
        writer.secret(stockKey.seed)
        writer.ifPresent(name) { $0.text($1) }
        writer.ifPresent(userName) { $1.write(to: &$0) }
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        deviceKey = try reader.signatureKey()
        do {
            log = try DeviceLog(validating: try reader.value())
        } catch {
            throw .malformed
        }
        origin = try reader.text()
        relayKey = try reader.value()
        mailbox = try reader.value()
        mailboxKey = try reader.signatureKey()
        let sealing = try reader.secret()
        do { mailboxSealing = try X25519.PrivateKey(sealing) } catch { throw .malformed }
        deviceSealing = HPKEKeyPair(
            publicKey: try reader.opaque(), privateKey: HPKEPrivateKey(try reader.secret()))
        card = try Card(try reader.secret())
        recordKey = try reader.signatureKey()
        stock = try reader.value()
        stockKey = try reader.signatureKey()
        name = try reader.ifPresent { (reader) throws(WireError) in try reader.text() }
        guard version > 1 else { return }
        userName = try reader.ifPresent { (reader) throws(WireError) in
            try OwnUserName(from: &reader)
        }
    }
}

extension WireReader {
    /// A signature key from its seed.
    fileprivate mutating func signatureKey() throws(WireError) -> SignaturePrivateKey {
        let seed = try secret()
        do { return try SignaturePrivateKey(seed: seed) } catch { throw .malformed }
    }
}
