// The first frame each way: what a client says before it knows to whom it speaks.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// A hello that waits for its answer.
struct RelayGreeting: Sendable {
    private let trust: RelayTrust
    private let hello: ClientHello

    init(trust: RelayTrust, nonce: HelloNonce) {
        self.trust = trust
        hello = ClientHello(nonce: nonce, extensions: [.ephemerals])
    }

    /// The frame to send first.
    var frame: [UInt8] { ClientFrame.hello(hello).wireBytes }

    /// Checks the relay's first frame before anything else is sent [RELAY-1, RELAY-4].
    func check(_ frame: RelayFrame) throws(RelayConnectError) -> ProvenRelay {
        switch frame {
        case .hello(let answer): return try check(answer)
        case .response(let response): throw refusal(response)
        case .delivery, .notice, .ephemeral: throw .closed(.relayMisbehaved(.unexpectedFrame))
        }
    }

    private func check(_ answer: RelayHello) throws(RelayConnectError) -> ProvenRelay {
        let pinned = if case .pinned(let id) = trust { id } else { answer.relayKey.id }
        let binding: ConnectionBinding
        do throws(HelloError) {
            binding = try answer.verify(pinned: pinned, hello: hello)
        } catch {
            throw Self.reason(error)
        }
        guard answer.requestsInFlightMax > 0,
            answer.frameBytesMax >= RelayLinkLimits.frameBytesLeast
        else { throw .closed(.relayMisbehaved(.unusableLimits)) }
        return ProvenRelay(hello: answer, binding: binding)
    }

    private static func reason(_ error: HelloError) -> RelayConnectError {
        switch error {
        case .wrongRelay(let shown): .wrongRelayKey(shown: shown)
        case .unsupportedVersion: .refusedVersion
        case .replayed: .helloNotProven
        }
    }

    /// A relay that will not say hello answers the request 0, which nobody made [RELAY-2].
    private func refusal(_ response: Response) -> RelayConnectError {
        switch (response.id, response.result) {
        case (0, .failure(.unsupportedVersion)): .refusedVersion
        case (0, .failure(let refusal)): .refused(refusal)
        default: .closed(.relayMisbehaved(.unexpectedFrame))
        }
    }
}

/// A relay that has shown that it holds the key it is known by.
struct ProvenRelay: Hashable, Sendable {
    /// What it said.
    let hello: RelayHello
    /// What signatures on this connection bind.
    let binding: ConnectionBinding

    fileprivate init(hello: RelayHello, binding: ConnectionBinding) {
        self.hello = hello
        self.binding = binding
    }
}
