// The bounds of the store on disk (spec/relay.md sections 7 and 8).

enum StoreLimits {
    /// The bytes of the disk that are kept for what makes room [OPS-5]: the write-ahead log at its
    /// largest with one transaction over it, and as much again for folding it.
    static let bytesKeptFree = 64 << 20
    /// How large the write-ahead log grows before it is folded into the database, in pages.
    static let logPagesMax = 4_000
    /// How many things that are wrong with a database are told.
    static let problemsShown = 10
    /// The memory for pages, in KiB.
    static let cacheKiB = 65_536
}
