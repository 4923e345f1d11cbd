// Many checks that do not depend on each other, on as many threads as the caller gives.

import Dispatch

/// Checks in parallel, with the result that one thread would give.
package enum ParallelChecks {
    /// The first of so many checks that fails, `nil` if none does.
    ///
    /// Which thread is how fast shows nowhere: each looks for the first failure in runs of its
    /// own, and the first of those counts.
    ///
    /// - Parameters:
    ///   - threadsMax: On how many threads; on one, nothing is handed to another.
    ///   - holds: Called at most once for each number from 0 up to `count`.
    package static func firstFailure(
        of count: Int, threadsMax: Int, _ holds: @Sendable (Int) -> Bool
    ) -> Int? {
        guard threadsMax > 1, count > 1 else { return (0..<count).first { !holds($0) } }
        let runs = Swift.min(count, threadsMax)
        var failures = [Int?](repeating: nil, count: runs)
        failures.withUnsafeMutableBufferPointer { failures in
            // Unsafe by the compiler's rules; each run writes to its own place and to no other.
            nonisolated(unsafe) let failures = failures
            DispatchQueue.concurrentPerform(iterations: runs) { run in
                let numbers = count * run / runs..<count * (run + 1) / runs
                failures[run] = numbers.first { !holds($0) }
            }
        }
        return failures.lazy.compactMap { $0 }.first
    }
}
