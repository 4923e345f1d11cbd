// Checks on many threads find what one thread finds.

import SottoCrypto
import Testing

@Suite("Parallel checks")
struct ParallelChecksTests {
    @Test("the first failure is found, on any number of threads", arguments: [0, 1, 2, 3, 8, 200])
    func firstFailure(threads: Int) {
        for count in [0, 1, 2, 7, 100] {
            for failing in [[], [0], [count - 1], [count / 2, count - 1], [3, 4, 90]] {
                let found = ParallelChecks.firstFailure(of: count, threadsMax: threads) {
                    !failing.contains($0)
                }
                #expect(found == failing.filter { 0..<count ~= $0 }.min())
            }
        }
    }
}
