// HMAC and HKDF over any hash of the library, several times faster than the library's own.

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// HMAC (RFC 2104) in the making. Its end overwrites the states of the hash: the library gives them
/// back to the heap as they are, and that of a keyed HMAC is as good as its key.
struct HMAC<Hash: HashFunction>: ~Copyable {
    private var inner: Hash
    private var outer: Hash

    init(key: Secret) {
        var inner = Hash()
        var outer = Hash()
        withUnsafeTemporaryAllocation(byteCount: Hash.blockByteCount, alignment: 16) { pad in
            pad.initializeMemory(as: UInt8.self, repeating: 0)
            key.withBytes { key in
                if key.count <= pad.count {
                    pad.copyMemory(from: key)
                } else {
                    var hash = Hash()
                    hash.update(bufferPointer: key)
                    Self.copy(hash.finalize(), to: pad)
                    hash.forget()
                }
            }
            for index in pad.indices { pad[index] ^= 0x36 }
            inner.update(bufferPointer: UnsafeRawBufferPointer(pad))
            for index in pad.indices { pad[index] ^= 0x36 ^ 0x5c }
            outer.update(bufferPointer: UnsafeRawBufferPointer(pad))
            pad.wipe()
        }
        self.inner = inner
        self.outer = outer
    }

    /// One that goes on by itself from where `other` is.
    private init(copying other: borrowing HMAC) {
        inner = other.inner
        outer = other.outer
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bufferPointer: bytes) }

    /// Writes as much of the code as `output` takes.
    consuming func finalize(into output: UnsafeMutableRawBufferPointer) {
        inner.finalize().withUnsafeBytes { digest in outer.update(bufferPointer: digest) }
        Self.copy(outer.finalize(), to: output)
        inner.forget()
        outer.forget()
    }

    private static func copy(_ digest: Hash.Digest, to output: UnsafeMutableRawBufferPointer) {
        digest.withUnsafeBytes { digest in
            let count = Swift.min(digest.count, output.count)
            output.copyMemory(from: UnsafeRawBufferPointer(rebasing: digest[..<count]))
        }
    }
}

extension HMAC {
    static func authenticate(_ key: Secret, _ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let length = Hash.Digest.byteCount
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
            write(key, bytes, into: UnsafeMutableRawBufferPointer(buffer))
            initialized = length
        }
    }

    /// HKDF-Extract (RFC 5869 section 2.2) of two runs of bytes, one after the other.
    static func extract(
        salt: Secret, _ prefix: [UInt8], _ ikm: UnsafeRawBufferPointer
    ) -> Secret {
        Secret(count: Hash.Digest.byteCount) { output in
            var code = HMAC(key: salt)
            prefix.withUnsafeBytes { prefix in code.update(prefix) }
            code.update(ikm)
            code.finalize(into: output)
        }
    }

    /// HKDF-Expand (RFC 5869 section 2.3).
    static func expand(_ prk: Secret, info: UnsafeRawBufferPointer, length: Int) -> Secret {
        Secret(count: length) { output in
            let keyed = HMAC(key: prk)
            var counter: UInt8 = 1
            var previous = 0..<0
            while length - previous.upperBound > Hash.Digest.byteCount {
                let next = previous.upperBound..<previous.upperBound + Hash.Digest.byteCount
                HMAC(copying: keyed).expand(output[previous], info, counter, into: output[next])
                previous = next
                counter += 1
            }
            // The last block, mostly the only one, uses the keyed state up instead of a copy.
            keyed.expand(output[previous], info, counter, into: output[previous.upperBound...])
        }
    }

    /// One block of HKDF-Expand.
    private consuming func expand(
        _ previous: Slice<UnsafeMutableRawBufferPointer>, _ info: UnsafeRawBufferPointer,
        _ counter: UInt8, into output: Slice<UnsafeMutableRawBufferPointer>
    ) {
        update(UnsafeRawBufferPointer(rebasing: previous))
        update(info)
        withUnsafeBytes(of: counter) { counter in update(counter) }
        finalize(into: UnsafeMutableRawBufferPointer(rebasing: output))
    }

    private static func write(
        _ key: Secret, _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) {
        var code = HMAC(key: key)
        code.update(bytes)
        code.finalize(into: output)
    }
}

extension HashFunction {
    /// Overwrites what the state tells of its input.
    fileprivate mutating func forget() {
        withUnsafeTemporaryAllocation(byteCount: Self.blockByteCount, alignment: 16) { zeros in
            zeros.initializeMemory(as: UInt8.self, repeating: 0)
            update(bufferPointer: UnsafeRawBufferPointer(zeros))
        }
    }
}
