// What lies under a user name: whose it is, and the card.

package import SottoCrypto
package import SottoWire

/// A record of a user name that nobody has checked yet [NAME-3] (spec/identity.md, section 3).
package struct NameRecord: Sendable {
    /// The name that it is of.
    package let name: UserName
    /// The account that holds the name.
    package let account: AccountID
    /// What finds the account's own record.
    package let card: Card
    /// The device that signed.
    package let signer: DevicePublicKey
    private let signature: [UInt8]

    private static let version: UInt8 = 1
    private static let label = "user name"

    /// Says that a name at a relay is an account's, by one of its devices.
    package init(
        _ name: UserName, of account: AccountID, card: Card, at relay: RelayIDField,
        signedBy key: SignaturePrivateKey
    ) {
        self.name = name
        self.account = account
        self.card = card
        signer = DevicePublicKey(made: key.publicKey)
        signature = Labelled.sign(
            key, Self.label, Self.signing(name, account, card.locator, relay, signer))
    }

    /// Seals the record for who knows the name.
    package func seal(for secret: NameSecret, using entropy: inout Entropy) -> [UInt8] {
        let record = Secret.encoding { writer in
            writer.uint8(Self.version)
            writer.opaque(name.text.utf8)
            writer.value(account)
            card.secret.withBytes { writer.fixed($0) }
            writer.value(signer)
            writer.fixed(signature)
        }
        return Padding.pad(record).withBytes { padded in
            SymmetricSeal.seal(
                key: secret.recordKey, aad: secret.locator.bytes, padded, using: &entropy)
        }
    }

    /// Opens what a relay answered at the locator of a name.
    ///
    /// - Throws: `notOpened` if the name or a bit differs, `unknownVersion`, or `malformed`.
    package init(opening sealed: [UInt8], with secret: NameSecret) throws(NameRecordError) {
        let padded: Secret
        do {
            padded = try SymmetricSeal.openSecret(
                key: secret.recordKey, aad: secret.locator.bytes, sealed)
        } catch {
            throw .notOpened
        }
        do {
            self = try Padding.unpad(padded).decode { (reader) throws(WireError) in
                try NameRecord(from: &reader)
            }
        } catch {
            if case .unknownValue(let version) = error {
                throw .unknownVersion(UInt8(truncatingIfNeeded: version))
            }
            throw .malformed(error)
        }
    }

    private init(from reader: inout WireReader) throws(WireError) {
        let version = try reader.uint8()
        guard version == Self.version else { throw .unknownValue(UInt64(version)) }
        let text = try reader.opaque(max: IdentityLimits.userNameBytes.upperBound)
        guard let name = try? UserName(String(decoding: text, as: UTF8.self)),
            Array(name.text.utf8) == text
        else { throw .malformed }
        self.name = name
        account = try reader.value()
        card = try Card(Secret(copying: try reader.take(Card.secretBytes)))
        signer = try reader.value()
        signature = try reader.fixed(64)
    }

    /// Checks that the account whose record lies under the card holds the name, and says so itself:
    /// nobody can give a name to somebody else.
    ///
    /// - Parameter log: That of the record under ``card``, checked already.
    package func verify(
        is name: UserName, at relay: RelayIDField, of log: DeviceLog
    ) throws(NameRecordError) {
        guard self.name == name else { throw .otherName }
        guard log.account == account else { throw .otherAccount }
        guard log.isActive(signer) else { throw .signerNotActive }
        do {
            try Labelled.verify(
                publicKey: signer.bytes, signature: signature, Self.label,
                Self.signing(name, account, card.locator, relay, signer))
        } catch {
            throw .badSignature
        }
    }

    private static func signing(
        _ name: UserName, _ account: AccountID, _ locator: CardLocator, _ relay: RelayIDField,
        _ signer: DevicePublicKey
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.uint8(version)
        writer.value(relay)
        writer.opaque(name.text.utf8)
        writer.value(account)
        writer.value(locator)
        writer.value(signer)
        return writer.bytes
    }
}

/// Why the record of a user name is not believed. Nothing of it is used.
package enum NameRecordError: Error, Equatable, Sendable {
    /// It was not sealed for this name, or was changed since.
    case notOpened
    /// A later version wrote it.
    case unknownVersion(UInt8)
    /// It opens and does not decode.
    case malformed(WireError)
    /// It is of another name.
    case otherName
    /// The account under its card is another.
    case otherAccount
    /// Its signer is no active device of the account.
    case signerNotActive
    /// The signer did not sign this.
    case badSignature
}
