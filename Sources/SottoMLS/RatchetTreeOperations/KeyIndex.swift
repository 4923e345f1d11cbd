// Which public keys a tree holds, so that asking whether one is there does not read the tree.

/// A set of public keys in shards, so that a copy that changes a path copies a few shards.
struct KeyIndex: Sendable {
    private var shards: [Set<[UInt8]>] = Array(repeating: [], count: shardCount)

    private static let shardCount = 256

    func contains(_ key: [UInt8]) -> Bool { shards[shard(of: key)].contains(key) }

    /// Adds a key. Says whether it was new.
    @discardableResult
    mutating func insert(_ key: [UInt8]) -> Bool {
        shards[shard(of: key)].insert(key).inserted
    }

    mutating func remove(_ key: [UInt8]) { shards[shard(of: key)].remove(key) }

    private func shard(of key: [UInt8]) -> Int { key.last.map(Int.init) ?? 0 }
}
