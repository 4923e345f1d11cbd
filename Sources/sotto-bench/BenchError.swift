// Why a bench has no figure.

enum BenchError: Error, CustomStringConvertible {
    case noWelcome
    case noToken
    case notStored
    case notDelivered(missing: Int)
    case cannotStart(String)
    case failed(status: Int32)

    var description: String {
        switch self {
        case .noWelcome: "the commit that adds a member made no Welcome"
        case .noToken: "the relay minted no token"
        case .notStored: "a mailbox took no more"
        case .notDelivered(let missing): "\(missing) deliveries did not come within 30 seconds"
        case .cannotStart(let path): "\(path) cannot be started"
        case .failed(let status): "the command ended with the status \(status)"
        }
    }
}
