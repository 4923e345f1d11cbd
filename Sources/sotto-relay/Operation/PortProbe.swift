// Whether somebody listens at an address of this machine.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum PortProbe {
    /// Whether a connection is accepted there. An address that stands for all is tried on this
    /// machine's own.
    static func answers(at address: ListenAddress) -> Bool {
        let host: String =
            switch address.host {
            case "0.0.0.0": "127.0.0.1"
            case "::": "::1"
            default: address.host
            }
        var wanted = addrinfo()
        wanted.ai_socktype = streams
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(address.port), &wanted, &found) == 0 else { return false }
        defer { freeaddrinfo(found) }
        var next = found
        while let info = next {
            let descriptor = socket(info.pointee.ai_family, streams, 0)
            defer { if descriptor >= 0 { close(descriptor) } }
            if descriptor >= 0,
                connect(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0
            {
                return true
            }
            next = info.pointee.ai_next
        }
        return false
    }

    #if canImport(Glibc)
        private static let streams = Int32(SOCK_STREAM.rawValue)
    #else
        private static let streams = SOCK_STREAM
    #endif
}
