// Chunked arrays beside plain ones.

import SottoCrypto
import Testing

@testable import SottoMLS

@Suite("Chunked arrays")
struct ChunkedArrayTests {
    @Test("they hold what a plain array holds, and copies are their own", arguments: 0..<8)
    func model(seed: Int) {
        var random = Entropy(seed: Secret(copying: [UInt8(seed)]))
        var pairs = [(chunked: ChunkedArray(repeating: 0, count: 3), plain: [0, 0, 0])]
        for step in 1..<600 {
            let which = pairs.indices.randomElement(using: &random) ?? 0
            let count = pairs[which].plain.count
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                let larger = count + Int.random(in: 0..<2_500, using: &random)
                pairs[which].chunked.grow(to: larger)
                pairs[which].plain += Array(repeating: 0, count: larger - count)
            case 1:
                let smaller = Int.random(in: 1...count, using: &random)
                pairs[which].chunked.shrink(to: smaller)
                pairs[which].plain.removeLast(count - smaller)
            case 2 where pairs.count < 6: pairs.append(pairs[which])
            default:
                let index = Int.random(in: 0..<count, using: &random)
                pairs[which].chunked[index] = step
                pairs[which].plain[index] = step
            }
        }
        for (chunked, plain) in pairs {
            #expect(chunked.count == plain.count)
            #expect(plain.indices.map { chunked[$0] } == plain)
            let written = chunked.written.filter { $0.element != 0 }
            #expect(written.map(\.index) == plain.indices.filter { plain[$0] != 0 })
            #expect(written.map(\.element) == plain.filter { $0 != 0 })
        }
    }
}
