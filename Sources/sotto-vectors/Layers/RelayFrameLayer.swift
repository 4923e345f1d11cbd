// Vectors of frames, and of the signatures that bind them to a relay and a connection.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

struct RelayFrameLayer: VectorLayer {
    let name = "relay-frames"
    let spec = "spec/relay.md, sections 2 to 5"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        let bytes = try input.bytes("frame")
        switch operation {
        case "client-frame":
            let frame = try ClientFrame(wireBytes: bytes)
            try expect("the encoded frame", frame.wireBytes, equals: bytes)
            return FrameFields.of(frame)
        case "relay-frame":
            let frame = try RelayFrame(wireBytes: bytes)
            try expect("the encoded frame", frame.wireBytes, equals: bytes)
            return FrameFields.of(frame)
        case "verify-hello":
            guard case .hello(let hello) = try RelayFrame(wireBytes: bytes) else {
                throw VectorMismatch(description: "no hello of a relay")
            }
            _ = try hello.verify(
                pinned: RelayID(input.bytes("relay_id")),
                hello: ClientHello(nonce: HelloNonce(input.bytes("client_nonce"))))
            return FrameFields.of(hello)
        case "verify-request":
            try verify(ClientFrame(wireBytes: bytes), input)
            return ["signature": "good"]
        default: throw UnknownOperation(operation)
        }
    }

    private func verify(_ frame: ClientFrame, _ input: JSON) throws {
        guard case .request(let request) = frame else {
            throw VectorMismatch(description: "no request")
        }
        let relayKey = try RelayKey(input.bytes("relay_key"))
        switch request.body {
        case .register(let register): try register.verify(on: input.binding)
        case .authenticate(let authenticate):
            try authenticate.verify(
                by: MailboxKey(input.bytes("mailbox_key")), on: input.binding)
        case .putRecord(let put): try put.verify(at: relayKey)
        case .putStock(let put): try put.verify(at: relayKey)
        case .remove(let removal): try removal.verify(at: relayKey)
        default: throw VectorMismatch(description: "a request without a signature")
        }
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let frames = try FrameCases(&maker)
        return frames.requests() + frames.answers() + frames.signatures() + frames.defects()
    }
}

extension JSON {
    fileprivate var binding: ConnectionBinding {
        get throws {
            ConnectionBinding(
                relayKey: try RelayKey(bytes("relay_key")),
                relayNonce: try HelloNonce(bytes("relay_nonce")),
                clientNonce: try HelloNonce(bytes("client_nonce")))
        }
    }
}
