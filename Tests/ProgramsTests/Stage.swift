// A relay and people who use it, for one test: everything real, everything gone afterwards.
import Foundation
import Testing

/// A relay in a folder of its own, which can be stopped and started again at the same address.
final class RelayFixture {
    let folder: TemporaryFolder
    private let options: [String]
    private let fileBlocksMax: Int?
    private(set) var port = 0
    /// What the relay says that clients pin, in hexadecimal.
    private(set) var relayID = ""
    private var program: Program?

    var address: String { "ws://127.0.0.1:\(port)" }
    var dataFolder: String { folder.path + "/data" }

    init(_ options: [String] = [], fileBlocksMax: Int? = nil) async throws {
        folder = try TemporaryFolder()
        self.options = options
        self.fileBlocksMax = fileBlocksMax
        try await start()
    }

    func start() async throws {
        let arguments = ["serve", "--data", dataFolder, "--listen", "127.0.0.1:\(port)"]
        let program = try Program(
            "sotto-relay", arguments + options, fileBlocksMax: fileBlocksMax)
        self.program = program
        try await program.says("127.0.0.1:")
        // The line is written at once, but it may be read in the middle of it.
        try await Task.sleep(for: .milliseconds(20))
        let words = program.output + program.errors
        let match = try #require(words.firstMatch(of: /127\.0\.0\.1:(\d+)/), "\(words)")
        port = try #require(Int(match.1))
        let name = try #require(words.firstMatch(of: /relay id ([0-9a-f]{64})/), "\(words)")
        relayID = String(name.1)
    }

    /// Stops it: kindly, or as a power cut would.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async -> Program.Outcome? {
        program?.signal(signal)
        defer { program = nil }
        return await program?.outcome()
    }
}

/// Somebody with a home of their own.
final class Person: Sendable {
    let name: String
    let folder: TemporaryFolder
    var home: String { folder.path + "/home" }

    /// Not registered anywhere yet.
    init(_ name: String) throws {
        self.name = name
        folder = try TemporaryFolder()
    }

    /// With an account at the relay.
    static func at(_ relay: RelayFixture, _ name: String) async throws -> Person {
        let person = try Person(name)
        try await person.succeed("init", "--relay", relay.address, "--name", name)
        return person
    }

    /// Two people who have added each other.
    static func pair(at relay: RelayFixture) async throws -> (alice: Person, bob: Person) {
        let alice = try await Person.at(relay, "Alice")
        let bob = try await Person.at(relay, "Bob")
        try await alice.add(bob)
        try await bob.add(alice)
        return (alice, bob)
    }

    func start(
        _ arguments: [String], input: String? = "", fileBlocksMax: Int? = nil
    ) throws -> Program {
        try Program(
            "sotto", arguments, environment: ["SOTTO_HOME": home], input: input,
            fileBlocksMax: fileBlocksMax)
    }

    /// Runs a command with --json to its end.
    @discardableResult
    func run(_ arguments: String..., input: String = "") async throws -> Answer {
        Answer(try await start(["--json"] + arguments, input: input).outcome())
    }

    /// Runs a command with --json that must succeed.
    @discardableResult
    func succeed(
        _ arguments: String..., input: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [Line] {
        let answer = Answer(try await start(["--json"] + arguments, input: input).outcome())
        try #require(
            answer.status == 0, "sotto \(arguments): \(answer.errors)",
            sourceLocation: sourceLocation)
        return answer.lines
    }

    func add(_ other: Person) async throws {
        try await succeed("contact", "add", other.link(), "--name", other.name)
    }

    func link() async throws -> String {
        try #require(await succeed("me").first?.link)
    }

    /// The log with somebody, as `text/state` a message; no network.
    func log(with other: String) async throws -> [String] {
        try await succeed("log", other, "--limit", "10000", "--offline").map {
            "\($0.direction ?? "?") \($0.text ?? "?")/\($0.state ?? "?")"
        }
    }
}

/// What a command with --json answered.
struct Answer {
    let status: Int32
    let lines: [Line]
    let errors: String
    let error: Line?

    init(_ outcome: Program.Outcome) {
        status = outcome.wasKilled ? 128 + outcome.status : outcome.status
        lines = Line.all(outcome.output)
        errors = outcome.errors
        error = Line.all(outcome.errors).last { $0.type == "error" }
    }
}

/// One object of --json, with the fields that tests look at.
struct Line: Decodable {
    let type: String
    let code, message, hint: String?
    let retryable: Bool?
    let exit: Int32?
    let sequence, number: Int64?
    let account, name, link, relay, home, text, state, direction: String?
    let digits, group: String?
    let published, verified, request, contact: Bool?
    let unread, waiting: Int?
    let recoveryCode, safetyNumber, suggestedName: String?

    enum CodingKeys: String, CodingKey {
        case type, code, message, hint, retryable, exit, sequence, number, account, name, link
        case relay, home, text, state, direction, digits, group, published, verified, request
        case contact, unread, waiting
        case recoveryCode = "recovery_code"
        case safetyNumber = "safety_number"
        case suggestedName = "suggested_name"
    }

    static func all(_ output: String) -> [Line] {
        output.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
    }
}
