// HMAC and HKDF over any hash of the library, several times faster than the library's own.

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// HMAC (RFC 2104) in the making. A copy continues on its own from where it was made.
struct HMAC<Hash: HashFunction> {
    private var inner = Hash()
    private var outer = Hash()

    init(key: UnsafeRawBufferPointer) {
        let block = Hash.blockByteCount
        withUnsafeTemporaryAllocation(byteCount: block, alignment: 16) { pad in
            pad.initializeMemory(as: UInt8.self, repeating: 0)
            if key.count <= block {
                pad.copyMemory(from: key)
            } else {
                var hash = Hash()
                hash.update(bufferPointer: key)
                Self.copy(hash.finalize(), to: pad)
            }
            for index in 0..<block { pad[index] ^= 0x36 }
            inner.update(bufferPointer: UnsafeRawBufferPointer(pad))
            for index in 0..<block { pad[index] ^= 0x36 ^ 0x5c }
            outer.update(bufferPointer: UnsafeRawBufferPointer(pad))
            pad.wipe()
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bufferPointer: bytes) }

    /// Writes as much of the code as `output` takes.
    consuming func finalize(into output: UnsafeMutableRawBufferPointer) {
        inner.finalize().withUnsafeBytes { digest in outer.update(bufferPointer: digest) }
        Self.copy(outer.finalize(), to: output)
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

    /// HKDF-Extract (RFC 5869 section 2.2).
    static func extract(salt: Secret, ikm: Secret) -> Secret {
        ikm.withBytes { ikm in
            Secret(count: Hash.Digest.byteCount) { output in write(salt, ikm, into: output) }
        }
    }

    /// HKDF-Expand (RFC 5869 section 2.3).
    static func expand(_ prk: Secret, info: UnsafeRawBufferPointer, length: Int) -> Secret {
        Secret(count: length) { output in
            let keyed = prk.withBytes { prk in HMAC(key: prk) }
            var counter: UInt8 = 1
            var previous = 0..<0
            while length - previous.upperBound > Hash.Digest.byteCount {
                let next = previous.upperBound..<previous.upperBound + Hash.Digest.byteCount
                keyed.expand(output[previous], info, counter, into: output[next])
                previous = next
                counter += 1
            }
            // The last block, mostly the only one, uses the keyed state up instead of a copy.
            (consume keyed).expand(
                output[previous], info, counter, into: output[previous.upperBound...])
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
        var code = key.withBytes { key in HMAC(key: key) }
        code.update(bytes)
        code.finalize(into: output)
    }
}
