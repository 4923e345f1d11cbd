// A child process that is waited for by a thread of its own.
import Foundation
import Synchronization

/// A child process. Foundation's `Process` now and then misses the end of one that is killed soon
/// after its start; `waitpid` does not.
final class ChildProcess: Sendable {
    private let identifier: pid_t
    /// What `waitpid` said; until then the identifier is the child's.
    private let status = Mutex<Int32?>(nil)
    private let ended: AsyncStream<Void>

    /// Starts a program with these files as its standard input, output and errors.
    init(
        _ path: String, _ arguments: [String], environment: [String: String],
        input: Int32, output: Int32, errors: Int32
    ) throws {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
        }
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier = pid_t()
        let error = posix_spawn(&identifier, path, &actions, nil, words, variables)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .ENOENT) }
        self.identifier = identifier
        let (ended, ending) = AsyncStream.makeStream(of: Void.self)
        self.ended = ended
        Thread.detachNewThread { [self] in
            var status: Int32 = 0
            while waitpid(self.identifier, &status, 0) == -1, errno == EINTR {}
            self.status.withLock { $0 = status }
            ending.finish()
        }
    }

    var isRunning: Bool { status.withLock { $0 == nil } }

    func signal(_ number: Int32) {
        status.withLock { status in
            if status == nil { kill(identifier, number) }
        }
    }

    /// Waits for its end: the number it ended with, or that of the signal that ended it.
    func end() async -> (status: Int32, wasKilled: Bool) {
        for await _ in ended {}
        let status = status.withLock { $0 ?? 0 }
        let signal = status & 0x7F
        return signal == 0 ? ((status >> 8) & 0xFF, false) : (signal, true)
    }
}
