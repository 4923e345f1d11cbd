// How much room there is where a file lies.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum DiskSpace {
    /// The bytes that this process may still take on the disk of a path; all there are if the
    /// system does not say.
    static func freeBytes(at path: String) -> Int {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return .max }
        let (bytes, isMore) = Int(clamping: disk.f_bavail)
            .multipliedReportingOverflow(by: Int(clamping: disk.f_frsize))
        return isMore ? .max : bytes
    }
}
