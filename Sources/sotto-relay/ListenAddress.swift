// `HOST:PORT`, as it is written on a command line.

/// Where to listen.
struct ListenAddress: CustomStringConvertible, Equatable {
    /// A name or a numeric address, without brackets.
    let host: String
    /// The port; 0 for any.
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, an IPv6 address in brackets, or `:port` for every address.
    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"),
            let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var host = argument[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        self.init(host: host.isEmpty ? "0.0.0.0" : String(host), port: Int(port))
    }

    /// The same host with the port that was had.
    func with(port: Int) -> ListenAddress { ListenAddress(host: host, port: port) }

    var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// What may be given, as the end of "give ...".
    static let allowed = "host:port, an IPv6 address in brackets, or :port for every address"
}
