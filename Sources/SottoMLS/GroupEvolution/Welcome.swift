// The invitation that new members are sent (RFC 9420 section 12.4.3.1).

public import SottoCrypto
package import SottoWire

/// What a joiner needs to compute the epoch's secrets, sealed to its init key.
package struct GroupSecrets: Sendable, WireCodable {
    /// The secret that the epoch's secrets follow from.
    package let joinerSecret: Secret
    /// The secret of the lowest node above the joiner and the committer, if there was a path.
    package let pathSecret: Secret?
    /// The keys that the epoch's secrets depend on besides.
    package let preSharedKeys: [PreSharedKeyID]

    /// What a joiner needs.
    package init(joinerSecret: Secret, pathSecret: Secret?, preSharedKeys: [PreSharedKeyID] = []) {
        self.joinerSecret = joinerSecret
        self.pathSecret = pathSecret
        self.preSharedKeys = preSharedKeys
    }

    package init(from reader: inout WireReader) throws(WireError) {
        joinerSecret = try reader.secret()
        switch try reader.uint8() {
        case 0: pathSecret = nil
        case 1: pathSecret = try reader.secret()
        case let other: throw .unknownValue(UInt64(other))
        }
        preSharedKeys = try reader.vector()
    }

    package func encode(to writer: inout WireWriter) {
        writer.secret(joinerSecret)
        writer.uint8(pathSecret == nil ? 0 : 1)
        if let pathSecret { writer.secret(pathSecret) }
        writer.vector(preSharedKeys)
    }
}

/// The group secrets for one key package.
package struct EncryptedGroupSecrets: Hashable, Sendable, WireCodable {
    /// Whose key package it is.
    package let newMember: KeyPackageRef
    /// `GroupSecrets`, sealed.
    package let encryptedGroupSecrets: HPKECiphertext

    init(newMember: KeyPackageRef, encryptedGroupSecrets: HPKECiphertext) {
        self.newMember = newMember
        self.encryptedGroupSecrets = encryptedGroupSecrets
    }

    package init(from reader: inout WireReader) throws(WireError) {
        newMember = try reader.value()
        encryptedGroupSecrets = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(newMember)
        writer.value(encryptedGroupSecrets)
    }
}

/// An invitation to one or more clients into the epoch that their adding began.
public struct Welcome: Hashable, Sendable {
    /// The group's cipher suite.
    public let suite: CipherSuite
    /// The group secrets, once for each new member.
    package let secrets: [EncryptedGroupSecrets]
    /// The GroupInfo, sealed with what follows from the group secrets.
    package let encryptedGroupInfo: [UInt8]

    /// The key packages whose owners are invited.
    public var recipients: [KeyPackageRef] { secrets.map(\.newMember) }
}

extension Welcome: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        suite = try reader.cipherSuite()
        secrets = try reader.vector()
        encryptedGroupInfo = try reader.opaque()
    }

    package func encode(to writer: inout WireWriter) {
        writer.uint16(suite.rawValue)
        writer.vector(secrets)
        writer.opaque(encryptedGroupInfo)
    }
}

// MARK: - Sealing

extension Welcome {
    /// A new member, by the key package that added it.
    package struct Invitee: Sendable {
        let keyPackage: KeyPackage
        let pathSecret: Secret?

        /// A new member and the path secret that it is told.
        package init(keyPackage: KeyPackage, pathSecret: Secret?) {
            self.keyPackage = keyPackage
            self.pathSecret = pathSecret
        }
    }

    /// Seals what new members need.
    ///
    /// - Parameter preSharedKeys: The keys that went into the schedule.
    /// - Throws: `.invalidKey` if an init key is not one of the suite.
    package init(
        to invitees: [Invitee], info: GroupInfo, schedule: KeySchedule,
        preSharedKeys: [PreSharedKeyID] = [], using entropy: inout Entropy
    ) throws(CryptoError) {
        let suite = info.context.suite
        let keys = WelcomeKeys(schedule.welcomeSecret, suite)
        let sealedInfo = try suite.seal(
            key: keys.key, nonce: keys.nonce, aad: [], info.encoded)
        let encryption = suite.encryption(label: welcomeLabel, context: sealedInfo)
        var secrets: [EncryptedGroupSecrets] = []
        for invitee in invitees {
            let groupSecrets = Secret.encoding { writer in
                writer.value(
                    GroupSecrets(
                        joinerSecret: schedule.joinerSecret, pathSecret: invitee.pathSecret,
                        preSharedKeys: preSharedKeys))
            }
            let sealed = try encryption.seal(
                to: invitee.keyPackage.initKey, groupSecrets, using: &entropy)
            secrets.append(
                EncryptedGroupSecrets(
                    newMember: invitee.keyPackage.reference, encryptedGroupSecrets: sealed))
        }
        self.suite = suite
        self.secrets = secrets
        encryptedGroupInfo = sealedInfo
    }
}

// MARK: - Opening

/// Why a Welcome does not open.
public enum WelcomeFault: Error, Hashable, Sendable {
    /// It is for other key packages, or another suite.
    case notForUs
    /// Its group secrets or its GroupInfo do not open.
    case notDecryptable
    /// What was sealed is not of the form it should have.
    case malformed
}

extension Welcome {
    /// The group secrets for a key package.
    package func groupSecrets(
        for keyPackage: KeyPackageRef, with initKey: HPKEPrivateKey
    ) throws(WelcomeFault) -> GroupSecrets {
        guard let entry = secrets.first(where: { $0.newMember == keyPackage }) else {
            throw .notForUs
        }
        guard
            let opened = try? suite.decryptWithLabel(
                initKey, label: welcomeLabel, context: encryptedGroupInfo,
                entry.encryptedGroupSecrets)
        else { throw .notDecryptable }
        do {
            return try opened.decode { (reader) throws(WireError) in try reader.value() }
        } catch {
            throw .malformed
        }
    }

    /// The GroupInfo, whose signature is still to be checked.
    package func groupInfo(_ schedule: KeySchedule) throws(WelcomeFault) -> GroupInfo {
        let keys = WelcomeKeys(schedule.welcomeSecret, suite)
        guard
            let opened = try? suite.open(
                key: keys.key, nonce: keys.nonce, aad: [], encryptedGroupInfo)
        else { throw .notDecryptable }
        do { return try GroupInfo(wireBytes: opened) } catch { throw .malformed }
    }
}

private let welcomeLabel = "Welcome"

/// What the GroupInfo in a Welcome is sealed with.
private struct WelcomeKeys {
    let key: Secret
    let nonce: [UInt8]

    init(_ welcomeSecret: Secret, _ suite: CipherSuite) {
        key = suite.expandWithLabel(
            welcomeSecret, label: "key", context: [], length: suite.keyLength)
        nonce = suite.expandWithLabel(
            welcomeSecret, label: "nonce", context: [], length: suite.nonceLength
        ).withBytes { Array($0) }
    }
}
