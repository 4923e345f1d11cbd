// The one type that secret bytes live in: shared, wiped, unprintable, compared in constant time.

/// Bytes that nobody may see.
///
/// Copies share one buffer, which is overwritten when the last of them goes. Printing,
/// interpolating or reflecting a secret shows its length alone.
public struct Secret: Sendable {
    private let storage: SecretStorage

    /// A secret of `count` bytes, written by `fill` into the buffer that keeps them.
    ///
    /// The buffer is zero before. If `fill` throws, what it wrote is wiped.
    package init<Failure: Error>(
        count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        storage = SecretStorage(count: count)
        try fill(storage.bytes)
    }

    /// A secret with the given bytes. Wiping the original stays with the caller.
    public init(copying bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { buffer in
            withContiguousBytes(of: bytes) { source in buffer.copyMemory(from: source) }
        }
    }

    /// Fresh secret bytes.
    public static func random(_ count: Int, using entropy: inout Entropy) -> Secret {
        entropy.secret(count)
    }

    /// A secret of `count` zero bytes, which stands for an absent one in key schedules.
    public static func zero(_ count: Int) -> Secret { Secret(count: count) { _ in } }

    /// How many bytes it has. This is not secret.
    public var count: Int { storage.bytes.count }

    /// Shows the bytes to `body`, which must not keep them.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The storage would otherwise be free to go before `body` ends.
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeRawBufferPointer(storage.bytes))
    }

    /// The bytes `range` of this secret as a secret of their own.
    ///
    /// - Precondition: `range` lies in `0..<count`.
    package func part(_ range: Range<Int>) -> Secret {
        withBytes { bytes in
            Secret(count: range.count) { part in
                part.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        }
    }
}

extension Secret: Equatable {
    /// Whether two secrets hold the same bytes, in a time that depends on their lengths alone.
    public static func == (left: Secret, right: Secret) -> Bool {
        left.withBytes { left in right.withBytes { right in constantTimeEquals(left, right) } }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The length, and nothing else.
    public var description: String { "Secret(\(count) bytes)" }
    /// The length, and nothing else.
    public var debugDescription: String { description }
    /// The length, and nothing else.
    public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}

/// The buffer that copies of one secret share.
///
/// Unchecked because it holds a pointer: the bytes are written before the first copy is made and
/// not again until the last is gone.
final class SecretStorage: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: 16)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    func wipe() { bytes.wipe() }

    deinit {
        wipe()
        bytes.deallocate()
    }
}
