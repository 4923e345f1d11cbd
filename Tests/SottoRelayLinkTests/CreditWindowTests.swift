// How many deliveries a relay may be ahead of who takes them.

import Testing

@testable import SottoRelayLink

@Suite struct CreditWindowTests {
    @Test("[MBX-4] a relay that spends more credit than it has is noticed")
    func overrun() {
        var window = CreditWindow(size: 2)
        #expect(window.delivered(1) == .deliver)
        #expect(window.delivered(2) == .deliver)
        #expect(window.delivered(3) == .withoutCredit)
    }

    @Test("[MBX-3] numbers only grow")
    func order() {
        var window = CreditWindow(size: 9)
        #expect(window.delivered(5) == .deliver)
        #expect(window.delivered(5) == .outOfOrder)
        #expect(window.delivered(4) == .outOfOrder)
        #expect(window.delivered(6) == .deliver)
        #expect(CreditWindow(size: 1).delivering(0) == .outOfOrder)
    }

    @Test("credit is asked for in portions of half the window")
    func portions() {
        var window = CreditWindow(size: 8)
        for number in 1...8 { _ = window.delivered(UInt64(number)) }
        #expect(window.took(3) == nil)
        #expect(window.took(1) == 4)
        #expect(window.took(4) == 4)
    }

    @Test(
        "whatever the window, a consumer that takes everything is never starved", arguments: 1...70)
    func neverStarved(size: UInt32) {
        var window = CreditWindow(size: size)
        var number: UInt64 = 0
        var ahead: UInt32 = 0
        for _ in 0..<500 {
            number += 1
            #expect(window.delivered(number) == .deliver)
            ahead += 1
            #expect(ahead <= size)
            _ = window.took(1)
            ahead -= 1
        }
    }

    @Test("a consumer that takes nothing holds up the relay")
    func heldUp() {
        var window = CreditWindow(size: 64)
        for number in 1...64 { #expect(window.delivered(UInt64(number)) == .deliver) }
        #expect(window.delivered(65) == .withoutCredit)
    }
}

extension CreditWindow {
    fileprivate func delivering(_ sequence: UInt64) -> OnDelivered {
        var copy = self
        return copy.delivered(sequence)
    }
}
