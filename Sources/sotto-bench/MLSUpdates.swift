// Updates in a full tree: new keys from a leaf to the root.

import SottoCrypto
import SottoMLS

extension Report {
    mutating func addUpdates(_ suite: CipherSuite, in size: Int, rounds: Int?) throws {
        let tree = try FullTree(suite, size: size)
        var (committer, follower) = try tree.members()
        var entropy = Entropy.system()
        var (create, process) = (Turns(), Turns())
        for _ in 0..<(rounds ?? 21) {
            let start = CPUTime.ofThisProcess()
            let commit = try committer.commit([], policy: MLSClient.policy, using: &entropy)
            _ = try committer.mergePendingCommit(now: MLSClient.now)
            let middle = CPUTime.ofThisProcess()
            use(
                try follower.process(
                    MLSMessage(encoded: commit.message), policy: MLSClient.policy))
            let end = CPUTime.ofThisProcess()
            let floor = try UpdateCosts(suite, size: size, tree)
            create.add(middle - start, floor: floor.create)
            process.add(end - middle, floor: floor.process)
        }
        add("\(suite.number) update among \(size), create", create)
        add("\(suite.number) update among \(size), process", process)
    }
}

/// Creating takes a key pair and a seal for each node of the path and two signatures. Processing
/// takes two checks of signatures, one opening, and the key pairs of all shared nodes. Both
/// hash a leaf, a node and its parent hash at each level.
private struct UpdateCosts {
    let create: Duration
    let process: Duration

    init(_ suite: CipherSuite, size: Int, _ tree: FullTree) throws {
        var costs = try MLSCosts(suite)
        let leafBytes = tree.clients[0].keyPackage.keyPackage.leafNode.encodedBytes.count
        let keyBytes = suite.hpke.kem.publicKeyLength
        let levels = Int.bitWidth - (size - 1).leadingZeroBitCount
        let pair = try costs.deriveKeyPair()
        let hashes =
            costs.hash(bytes: leafBytes) + (costs.hash(bytes: keyBytes + 70) * levels) * 2
        let derive = costs.derive(context: 0)
        let commitBytes = leafBytes + levels * (keyBytes + suite.hpke.kem.encapsulationLength + 60)
        create =
            try pair * (levels + 1) + costs.hpkeSeal() * levels + costs.sign(bytes: leafBytes)
            + costs.sign(bytes: commitBytes) + hashes + derive * (2 * levels + 20)
        process =
            try pair * (levels - 1) + costs.hpkeOpen() + costs.verify(bytes: leafBytes)
            + costs.verify(bytes: commitBytes) + hashes + derive * (2 * levels + 20)
    }
}
