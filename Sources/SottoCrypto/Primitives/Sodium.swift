// Starting libsodium, and the small things that every use of it needs.

import CSodium

/// libsodium, ready to be used.
enum Sodium {
    private static let started: Void = {
        // It fails only where the system has no randomness, and nothing may run there.
        if sodium_init() < 0 { sodium_misuse() }
    }()

    /// Chooses the implementations for this processor, once in a process.
    static func start() { started }
}

extension UnsafeRawBufferPointer {
    /// The address as libsodium takes it: never nil, not even of nothing.
    var address: UnsafePointer<UInt8> {
        UnsafePointer(
            (baseAddress ?? UnsafeRawPointer(nowhere)).assumingMemoryBound(to: UInt8.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// The address as libsodium takes it: never nil, not even of nothing.
    var address: UnsafeMutablePointer<UInt8> {
        (baseAddress ?? nowhere).assumingMemoryBound(to: UInt8.self)
    }

    /// Overwrites the bytes in a way that no optimiser removes.
    func wipe() { sodium_memzero(address, count) }
}

/// An address for runs of no bytes. Unsafe by the compiler's rules, since it is a pointer that all
/// threads see; nothing is ever read or written there.
private nonisolated(unsafe) let nowhere = UnsafeMutableRawPointer.allocate(
    byteCount: 16, alignment: 16)

/// Shows the bytes of any collection to `body`, copying them only if they do not lie together;
/// the copy is wiped, since nobody here knows whether they are secret.
///
/// Always inlined: in callers that are generic over the collection alone, the result's type is then
/// known, where looking it up would take longer than hashing a block.
@inline(__always)
func withContiguousBytes<Result>(
    of bytes: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result
) -> Result {
    let direct = bytes.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
    if let direct { return direct }
    var copy = Array(bytes)
    defer { copy.withUnsafeMutableBytes { buffer in buffer.wipe() } }
    return copy.withUnsafeBytes(body)
}

/// Whether two runs of bytes are equal, in a time that depends on their lengths alone.
package func constantTimeEquals(
    _ left: some Collection<UInt8>, _ right: some Collection<UInt8>
) -> Bool {
    withContiguousBytes(of: left) { left in
        withContiguousBytes(of: right) { right in
            left.count == right.count
                && sodium_memcmp(left.address, right.address, left.count) == 0
        }
    }
}
