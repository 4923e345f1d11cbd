// How much memory a large group takes, and how much more each epoch does that is kept.

import Foundation
import SottoCrypto
import SottoMLS

extension Report {
    mutating func addMemory(_ suite: CipherSuite, of size: Int) throws {
        let tree = try FullTree(suite, size: size)
        let (client, welcome) = (tree.clients[0], tree.welcome)
        ProcessMemory.resetPeak()
        let resident = ProcessMemory.peak()
        let before = ProcessMemory.allocated()
        let group = try client.join(welcome)
        let peak = ProcessMemory.peak() - resident
        let kept = ProcessMemory.allocated() - before
        // The invitation was there before, and so is to be there until now.
        use(welcome)
        let encoded = group.ratchetTree.count
        let name = "\(suite.number) group of \(size)"
        add("\(name), encoded tree", Double(encoded) / 1_024, .kibibytes)
        add("\(name), memory", Double(kept) / 1_024, .kibibytes)
        add("\(name), memory, ratio", Double(kept) / Double(encoded), .times)
        add("\(name), peak while joining, ratio", Double(peak) / Double(encoded), .times)
        let epoch = try Self.bytesAnEpoch(group, count: 100)
        add("\(name), one more epoch", Double(epoch) / 1_024, .kibibytes)
    }

    /// What a group takes that is kept beside the one that an update leads to.
    private static func bytesAnEpoch(_ start: Group, count: Int) throws -> Int {
        var entropy = Entropy.system()
        var groups = [start]
        groups.reserveCapacity(count + 1)
        let before = ProcessMemory.allocated()
        for _ in 0..<count {
            guard var next = groups.last else { break }
            _ = try next.commit([], policy: MLSClient.policy, using: &entropy)
            _ = try next.mergePendingCommit(now: MLSClient.now)
            groups.append(next)
        }
        let taken = ProcessMemory.allocated() - before
        use(groups)
        return taken / count
    }
}

/// The memory of this process, in bytes. Zero where the system does not say.
enum ProcessMemory {
    /// What was allocated and not given back. What is resident says less: it counts what was
    /// freed and is kept for later.
    static func allocated() -> Int {
        typealias Describe = @convention(c) (Int32, UnsafeMutablePointer<FILE>) -> Int32
        guard let found = dlsym(nil, "malloc_info"), let file = tmpfile() else { return 0 }
        defer { fclose(file) }
        _ = unsafeBitCast(found, to: Describe.self)(0, file)
        rewind(file)
        var line = [CChar](repeating: 0, count: 256)
        var sizes: [String: Int] = [:]
        // The totals come last, and replace those of single arenas.
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            let parts = text.split(separator: "\"")
            guard parts.count > 3, let size = Int(parts[parts.count - 2]) else { continue }
            sizes["\(parts[0])\(parts[1])"] = size
        }
        return (sizes["<system type=current"] ?? 0) + (sizes["<total type=mmap"] ?? 0)
            - (sizes["<total type=fast"] ?? 0) - (sizes["<total type=rest"] ?? 0)
    }

    /// The most that was resident since the last reset.
    static func peak() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first
        return 1_024 * (kibibytes.flatMap { Int($0) } ?? 0)
    }

    static func resetPeak() {
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    }
}
