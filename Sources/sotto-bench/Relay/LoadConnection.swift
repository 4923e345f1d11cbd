// A connection that a relay has greeted: questions while a load is set up, frames while it runs.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// What a load does with what comes in.
struct LoadEars {
    /// A request was answered.
    var answered: (UInt32, ArraySlice<UInt8>) throws -> Void = { _, _ in }
    /// An entry of the mailbox came.
    var delivered: (_ sequence: UInt64, _ bytes: Int) throws -> Void = { _, _ in }
    /// All that came at once has been told.
    var paused: () throws -> Void = {}
}

final class LoadConnection {
    let socket: LoadSocket
    let binding: ConnectionBinding
    var ears = LoadEars()
    private var lastRequest: UInt32 = 0

    /// Connects and says hello; waits until the relay has proven its key.
    init(to target: RelayTarget.Address) throws {
        socket = try LoadSocket(host: target.host, port: target.port)
        var entropy = Entropy.system()
        let hello = ClientHello(nonce: .random(using: &entropy))
        socket.send(ClientFrame.hello(hello).wireBytes)
        try socket.flush()
        guard case .hello(let relay) = try Self.wait(on: socket) else { throw BenchError.notARelay }
        binding = try relay.verify(pinned: target.relayID ?? relay.relayKey.id, hello: hello)
    }

    /// The number of a request of one's own.
    func nextRequest() -> UInt32 {
        lastRequest += 1
        return lastRequest
    }

    /// Queues a request; its answer goes to `ears`.
    func send(_ body: Request.Body) {
        let request = Request(id: nextRequest(), body: body)
        socket.send(ClientFrame.request(request).wireBytes)
    }

    /// Asks and waits for the answer, before the load runs. Entries that come meanwhile are lost.
    func ask(_ body: Request.Body) throws -> Answer {
        send(body)
        try socket.flush()
        while true {
            guard case .response(let response) = try Self.wait(on: socket) else { continue }
            guard response.id == lastRequest else { throw BenchError.connectionLost }
            return try response.result.get()
        }
    }

    /// Asks whether the relay is there, and waits for the answer.
    func probe() throws { _ = try ask(.ping) }

    /// Sends what is queued and waits for what comes until a condition holds. Not in a loop.
    func wait(until isDone: () -> Bool) throws {
        var scratch = [UInt8](repeating: 0, count: 65_536)
        try socket.flush()
        while !isDone() { try listen(through: &scratch) }
    }

    /// Tells what has arrived.
    func listen(through scratch: inout [UInt8]) throws {
        try socket.receive(through: &scratch)
        while let message = try socket.nextMessage() {
            var reader = WireReader(message)
            switch try reader.uint8() {
            case 2:
                let id = try reader.uint32()
                guard try !reader.flag() else { throw try reader.value(RelayRefusal.self) }
                try ears.answered(id, reader.rest())
            case 3: try ears.delivered(try reader.uint64(), message.count)
            default: continue
            }
        }
        try ears.paused()
    }

    private static func wait(on socket: LoadSocket) throws -> RelayFrame {
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let message = try socket.nextMessage() { return try RelayFrame(wireBytes: message) }
            try socket.receive(through: &scratch)
        }
    }
}
