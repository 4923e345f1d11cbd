// Founding a group and adding everybody in one commit; joining such a group.

import SottoCrypto
import SottoMLS

extension Report {
    mutating func addGrowth(_ suite: CipherSuite, to size: Int, rounds: Int?) throws {
        let growth = try Growth(suite, size: size)
        var (added, joined) = (Turns(), Turns())
        for _ in 0..<(rounds ?? Swift.min(Swift.max(3_000 / size, 3), 21)) {
            let taken = try growth.round()
            let floor = try GrowthCosts(suite, growth)
            added.add(taken.add, floor: floor.add)
            joined.add(taken.join, floor: floor.join)
        }
        add("\(suite.number) create + add \(size)", added)
        add("\(suite.number) join \(size)", joined)
    }
}

/// A founder and those it adds.
private struct Growth {
    let suite: CipherSuite
    /// What a directory of key packages would give to the founder.
    let keyPackages: [[UInt8]]
    let last: MLSClient

    init(_ suite: CipherSuite, size: Int) throws {
        var entropy = Entropy.system()
        self.suite = suite
        var clients: [MLSClient] = []
        for number in 1...size {
            clients.append(try MLSClient(number, suite, using: &entropy))
        }
        keyPackages = clients.map(\.keyPackage.keyPackage.encoded)
        last = clients[size - 1]
    }

    func round() throws -> (add: Duration, join: Duration) {
        let start = CPUTime.ofThisProcess()
        let welcome = try addEverybody()
        let middle = CPUTime.ofThisProcess()
        use(try last.join(welcome))
        return (middle - start, CPUTime.ofThisProcess() - middle)
    }

    private func addEverybody() throws -> [UInt8]? {
        var entropy = Entropy.system()
        var group = try MLSClient.group(suite, using: &entropy)
        let adds = try keyPackages.map { Proposal.add(try KeyPackage(encoded: $0)) }
        let commit = try group.commit(adds, policy: MLSClient.policy, using: &entropy)
        _ = try group.mergePendingCommit(now: MLSClient.now)
        return commit.welcome
    }
}

/// Adding takes two checks of signatures and a seal for everybody who is added. Joining takes the
/// check of every leaf's signature and the hashes of all nodes; what is sealed for all joiners
/// is hashed under the seal and under the inviter's signature.
private struct GrowthCosts {
    let add: Duration
    let join: Duration

    init(_ suite: CipherSuite, _ growth: Growth) throws {
        var costs = try MLSCosts(suite)
        let keyPackage = growth.last.keyPackage.keyPackage
        let (packageBytes, leafBytes) = (
            keyPackage.encoded.count, keyPackage.leafNode.encodedBytes.count
        )
        let count = growth.keyPackages.count
        let leafCheck = try costs.verify(bytes: leafBytes - 66)
        add = try (costs.verify(bytes: packageBytes - 66) + leafCheck + costs.hpkeSeal()) * count
        let info = leafBytes * count
        let hashes =
            (costs.hash(bytes: leafBytes + 6) + costs.hash(bytes: 68)) * count
            + costs.hash(bytes: info)
        join = try leafCheck * count + hashes + costs.verify(bytes: info)
    }
}
