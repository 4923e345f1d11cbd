// The certificate that new connections get, and the look for a newer one.

import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The certificate in use. Connections keep the one they began with.
final class Credentials: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// What the files looked like when they were read last, good or not.
        var seen: [FileMark]
    }

    private let files: CertificateFiles
    private let logger: Logger
    private let state: NIOLockedValueBox<State>

    /// Reads the files for the first time.
    init(_ files: CertificateFiles, logger: Logger) throws(CertificateError) {
        self.files = files
        self.logger = logger
        let seen = FileMark.of(files)
        state = NIOLockedValueBox(State(context: try files.load(), seen: seen))
    }

    /// What a connection that begins now is served with.
    var context: NIOSSLContext { state.withLockedValue { $0.context } }

    /// Looks from now on, every so often, until the loop ends.
    func lookNowAndThen(on loop: any EventLoop) {
        let interval = ServerLimits.certificateInterval
        loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            NIOThreadPool.singleton.submit { _ in self.look() }
        }
    }

    /// Takes over files that are others than before; whoever calls may wait for a disk.
    ///
    /// Files that cannot be used are told to the operator once, and the certificate stays as it
    /// was: a program that renews writes one file after the other [NET-3].
    func look() {
        let marks = FileMark.of(files)
        let isNew = state.withLockedValue { state in
            defer { state.seen = marks }
            return state.seen != marks
        }
        if isNew { reload() }
    }

    private func reload() {
        do throws(CertificateError) {
            let context = try files.load()
            state.withLockedValue { $0.context = context }
            logger.notice("the certificate was read anew")
        } catch {
            logger.error("the certificate stays as it was", metadata: ["why": "\(error.sentence)"])
        }
    }
}

/// What tells one content of a file from the next, short of reading it.
private struct FileMark: Equatable {
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    static func of(_ files: CertificateFiles) -> [FileMark] {
        [files.chain, files.key].map(FileMark.init)
    }

    private init(_ path: String) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        #if canImport(Glibc)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        inode = isThere ? UInt64(status.st_ino) : 0
        size = isThere ? Int64(status.st_size) : -1
        seconds = time.tv_sec
        nanoseconds = time.tv_nsec
    }
}
