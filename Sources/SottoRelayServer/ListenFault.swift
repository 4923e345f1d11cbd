// Why an address cannot be listened on, in words for who gave it.

import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum ListenFault {
    /// What an error of the network library means for an operator.
    static func reason(of error: any Error) -> String {
        switch error {
        case is SocketAddressError.UnknownHost: "no host of that name is known"
        case let error as IOError:
            switch error.errnoCode {
            case EADDRINUSE: "another program listens there"
            case EADDRNOTAVAIL: "this machine does not have that address"
            case EACCES: "this user may not listen on that port"
            default: String(cString: strerror(error.errnoCode))
            }
        default: "\(error)"
        }
    }
}
