// The client: what it keeps between requests, and the way from a line to its answer.

public import SottoCrypto
public import SottoMLS

/// Answers requests of the working group's RPC interface, one JSON object a line.
///
/// A request that fails leaves the client as it was.
public struct Client: Sendable {
    var entropy: Entropy
    let clock: @Sendable () -> UnixTime
    /// Groups by `state_id`.
    var groups = Register<Membership>()
    /// Key packages by `transaction_id`.
    var transactions = Register<Transaction>()
    /// Groups that are to be replaced, by `reinit_id`.
    var successions = Register<Succession>()
    /// Those whom groups may let propose, by `signer_id`.
    var signers = Register<OutsideSigner>()
    /// Numbers are not used twice, so that none can be taken for one of another kind.
    private var lastID: UInt32 = 0

    /// A client with nothing in it.
    ///
    /// - Parameters:
    ///   - entropy: Where all keys come from; the same entropy, clock and requests give the same
    ///     answers, but in suites with ML-KEM or ECDSA, which draw some entropy of their own.
    ///   - clock: Asked whenever a lifetime is made or checked.
    public init(
        entropy: Entropy = .system(), clock: @escaping @Sendable () -> UnixTime
    ) {
        self.entropy = entropy
        self.clock = clock
    }

    /// The answer to a line, without its end.
    public mutating func answer(_ line: LineReader.Line) -> [UInt8] {
        let answer: JSON
        switch line {
        case .tooLong:
            let limit = InteropLimits.lineBytesMax
            answer = failure(
                RPCError(.resourceExhausted, "A line has at most \(limit) bytes."), id: .null)
        case .whole(let bytes):
            do {
                answer = self.answer(try JSON(line: bytes))
            } catch {
                answer = failure(RPCError(error), id: .null)
            }
        }
        // Only a number that is none has no form, and JSON gives us no such number to say back.
        return (try? answer.line()) ?? []
    }

    /// The answer to a request.
    public mutating func answer(_ request: JSON) -> JSON {
        var id = JSON.null
        do {
            var fields = try Self.envelope(request)
            id = fields.removeValue(forKey: "id") ?? .null
            let result = try perform(Self.rpc(fields["rpc"]), Fields(fields["params"]))
            return ["id": id, "result": result]
        } catch {
            return failure(RPCError(error), id: id)
        }
    }

    private static func envelope(_ request: JSON) throws -> [String: JSON] {
        guard case .object(let fields) = request else {
            throw RPCError(.invalidArgument, "A request is an object.")
        }
        return fields
    }

    private static func rpc(_ name: JSON?) throws -> RPC {
        guard case .string(let name) = name else {
            throw RPCError(.invalidArgument, "A request names its operation in the field rpc.")
        }
        guard let rpc = RPC(rawValue: name) else {
            throw RPCError(.unimplemented, "There is no operation \(name).")
        }
        return rpc
    }

    private func failure(_ error: RPCError, id: JSON) -> JSON { ["id": id, "error": error.json] }
}

extension Client {
    /// A number that names nothing yet.
    mutating func newID() throws -> UInt32 {
        let count =
            groups.count + transactions.count + successions.count + signers.count
        guard count < InteropLimits.entriesMax, lastID < .max else {
            throw RPCError(.resourceExhausted, "The client keeps as much as it may.")
        }
        lastID += 1
        return lastID
    }

    /// Works on a copy of a group, which takes the group's place if nothing is thrown.
    mutating func inGroup<Result>(
        _ id: UInt32, _ body: (inout Membership, inout Entropy) throws -> Result
    ) throws -> Result {
        var membership = try groups[existing: id, "state_id"]
        let result = try body(&membership, &entropy)
        groups[id] = membership
        return result
    }

    /// How leaves are judged: anybody may claim anything, for as long as anybody likes.
    var policy: LeafPolicy {
        LeafPolicy(
            now: clock(), tolerance: InteropLimits.clockToleranceSeconds, lifetimeMax: .max,
            judge: { _, _ in .accepted })
    }
}
