// How much memory a large group takes, and how much more each epoch does that is kept.

import Foundation
import SottoCrypto
import SottoMLS

extension Report {
    mutating func addMemory(_ suite: CipherSuite, of size: Int) throws {
        let tree = try FullTree(suite, size: size)
        let (client, welcome) = (tree.clients[0], tree.welcome)
        let before = ResidentMemory.now()
        ResidentMemory.resetPeak()
        let group = try client.join(welcome)
        let peak = ResidentMemory.peak()
        let kept = ResidentMemory.now()
        let encoded = group.ratchetTree.count
        let name = "\(suite.number) group of \(size)"
        add("\(name), encoded tree", Double(encoded) / 1_024, .kibibytes)
        add("\(name), memory", Double(kept - before) / 1_024, .kibibytes)
        add("\(name), memory, ratio", Double(kept - before) / Double(encoded), .times)
        add("\(name), peak while joining, ratio", Double(peak - before) / Double(encoded), .times)
        let epoch = try Self.bytesAnEpoch(group, count: 100)
        add("\(name), one more epoch", Double(epoch) / 1_024, .kibibytes)
    }

    /// What a group takes that is kept beside the one that an update leads to.
    private static func bytesAnEpoch(_ start: Group, count: Int) throws -> Int {
        var entropy = Entropy.system()
        var groups = [start]
        groups.reserveCapacity(count + 1)
        let before = ResidentMemory.now()
        for _ in 0..<count {
            guard var next = groups.last else { break }
            _ = try next.commit([], policy: MLSClient.policy, using: &entropy)
            _ = try next.mergePendingCommit(now: MLSClient.now)
            groups.append(next)
        }
        let taken = ResidentMemory.now() - before
        use(groups)
        return taken / count
    }
}

/// What of this process is in memory, in bytes. Zero where there is no /proc.
enum ResidentMemory {
    static func now() -> Int {
        giveBack()
        return status("VmRSS:")
    }

    static func peak() -> Int { status("VmHWM:") }

    static func resetPeak() {
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    }

    private static func status(_ name: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first
        return 1_024 * (kibibytes.flatMap { Int($0) } ?? 0)
    }

    /// Lets the allocator give free pages back, where it can be asked to.
    private static func giveBack() {
        typealias Trim = @convention(c) (Int) -> Int32
        guard let found = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(found, to: Trim.self)(0)
    }
}
