// What is written down on paper when an account is made, and kept on no device.

package import SottoCrypto
package import SottoWire

/// The 20 random bytes behind a recovery key (spec/identity.md, section 1, Recovery key).
package struct RecoverySecret: Sendable, Equatable {
    private let secret: Secret

    /// A new secret; it is shown once and then forgotten.
    package static func random(using entropy: inout Entropy) -> RecoverySecret {
        RecoverySecret(secret: entropy.secret(secretBytes))
    }

    /// The recovery key that the secret stands for.
    package var key: SignaturePrivateKey {
        get throws(CryptoError) {
            let uniform = HKDFSHA256.extract(salt: Secret(copying: []), ikm: secret)
            let seed = Labelled.derive(uniform, "recovery key", context: [], count: 32)
            return try SignaturePrivateKey(seed: seed)
        }
    }

    /// The code to write down: 40 letters in 8 groups of 5 with `-` between.
    ///
    /// It is the secret itself; whoever shows it must not keep it.
    package func revealCode() -> String {
        let letters = secret.withBytes { Base32.encode($0 + Self.checksum(of: $0)) }
        return stride(from: 0, to: letters.count, by: Self.groupLetters)
            .map { letters.dropFirst($0).prefix(Self.groupLetters) }
            .joined(separator: "-")
    }

    /// Reads a code that somebody typed: any case, spaces and dashes anywhere, `0`, `1` and `8`
    /// for the letters they resemble [ID-4].
    package init(code: some StringProtocol) throws(RecoveryCodeError) {
        guard code.utf8.count <= IdentityLimits.recoveryCodeBytesMax else {
            throw .wrongLength(letters: code.utf8.count)
        }
        let letters = code.unicodeScalars
            .filter { !($0.properties.isWhitespace || $0.properties.isDash) }
            .map { Self.lookalikes[$0] ?? $0 }
        guard let bytes = Base32.decode(letters) else { throw .unknownLetter }
        guard letters.count == Self.codeLetters else { throw .wrongLength(letters: letters.count) }
        let body = bytes.prefix(Self.secretBytes)
        guard bytes.dropFirst(Self.secretBytes).elementsEqual(Self.checksum(of: body)) else {
            throw .wrongChecksum
        }
        secret = Secret(copying: body)
    }

    /// The secret of these bytes.
    ///
    /// - Throws: `.truncated` or `.trailingBytes` unless there are 20.
    package init(_ secret: Secret) throws(WireError) {
        guard secret.count >= Self.secretBytes else {
            throw .truncated(needed: Self.secretBytes, available: secret.count)
        }
        guard secret.count == Self.secretBytes else {
            throw .trailingBytes(secret.count - Self.secretBytes)
        }
        self.init(secret: secret)
    }

    private init(secret: Secret) { self.secret = secret }

    private static func checksum(of bytes: some Collection<UInt8>) -> ArraySlice<UInt8> {
        Labelled.hash("recovery code", bytes).prefix(checksumBytes)
    }

    private static let secretBytes = 20
    private static let checksumBytes = 5
    private static let groupLetters = 5
    private static let codeLetters = 40
    private static let lookalikes: [Unicode.Scalar: Unicode.Scalar] = [
        "0": "O", "1": "I", "8": "B",
    ]
}

/// Why a recovery code was not taken.
package enum RecoveryCodeError: Error, Equatable, Sendable {
    /// It holds a sign that no code has.
    case unknownLetter
    /// It has this many letters instead of 40.
    case wrongLength(letters: Int)
    /// A letter is wrong or two are swapped.
    case wrongChecksum
}
