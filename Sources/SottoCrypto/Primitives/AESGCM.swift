// AES in Galois/counter mode, with either length of key.

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// AES-128-GCM (NIST SP 800-38D).
enum AES128GCM: AESGCM {
    static let keyLength = 16
}

/// AES-256-GCM (NIST SP 800-38D).
enum AES256GCM: AESGCM {
    static let keyLength = 32
}

/// What the two share, since the library tells them apart by the key.
protocol AESGCM: AEADPrimitive {}

extension AESGCM {
    static var nonceLength: Int { 12 }

    static func seal(
        _ text: UnsafeRawBufferPointer, _ input: AEADInput,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard
            let nonce = try? AES.GCM.Nonce(data: input.nonce),
            let box = try? AES.GCM.seal(
                text, using: SymmetricKey(data: input.key), nonce: nonce,
                authenticating: input.aad),
            let combined = box.combined
        else { return false }
        combined.dropFirst(nonceLength).withUnsafeBytes { sealed in
            output.copyMemory(from: sealed)
        }
        return true
    }

    static func open(
        _ text: UnsafeRawBufferPointer, _ input: AEADInput,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let length = text.count - tagLength
        guard
            let nonce = try? AES.GCM.Nonce(data: input.nonce),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: UnsafeRawBufferPointer(rebasing: text[..<length]),
                tag: UnsafeRawBufferPointer(rebasing: text[length...])),
            var plaintext = try? AES.GCM.open(
                box, using: SymmetricKey(data: input.key), authenticating: input.aad)
        else { return false }
        plaintext.withUnsafeMutableBytes { plaintext in
            output.copyMemory(from: UnsafeRawBufferPointer(plaintext))
            plaintext.wipe()
        }
        return true
    }
}
