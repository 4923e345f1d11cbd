// Programs that a bench starts.

import Foundation

enum ChildProcess {
    /// Starts a program with nothing to read; what it says goes to a file.
    static func start(_ binary: String, _ arguments: [String], wordsTo path: String) throws -> pid_t
    {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&files, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var words = ([binary] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, binary, &files, nil, &words, environ) == 0 else {
            throw BenchError.cannotStart(binary)
        }
        return process
    }

    /// Tells a program to end, and waits until it has.
    static func end(_ process: pid_t) {
        kill(process, SIGTERM)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
