// A command's time with an open home: from opening it to closing it, whatever happens between.
import ArgumentParser
import Foundation
import Logging
import SottoClient

/// A command that works on an account. It opens the home, does its part, and closes it.
protocol HomeCommand: OutputCommand {
    /// Whether it goes on until it is told to stop; alarms are then part of its output.
    static var isLive: Bool { get }

    func run(_ session: Session) async throws
}

extension HomeCommand {
    static var isLive: Bool { false }

    func run() async throws {
        let client = try await SottoClient.open(home: options.home, logger: Session.logger())
        try await Session(client: client, output: output).whileOpen(isLive: Self.isLive, run)
    }
}

struct Session: Sendable {
    let client: SottoClient
    let output: Output

    /// Runs the body, shows every alarm that nobody was shown yet, and closes the home. What goes
    /// on shows them as they come up, everything else after its own output.
    func whileOpen(isLive: Bool, _ body: (Session) async throws -> Void) async throws {
        let teller = AlarmTeller(client: client, output: output, isResult: isLive)
        do {
            if isLive { try await telling(teller, body) } else { try await body(self) }
        } catch {
            try? await teller.tellUnseen()
            await client.close()
            throw error
        }
        try? await teller.tellUnseen()
        await client.close()
    }

    private func telling(
        _ teller: AlarmTeller, _ body: (Session) async throws -> Void
    ) async throws {
        let events = await client.events()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await teller.tellUnseen()
                for await event in events {
                    if case .alarm(let alarm) = event { try await teller.tell(alarm) }
                }
            }
            try await body(self)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Who is meant. Says whom there is when nobody is called that.
    func resolve(_ who: String) async throws -> PeerID {
        do {
            return try await client.resolve(who)
        } catch ClientError.notFound(.contact) {
            throw Failure(
                status: .notFound, code: ClientError.notFound(.contact).code,
                message: "You have no contact called '\(Harmless.line(who))'.",
                hint: try await whomThereIs(), isRetryable: false)
        }
    }

    private func whomThereIs() async throws -> String {
        let contacts = try await client.contacts().map { Harmless.line($0.displayName) }
        let requests = try await client.conversations().filter { !$0.isContact }.map {
            "\($0.peer.short) (a request of '\(Harmless.line($0.displayName))')"
        }
        let known = contacts + requests
        guard !known.isEmpty else {
            return "You have none yet: ask for a contact link and run `sotto contact add LINK`."
        }
        let shown = known.prefix(Self.namesShown).joined(separator: ", ")
        let more = known.count > Self.namesShown ? " and \(known.count - Self.namesShown) more" : ""
        return "There is: \(shown)\(more). To add somebody: `sotto contact add LINK`."
    }

    /// Sends what waits and takes in what has come. When the relay cannot be reached or the disk
    /// is full, what is stored is still worth showing: the failure is the answer, to be thrown at
    /// the end.
    func exchange(_ network: NetworkOptions) async throws -> Failure? {
        guard !network.offline else { return nil }
        do {
            try await client.drain(timeout: network.timeout.duration)
            return nil
        } catch {
            guard [.network, .quota].contains(error.category) else { throw error }
            return Failure(error)
        }
    }

    private static let namesShown = 12

    /// Where SOTTO_LOG names a level, what the library logs goes to standard error.
    static func logger() -> Logger? {
        let level = ProcessInfo.processInfo.environment["SOTTO_LOG"].flatMap {
            Logger.Level(rawValue: $0)
        }
        guard let level else { return nil }
        var logger = Logger(label: "sotto") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
