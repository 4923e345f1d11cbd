// Where actors meet: the part that the working group's test runner plays.

import InteropClient
import Testing

/// Actors, each at one of some clients, and what the clients gave them numbers for.
final class Stage {
    var suite: UInt16
    let isEncrypted: Bool
    private(set) var actors: [String: Actor] = [:]
    /// The operations that were asked for and done.
    private(set) var done: Set<RPC> = []
    private var peers: [any Peer]
    private let makePeer: () throws -> any Peer
    private let peersMax: Int
    private var requests: UInt64 = 0

    /// One of those who act, and the numbers of theirs.
    struct Actor {
        let peer: Int
        var state: JSON = 0
        var transaction: JSON = 0
        var signer: JSON = 0
        var reInit: JSON = 0
    }

    /// A stage for actors who share at most `peersMax` clients.
    init(
        suite: UInt16, isEncrypted: Bool, peersMax: Int = 3,
        makePeer: @escaping () throws -> any Peer = { LocalPeer() }
    ) {
        self.suite = suite
        self.isEncrypted = isEncrypted
        self.peersMax = peersMax
        self.makePeer = makePeer
        peers = []
    }

    subscript(name: String) -> Actor {
        get { actors[name] ?? Actor(peer: actors.count % peersMax) }
        set { actors[name] = newValue }
    }

    /// Has an actor's client do something.
    @discardableResult
    func ask(_ name: String, _ rpc: RPC, _ params: JSON = [:]) throws -> Answer {
        let answer = try raw(name, rpc, params)
        guard case .object(let fields) = answer, case .object(let result) = fields["result"]
        else { throw Refusal(rpc: rpc, answer: answer) }
        done.insert(rpc)
        return Answer(fields: result)
    }

    /// The code of the error that an actor's client answers with, `nil` if it does as asked.
    func refusal(_ name: String, _ rpc: RPC, _ params: JSON) throws -> String? {
        guard case .object(let fields) = try raw(name, rpc, params),
            case .object(let error) = fields["error"], case .string(let code) = error["code"]
        else { return nil }
        return code
    }

    private func raw(_ name: String, _ rpc: RPC, _ params: JSON) throws -> JSON {
        let actor = self[name]
        actors[name] = actor
        while peers.count <= actor.peer { peers.append(try makePeer()) }
        requests += 1
        let request: JSON = [
            "id": .number(requests), "rpc": .string(rpc.rawValue), "params": params,
        ]
        let answer = try peers[actor.peer].answer(request)
        guard case .object(let fields) = answer else { throw Refusal(rpc: rpc, answer: answer) }
        try #require(fields["id"] == .number(requests))
        return answer
    }
}

/// The fields of a response.
struct Answer {
    let fields: [String: JSON]

    subscript(name: String) -> JSON {
        get throws { try #require(fields[name], "the answer has the field \(name)") }
    }
}

/// A client that did not do as it was asked.
struct Refusal: Error {
    let rpc: RPC
    let answer: JSON
}

extension JSON {
    /// The text of a name or other words, as bytes.
    static func words(_ text: String) -> JSON { .bytes(Array(text.utf8)) }
}
