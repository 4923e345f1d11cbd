// Every connection is an open file, and systems begin with few.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum OpenFiles {
    /// Raises this process's limit of open files to what the system allows it.
    static func raiseLimit() {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }
}
