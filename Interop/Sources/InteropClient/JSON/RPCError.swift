// What an answer says when an operation did not happen.

/// Why an operation did not happen. Nothing has changed then.
public struct RPCError: Error, Hashable, Sendable {
    /// The kind of trouble, by the names that gRPC has for its status codes.
    public enum Code: String, Hashable, Sendable {
        /// The request is not one, or a field of it is wrong.
        case invalidArgument = "INVALID_ARGUMENT"
        /// There is no such group, key package, signer, successor or member.
        case notFound = "NOT_FOUND"
        /// There is no such operation, or the suite is not one of ours.
        case unimplemented = "UNIMPLEMENTED"
        /// The group is not in a state in which this can be done.
        case failedPrecondition = "FAILED_PRECONDITION"
        /// A limit of the client is reached.
        case resourceExhausted = "RESOURCE_EXHAUSTED"
        /// The library refused; the message says which of its errors it gave.
        case aborted = "ABORTED"
    }

    /// The kind of trouble.
    public let code: Code
    /// A sentence for people.
    public let message: String

    /// Trouble of a kind.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What SottoMLS threw, or the error itself if it was ours.
    init(_ error: any Error) {
        if let error = error as? RPCError {
            self = error
        } else {
            self.init(.aborted, "SottoMLS refused: \(type(of: error)).\(error).")
        }
    }

    var json: JSON { ["code": .string(code.rawValue), "message": .string(message)] }
}
