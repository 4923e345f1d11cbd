// Names that people remember, and what a relay that guesses must pay for each guess.

package import SottoCrypto
package import SottoWire

/// A name by which somebody can be found at a relay [NAME-1] (spec/identity.md, section 3).
package struct UserName: Hashable, Sendable, CustomStringConvertible {
    /// The name in its one form: 3 to 32 of `a` to `z`, `0` to `9`, `.`, `_` and `-`.
    package let text: String

    /// Reads a name. Capital letters count as small ones.
    package init(_ text: some StringProtocol) throws(UserNameError) {
        let bytes = Array(text.utf8)
        guard IdentityLimits.userNameBytes.contains(bytes.count) else { throw .wrongLength }
        let lowered = bytes.map { (65...90).contains($0) ? $0 + 32 : $0 }
        guard lowered.allSatisfy(Self.isAllowed) else { throw .wrongLetter }
        self.text = String(decoding: lowered, as: UTF8.self)
    }

    /// The name as it is written.
    package var description: String { text }

    /// The name's letters, as what the relay evaluates without seeing it.
    package var secret: Secret { Secret(copying: Array(text.utf8)) }

    private static func isAllowed(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(letter)
        }
    }
}

/// Why a text is no user name.
package enum UserNameError: Error, Equatable, Sendable {
    /// It is shorter than 3 bytes or longer than 32.
    case wrongLength
    /// It has something else than `a` to `z`, `0` to `9`, `.`, `_` and `-`.
    case wrongLetter
}

/// What finds and opens the record of a user name.
package struct NameSecret: Sendable, Equatable {
    /// 32 bytes, derived slowly from the name and from what the relay's key made of it.
    package let secret: Secret

    /// The secret of a name at a relay. Takes a tenth of a second and 64 MiB of memory.
    ///
    /// - Parameter output: What the relay's oblivious function came to for the name.
    /// - Throws: `.invalidLength` where there is not that much memory.
    package init(
        of name: UserName, at relay: RelayIDField, output: Secret
    ) throws(CryptoError) {
        let salt = Labelled.hash("user name", relay.bytes + Array(name.text.utf8))
        secret = try Argon2id.derive(
            output, salt: Array(salt.prefix(Argon2id.saltLength)), cost: IdentityLimits.nameCost,
            count: Self.count)
    }

    /// A secret that was kept.
    ///
    /// - Throws: `.malformed` unless it has 32 bytes.
    package init(_ secret: Secret) throws(WireError) {
        guard secret.count == Self.count else { throw .malformed }
        self.secret = secret
    }

    /// Where the record lies. To the relay it looks as the locator of a card does.
    package var locator: CardLocator {
        derive("name locator").withBytes { CardLocator(made: Array($0)) }
    }

    /// What the record is sealed with.
    package var recordKey: SealKey { SealKey(made: derive("name record key")) }

    /// What the record is written with by the account whose own record `key` writes [NAME-4]: the
    /// same each time, so that a name that was taken is found to be ours.
    ///
    /// - Throws: What making a key of 32 bytes throws, which is nothing.
    package func writeKey(of key: SignaturePrivateKey) throws(CryptoError) -> SignaturePrivateKey {
        try SignaturePrivateKey(
            seed: Labelled.derive(
                key.seed, "user name write key", context: locator.bytes, count: 32))
    }

    private func derive(_ label: String) -> Secret {
        Labelled.derive(secret, label, context: [], count: 32)
    }

    private static let count = 32
}
