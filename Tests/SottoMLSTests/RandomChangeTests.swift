// Random histories of every change that a group can have, by members and from outside.

import Testing

@Suite("Random changes")
struct RandomChangeTests {
    @Test(
        "members agree or refuse alike; who is out reads no more, who is new nothing from before",
        arguments: 0..<8)
    func walk(seed: Int) throws {
        var world = try ChangingWorld(seed: UInt8(seed))
        for _ in 0..<250 { try world.step() }
        try world.settle()
        #expect(world.counts.said > 10)
        #expect(world.counts.keptOut > 10)
    }

    @Test("so do thirty-two who joined by themselves")
    func crowd() throws {
        var world = try ChangingWorld(seed: 99)
        try world.fill(to: 32)
        try world.remove(5)
        for _ in 0..<200 { try world.step() }
        try world.settle()
        // What opens for who stays is shut to who is out.
        #expect(world.counts.pathsOpened > 10)
        #expect(world.counts.pathsShut > 4)
    }
}
