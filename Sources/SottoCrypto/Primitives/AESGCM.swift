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
        guard
            let box = try? box(nonce: input.nonce, text),
            var plaintext = try? AES.GCM.open(
                box, using: SymmetricKey(data: input.key), authenticating: input.aad)
        else { return false }
        plaintext.withUnsafeMutableBytes { plaintext in
            output.copyMemory(from: UnsafeRawBufferPointer(plaintext))
            plaintext.wipe()
        }
        return true
    }

    /// What the library opens. It takes one run of bytes several times faster than three.
    private static func box(
        nonce: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer
    ) throws -> AES.GCM.SealedBox {
        try withUnsafeTemporaryAllocation(
            byteCount: nonce.count + text.count, alignment: 16
        ) { combined in
            combined.copyMemory(from: nonce)
            UnsafeMutableRawBufferPointer(rebasing: combined[nonce.count...]).copyMemory(from: text)
            return try AES.GCM.SealedBox(combined: UnsafeRawBufferPointer(combined))
        }
    }
}
