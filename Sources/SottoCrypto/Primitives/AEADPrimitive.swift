// What every authenticated cipher here has in common: a tag of 16 bytes after the text.

/// What an authenticated cipher is given beside the text.
struct AEADInput {
    let key: UnsafeRawBufferPointer
    let nonce: UnsafeRawBufferPointer
    let aad: UnsafeRawBufferPointer
}

/// One authenticated cipher over raw memory. Lengths have been checked before it is called.
protocol AEADPrimitive {
    static var keyLength: Int { get }
    static var nonceLength: Int { get }

    /// Writes ciphertext and tag to `output`, which is 16 bytes longer than `text`.
    static func seal(
        _ text: UnsafeRawBufferPointer, _ input: AEADInput,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool

    /// Writes the plaintext to `output`, which is 16 bytes shorter than `text`.
    static func open(
        _ text: UnsafeRawBufferPointer, _ input: AEADInput,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool
}

extension AEADPrimitive {
    static var tagLength: Int { 16 }

    /// Ciphertext and tag, with `prefix` before them in the same array.
    static func sealed(
        key: Secret, nonce: some Collection<UInt8>, aad: some Collection<UInt8>,
        _ plaintext: some Collection<UInt8>, after prefix: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        let start = prefix.count
        let length = start + plaintext.count + tagLength
        let sealed = try run(key, nonce, aad, plaintext) { text, input in
            [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
                let output = UnsafeMutableRawBufferPointer(buffer)
                output.copyBytes(from: prefix)
                let rest = UnsafeMutableRawBufferPointer(rebasing: output[start..<length])
                initialized = seal(text, input, into: rest) ? length : 0
            }
        }
        guard sealed.count == length else { throw .invalidLength }
        return sealed
    }

    static func opened(
        key: Secret, nonce: some Collection<UInt8>, aad: some Collection<UInt8>,
        _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        let length = ciphertext.count - tagLength
        guard length >= 0 else { throw .invalidCiphertext }
        var isOpen = false
        let plaintext = try run(key, nonce, aad, ciphertext) { text, input in
            [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
                let output = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<length])
                isOpen = open(text, input, into: output)
                initialized = isOpen ? length : 0
            }
        }
        guard isOpen else { throw .invalidCiphertext }
        return plaintext
    }

    static func openedSecret(
        key: Secret, nonce: some Collection<UInt8>, aad: some Collection<UInt8>,
        _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        let length = ciphertext.count - tagLength
        guard length >= 0 else { throw .invalidCiphertext }
        var isOpen = false
        let plaintext = try run(key, nonce, aad, ciphertext) { text, input in
            Secret(count: length) { output in isOpen = open(text, input, into: output) }
        }
        guard isOpen else { throw .invalidCiphertext }
        return plaintext
    }

    @inline(__always)
    private static func run<Result>(
        _ key: Secret, _ nonce: some Collection<UInt8>, _ aad: some Collection<UInt8>,
        _ text: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer, AEADInput) -> Result
    ) throws(CryptoError) -> Result {
        guard key.count == keyLength, nonce.count == nonceLength else { throw .invalidLength }
        Sodium.start()
        return key.withBytes { key in
            withContiguousBytes(of: nonce) { nonce in
                withContiguousBytes(of: aad) { aad in
                    withContiguousBytes(of: text) { text in
                        body(text, AEADInput(key: key, nonce: nonce, aad: aad))
                    }
                }
            }
        }
    }
}
