// The bounds of the store on disk (spec/relay.md sections 7 and 8).

enum StoreLimits {
    /// The bytes of the disk that are kept for what makes room [OPS-5]: the write-ahead log at its
    /// largest with one transaction over it, and as much again for folding it.
    static let bytesKeptFree = 64 << 20
    /// The pages of a new database; an older one keeps those it has. An entry of 1 KiB shares such
    /// a page with four others, where one of 4 KiB would hold two and be empty for a quarter.
    static let pageBytes = 8_192
    /// How large the write-ahead log grows before it is folded into the database, in pages.
    static let logPagesMax = 2_000
    /// How many things that are wrong with a database are told.
    static let problemsShown = 10
    /// The entries that move in one transaction from where they came in to where they stay.
    static let settledMax = 500
    /// The memory for pages, in KiB.
    static let cacheKiB = 65_536
}
