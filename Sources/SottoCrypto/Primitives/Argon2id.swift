// A derivation that is slow on purpose, for secrets that can be guessed.

import CSodium

/// Argon2id version 1.3 (RFC 9106) with one lane.
package enum Argon2id {
    /// What one derivation costs.
    package struct Cost: Hashable, Sendable {
        /// How much memory it fills, in bytes; at least 8,192.
        package let memoryBytes: Int
        /// How often it passes over that.
        package let passes: UInt64

        /// A cost.
        package init(memoryBytes: Int, passes: UInt64) {
            self.memoryBytes = memoryBytes
            self.passes = passes
        }
    }

    /// The length of a salt, in bytes.
    package static let saltLength = 16

    /// `count` bytes that cannot be had from the password and the salt for less.
    ///
    /// - Throws: `.invalidLength` for another salt, a cost or a count out of range, and where the
    ///   memory is not to be had.
    package static func derive(
        _ password: Secret, salt: [UInt8], cost: Cost, count: Int
    ) throws(CryptoError) -> Secret {
        Sodium.start()
        guard salt.count == saltLength else { throw .invalidLength }
        return try password.withBytes { (password) throws(CryptoError) in
            try Secret(count: count) { (output) throws(CryptoError) in
                let status = salt.withUnsafeBytes { salt in
                    crypto_pwhash(
                        output.address, UInt64(output.count),
                        UnsafeRawPointer(password.address).assumingMemoryBound(to: CChar.self),
                        UInt64(password.count), salt.address, cost.passes, cost.memoryBytes,
                        crypto_pwhash_ALG_ARGON2ID13)
                }
                guard status == 0 else { throw .invalidLength }
            }
        }
    }
}
