// What the user must be told is told once, by whichever command comes to it first.
import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(2)))
struct AlarmTests {
    /// Bob, whose relay has lost everything but its key since he was there last.
    private func withLostStore() async throws -> (RelayFixture, Person) {
        let relay = try await RelayFixture()
        let bob = try await Person.at(relay, "Bob")
        #expect(try await bob.run("list").errors == "")
        await relay.stop()
        let folder = URL(fileURLWithPath: relay.dataFolder)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix("relay.db") {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
        try await relay.start()
        return (relay, bob)
    }

    @Test("[ALARM-2] a command tells a new alarm once, and `alarms` lists it again")
    func once() async throws {
        let (relay, bob) = try await withLostStore()
        let list = try await bob.run("list")
        #expect(list.status == 0 && list.lines.isEmpty)
        let alarms = Line.all(list.errors)
        #expect(alarms.map(\.type) == ["alarm"])
        #expect(alarms.first?.code == "relay_restored")
        #expect(alarms.first?.message?.isEmpty == false && alarms.first?.hint?.isEmpty == false)
        #expect(alarms.first?.number == 1)
        #expect(try await bob.run("list").errors == "")
        #expect(try await bob.run("me").errors == "")
        #expect(try await bob.succeed("alarms").map(\.code) == ["relay_restored"])
        let human = try await bob.start(["alarms"]).outcome()
        #expect(human.output.contains("restored from a backup"))
        await relay.stop()
    }

    @Test("[ALARM-2] what watch has told, no other command tells again")
    func watched() async throws {
        let (relay, bob) = try await withLostStore()
        let watch = try bob.start(["watch", "--json"])
        try await watch.says(#""code":"relay_restored""#)
        // Told first and noted as seen after that.
        try await Task.sleep(for: .milliseconds(300))
        watch.signal(SIGTERM)
        let outcome = await watch.outcome()
        #expect(Line.all(outcome.output).filter { $0.type == "alarm" }.count == 1)
        #expect(try await bob.run("list").errors == "")
        await relay.stop()
    }

    @Test("[ALARM-2] a command that fails tells alarms as well, and its failure last")
    func failing() async throws {
        let (relay, bob) = try await withLostStore()
        let answer = try await bob.run("read", "nobody")
        #expect(answer.status == 6)
        #expect(Line.all(answer.errors).map(\.type) == ["alarm", "error"])
        await relay.stop()
    }
}
