// What a message cannot do without, each part measured by itself.

import ArgumentParser
import SottoCrypto
import SottoRelayProtocol
import SottoWire

struct RelayParts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parts",
        abstract: "What a message cannot do without: frames, rows, hashes, seals.")

    @OptionGroup var report: ReportOptions

    @Option(help: "The size of an envelope.")
    var bytes = 1_024

    @Option(help: "Mailboxes that each post goes to: 1, or 2 with the sender's own.")
    var copies = 1

    @Option(help: "Posts that share a transaction.")
    var batch = 200

    func validate() throws {
        guard (1...2).contains(copies), (1...1_024).contains(batch), (16...262_144).contains(bytes)
        else { throw ValidationError("a number is out of range") }
    }

    func run() throws {
        let parts = try MessageParts(bytes: bytes, copies: copies, batch: batch)
        var report = Report("relay-parts", "\(bytes) bytes, \(batch) posts a transaction")
        parts.add(to: &report)
        try report.print(self.report)
    }
}

/// The CPU time of each part of a message.
struct MessageParts {
    /// A frame in and a frame out of an event loop that does nothing else.
    let echo: Duration
    let rows: Duration
    let hashes: Duration
    let checks: Duration
    let seals: Duration
    private let copies: Int
    private let batch: Int

    init(bytes: Int, copies: Int, batch: Int) throws {
        self.copies = copies
        self.batch = batch
        echo = try FrameEcho(bytes: bytes).measure()
        rows = try RowParts(bytes: bytes, copies: copies, batch: batch).measure()
        let crypto = try CryptoParts(bytes: bytes, batch: batch)
        hashes = crypto.hashes()
        checks = crypto.checks() * copies
        seals = crypto.seals() * copies
    }

    /// All of them together, for a message that takes so many frames in both directions.
    func all(frames: Double) -> Duration {
        echo * (frames / 2) + rows + hashes + checks + seals
    }

    func add(to report: inout Report) {
        for (name, part, note) in [
            ("a frame in and one out", echo, "NIO's echo over a socket"),
            ("rows of a message", rows, "SQLite, \(batch) posts a transaction"),
            ("hashes of a message", hashes, "body, envelope, lane, tree of heads"),
            ("checks of a message", checks, "delivery tokens"),
            ("seals of a message", seals, "for each mailbox"),
        ] {
            report.add(name, Double(microseconds: part), .microseconds, note: note)
        }
    }
}
