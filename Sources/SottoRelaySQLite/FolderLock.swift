// One relay a folder: a lock that the system takes back when the process ends, however it ends.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Holds a folder for as long as it lives.
package final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of a folder. Throws `.inUse` when somebody has it.
    package init(folder: String) throws(RelayDataFolderError) {
        descriptor = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unusable(reason: systemReason()) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let reason = systemReason()
            close(descriptor)
            throw isTaken ? .inUse : .unusable(reason: reason)
        }
    }

    deinit { close(descriptor) }
}

/// What the system says of its last refusal.
func systemReason() -> String { String(cString: strerror(errno)) }
