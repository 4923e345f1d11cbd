// Why a bench has no figure.

enum BenchError: Error, CustomStringConvertible {
    case noWelcome
    case noToken
    case notStored
    case stalled
    case cannotConnect(String, Int)
    case connectionLost
    case notARelay
    case needsPlainWebSocket
    case needsProcess
    case cannotStart(String)
    case failed(status: Int32)

    var description: String {
        switch self {
        case .noWelcome: "the commit that adds a member made no Welcome"
        case .noToken: "the relay minted no token"
        case .notStored: "a mailbox took no more"
        case .stalled: "the relay answered no more"
        case .cannotConnect(let host, let port): "cannot connect to \(host) port \(port)"
        case .connectionLost: "the relay ended a connection"
        case .notARelay: "what answers there is no relay"
        case .needsPlainWebSocket: "loads go over ws:// only"
        case .needsProcess: "this needs the relay's process: give --pid, or no --url"
        case .cannotStart(let path): "\(path) cannot be started"
        case .failed(let status): "the command ended with the status \(status)"
        }
    }
}
