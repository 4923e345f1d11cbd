// The bounds of what the client reads and keeps, whoever asks for it.

/// Limits of the interop client.
public enum InteropLimits {
    /// The longest request, in bytes, its end not counted.
    public static let lineBytesMax = 1 << 26
    /// How many groups, key packages, signers and successors are kept at once.
    public static let entriesMax = 1 << 16
    /// How long a key package of ours may be used, in seconds.
    public static let lifetimeSeconds: UInt64 = 90 * 24 * 3_600
    /// How far another's clock may differ from ours, in seconds.
    public static let clockToleranceSeconds: UInt64 = 3_600
}
