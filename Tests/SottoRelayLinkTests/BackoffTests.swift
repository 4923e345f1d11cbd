// How the waits between attempts grow, and that they are spread.

import SottoCrypto
import SottoRelayLink
import Testing

@Suite struct BackoffTests {
    private var entropy = Entropy(seed: Secret(copying: Array(repeating: 7, count: 32)))

    @Test("each wait lies between nothing and a bound that doubles until it is capped")
    mutating func bounds() {
        var backoff = Backoff(first: .seconds(1), max: .seconds(10))
        for bound in [1, 2, 4, 8, 10, 10, 10] {
            let wait = backoff.next(using: &entropy)
            #expect(wait >= .zero)
            #expect(wait <= .seconds(bound))
        }
        #expect(backoff.attempts == 7)
    }

    @Test("waits are spread over the whole of their range")
    mutating func spread() {
        var waits: [Duration] = []
        for _ in 0..<400 {
            var backoff = Backoff(first: .seconds(4), max: .seconds(4))
            waits.append(backoff.next(using: &entropy))
        }
        for quarter in 0..<4 {
            let range = Duration.seconds(quarter)..<Duration.seconds(quarter + 1)
            let share = waits.count { range.contains($0) }
            #expect((60...140).contains(share))
        }
    }

    @Test("a success makes the next wait short again")
    mutating func success() {
        var backoff = Backoff(first: .milliseconds(100), max: .seconds(60))
        for _ in 0..<9 { _ = backoff.next(using: &entropy) }
        backoff.succeeded()
        #expect(backoff.next(using: &entropy) <= .milliseconds(100))
        #expect(backoff.attempts == 1)
    }

    @Test("what a relay asks for is waited in full, and clients it asks are spread after it")
    mutating func atLeast() {
        var backoff = Backoff(first: .seconds(1), max: .seconds(1))
        let waits = (0..<50).map { _ in backoff.next(using: &entropy, atLeast: .seconds(30)) }
        #expect(waits.allSatisfy { $0 >= .seconds(30) && $0 <= .seconds(31) })
        #expect(Set(waits).count > 40)
    }

    @Test("neither many failures nor odd bounds overflow")
    mutating func extremes() {
        var backoff = Backoff(first: .seconds(Int64.max / 2), max: .seconds(Int64.max / 2))
        for _ in 0..<100 {
            let wait = backoff.next(using: &entropy)
            #expect(wait >= .zero)
        }
        var none = Backoff(first: .zero, max: .seconds(-5))
        #expect(none.next(using: &entropy, atLeast: .seconds(-1)) <= .milliseconds(1))
    }

    @Test("the same entropy gives the same waits")
    func deterministic() {
        var first = entropy
        var second = entropy
        var one = Backoff()
        var other = Backoff()
        for _ in 0..<20 {
            let wait = one.next(using: &first)
            #expect(wait == other.next(using: &second))
        }
    }
}
