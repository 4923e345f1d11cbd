// Which public keys a tree holds, so that asking whether one is there does not read the tree.

import SottoCrypto

/// A set of public keys in small shards, so that a copy that changes a path copies a few keys.
///
/// It keeps the short keys themselves, and long ones by their digests.
struct KeyIndex: Sendable {
    private var shards = ChunkedArray<Set<Entry>>(repeating: [], count: shardCount)

    private static let shardCount = 4_096

    func contains(_ key: [UInt8]) -> Bool {
        let entry = Entry(key)
        return shards[entry.shard].contains(entry)
    }

    /// Adds a key. Says whether it was new.
    @discardableResult
    mutating func insert(_ key: [UInt8]) -> Bool {
        let entry = Entry(key)
        return shards[entry.shard].insert(entry).inserted
    }

    mutating func remove(_ key: [UInt8]) {
        let entry = Entry(key)
        shards[entry.shard].remove(entry)
    }

    /// 32 bytes without an allocation.
    private struct Entry: Hashable {
        private let words: (UInt64, UInt64, UInt64, UInt64)

        init(_ key: [UInt8]) {
            let bytes = key.count == SHA256.length ? key : SHA256.hash(key)
            words = bytes.withUnsafeBytes { bytes in
                (
                    bytes.loadUnaligned(as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
                )
            }
        }

        var shard: Int { Int(words.0 % UInt64(KeyIndex.shardCount)) }

        static func == (left: Entry, right: Entry) -> Bool { left.words == right.words }

        func hash(into hasher: inout Hasher) {
            hasher.combine(words.0)
            hasher.combine(words.1)
            hasher.combine(words.2)
            hasher.combine(words.3)
        }
    }
}
