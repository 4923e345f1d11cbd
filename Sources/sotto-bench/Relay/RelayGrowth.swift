// What a message costs in a relay that holds much, or to which many are connected.

import ArgumentParser
import Foundation
import SottoCrypto
import SottoRelayProtocol

struct RelayGrowth: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "growth",
        abstract: "The cost of a message, by mailboxes stored and by connections.",
        discussion: """
            Starts relays on folders that it fills itself. In each, messages go to random ones of \
            1,000 mailboxes, then to random ones of all. Who is connected gets and acknowledges \
            them; for the others they are stored.
            """)

    @OptionGroup var report: ReportOptions

    @Option(help: "The relay's program.")
    var binary = "sotto-relay"

    @Option(help: "Mailboxes in the store, one figure after the other.")
    var stored = "100,10000,1000000"

    @Option(help: "Connections, one figure after the other.")
    var connected = "1000,10000,19000"

    @Option(help: "How long each load lasts, in seconds.")
    var seconds = 5

    func run() throws {
        OpenFiles.raiseLimit()
        var report = Report(
            "relay-growth", "1,024 bytes, one mailbox a post, 50 connections post with window 20")
        for count in try numbers(stored) {
            try measure(mailboxes: count, connections: min(count, 1_000), &report)
        }
        for count in try numbers(connected) {
            try measure(mailboxes: count, connections: min(count, 18_900), &report)
        }
        try report.print(self.report)
    }

    private func numbers(_ list: String) throws -> [Int] {
        let numbers = list.split(separator: ",").compactMap { Int($0) }
        guard numbers.allSatisfy((100...2_000_000).contains) else {
            throw ValidationError("give numbers from 100 to 2,000,000, with commas between")
        }
        return numbers
    }

    private func measure(mailboxes: Int, connections: Int, _ report: inout Report) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("sotto-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let world = try GrowthWorld(filling: folder.path, count: mailboxes)
        let relay = try TargetedRelay(starting: binary, on: folder.path)
        defer { relay.stop() }
        let load = try GrowthLoad(world, at: relay, connections: connections)
        let name = "\(mailboxes) mailboxes, \(connections) connected"
        for active in Set([min(1_000, mailboxes), mailboxes]).sorted() {
            try load.run(active: active, for: .seconds(2))
            let meter = ServerMeter(relay.process)
            let start = ContinuousClock.now
            let messages = try load.run(active: active, for: .seconds(seconds))
            let taken = ContinuousClock.now - start
            let title = "\(name), \(active) active"
            report.add(title, Double(messages) / (taken / .seconds(1)), .perSecond)
            meter.add(to: &report, each: "a message", messages)
        }
    }
}

/// Posts to random mailboxes of a world, some of which are connected.
final class GrowthLoad {
    private let world: GrowthWorld
    private let loop = LoadLoop()
    private var posters: [LoadConnection] = []
    private var owners: [LoadConnection] = []
    private var entropy = Entropy.system()
    private let envelope: [UInt8]
    private var unanswered = 0
    private var accepted = 0

    init(_ world: GrowthWorld, at relay: TargetedRelay, connections: Int) throws {
        self.world = world
        envelope = entropy.bytes(1_024)
        for number in 0..<connections {
            let owner = try relay.connect()
            try world.authenticate(number, on: owner)
            _ = try owner.ask(.subscribe(credit: 1_024))
            listen(to: owner)
            // Thousands are waited on by turns.
            loop.add(owner, isCalm: number >= 1_000)
            owners.append(owner)
        }
        for _ in 0..<50 {
            let poster = try relay.connect()
            loop.add(poster)
            posters.append(poster)
        }
    }

    /// Posts for a time to the first `active` mailboxes, and answers how often.
    @discardableResult
    func run(active: Int, for time: Duration) throws -> Int {
        let before = accepted
        let end = ContinuousClock.now + time
        for poster in posters {
            poster.ears.answered = { [unowned self, unowned poster] _, _ in
                unanswered -= 1
                accepted += 1
                if ContinuousClock.now < end { post(to: active, on: poster) }
            }
            for _ in 0..<20 { post(to: active, on: poster) }
        }
        try loop.run { unanswered == 0 }
        return accepted - before
    }

    private func post(to active: Int, on poster: LoadConnection) {
        let number = Int.random(in: 0..<active)
        poster.send(.post(world.post(to: number, envelope, using: &entropy)))
        unanswered += 1
    }

    private func listen(to owner: LoadConnection) {
        var newest: UInt64 = 0
        var acked: UInt64 = 0
        var credited: UInt64 = 0
        owner.ears.delivered = { sequence, _ in newest = sequence }
        owner.ears.paused = { [unowned owner] in
            if newest > acked {
                acked = newest
                owner.send(.ack(sequence: newest))
            }
            if newest - credited >= 256 {
                owner.send(.credit(UInt32(newest - credited)))
                credited = newest
            }
        }
    }
}
