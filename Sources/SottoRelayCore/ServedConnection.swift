// One connection as the relay sees it: the hello, what kind it is, what is unanswered.

package import SottoCrypto
package import SottoRelayProtocol
import SottoWire

/// The relay's end of one connection, without the socket.
package struct ServedConnection: Sendable {
    let identity: RelayIdentity
    var state = State.new
    var isDraining = false
    var isWritable = true
    var unanswered = 0
    var subscribing: [Subscribing] = []
    var subscriptions: UInt64 = 0
    var flow: DeliveryFlow?
    /// Whether the client reads ephemeral deliveries [EPH-4].
    var readsEphemerals = false

    /// A connection that has said nothing.
    package init(identity: RelayIdentity) { self.identity = identity }

    /// How far a connection is.
    enum State: Sendable, Equatable {
        /// No hello yet.
        case new
        /// Hellos were exchanged.
        case open(ConnectionBinding, Kind)
        /// Nothing more is heard.
        case closed
    }

    /// What a connection has become [RELAY-7].
    enum Kind: Sendable, Equatable {
        case undecided
        case anonymous
        /// It shows that it owns this mailbox; these requests to do so are unanswered.
        case owner(MailboxID, claims: Set<UInt32>, isProven: Bool)
    }

    struct Subscribing: Sendable {
        let request: UInt32
        var credit: UInt32
    }

    /// What the shell does for a connection, in this order.
    package enum Action: Sendable {
        /// Sends a frame.
        case send(RelayFrame)
        /// Hands something to the relay's writer.
        case submit(RelayOperation.Body)
        /// Asks for a blob token that a mailbox's allowance pays for.
        case mintBlob(request: UInt32, bytes: UInt64, for: MailboxID)
        /// Closes the connection; nothing follows.
        case close(CloseReason)
    }

    /// Whether the client has yet to say hello.
    package var awaitsHello: Bool { state == .new }

    /// Whether everything that was asked is answered.
    package var isSettled: Bool { unanswered == 0 }
}

/// Why a relay closes a connection.
package enum CloseReason: Hashable, Sendable {
    /// A frame did not decode, or came where it does not belong [RELAY-5].
    case malformed
    /// There is no version in common [RELAY-2].
    case unsupportedVersion
    /// A message was not binary [RELAY-5].
    case notBinary
    /// A frame was over the limit [RELAY-5].
    case tooLarge
    /// No hello came in time, or nothing for too long.
    case timeout
    /// The relay is shutting down [OPS-2].
    case draining
    /// The relay's store fails.
    case broken

    /// The WebSocket close code (RFC 6455 section 7.4.1).
    package var code: UInt16 {
        switch self {
        case .malformed, .unsupportedVersion: 1002
        case .notBinary: 1003
        case .tooLarge: 1009
        case .timeout: 1008
        case .draining: 1001
        case .broken: 1011
        }
    }
}

// MARK: - Events

extension ServedConnection {
    /// A binary message has arrived.
    package mutating func received(
        _ bytes: [UInt8], using entropy: inout Entropy, into actions: inout [Action]
    ) {
        guard state != .closed else { return }
        let frame: ClientFrame
        do throws(WireError) {
            frame = try ClientFrame(wireBytes: bytes)
        } catch {
            return undecodable(bytes, error, into: &actions)
        }
        switch (state, frame) {
        case (.new, .hello(let hello)):
            open(with: hello, using: &entropy, into: &actions)
        case (.open(let binding, let kind), .request(let request)):
            requested(request, binding, kind, into: &actions)
        case (_, .request(let request)):
            refuse(request.id, .malformed, into: &actions)
            close(.malformed, into: &actions)
        case (_, .hello): close(.malformed, into: &actions)
        }
    }

    /// The relay's writer says something.
    package mutating func told(_ event: ConnectionEvent, into actions: inout [Action]) {
        guard state != .closed else { return }
        switch event {
        case .response(let id, let result):
            answered(id, result, into: &actions)
        case .subscribed(let id, let owned):
            begin(id, owned)
            answered(id, .success(.subscribe), into: &actions)
            continueDelivery(into: &actions)
        case .fetched(let fetched):
            for delivery in flow?.fetched(fetched) ?? [] {
                actions.append(.send(.delivery(delivery)))
            }
            continueDelivery(into: &actions)
        case .stored(let delivery):
            if flow?.stored(delivery, isWritable: isWritable) == true {
                actions.append(.send(.delivery(delivery)))
            } else {
                continueDelivery(into: &actions)
            }
        case .forwarded(let delivery):
            // Who does not read now gets nothing: it is not kept.
            if readsEphemerals, isWritable, flow != nil {
                actions.append(.send(.ephemeral(delivery)))
            }
        case .superseded:
            flow = nil
            actions.append(.send(.notice(.superseded)))
        case .broken: close(.broken, into: &actions)
        }
    }

    /// The socket takes more, or no more for now.
    package mutating func writability(_ isWritable: Bool, into actions: inout [Action]) {
        self.isWritable = isWritable
        continueDelivery(into: &actions)
    }

    /// The relay is shutting down: what is asked from now on is refused [OPS-2].
    package mutating func drain(into actions: inout [Action]) {
        guard !isDraining, state != .closed else { return }
        isDraining = true
        if state != .new { actions.append(.send(.notice(.draining))) }
    }

    /// Ends the connection for a reason that the shell has found.
    package mutating func close(_ reason: CloseReason, into actions: inout [Action]) {
        guard state != .closed else { return }
        state = .closed
        flow = nil
        actions.append(.close(reason))
    }

    /// The client has ended the connection: nothing is sent to it any more.
    package mutating func closedByClient() {
        state = .closed
        flow = nil
    }

    /// Asks for what the subscriber can take and does not have.
    mutating func continueDelivery(into actions: inout [Action]) {
        guard !isDraining else { return }
        if let request = flow?.wanted(isWritable: isWritable) {
            actions.append(.submit(.fetch(request)))
        }
    }
}

// MARK: - Hello

extension ServedConnection {
    private mutating func open(
        with hello: ClientHello, using entropy: inout Entropy, into actions: inout [Action]
    ) {
        guard hello.versions.contains(RelayLimits.version) else {
            refuse(0, .unsupportedVersion, into: &actions)
            return close(.unsupportedVersion, into: &actions)
        }
        let nonce = HelloNonce.random(using: &entropy)
        let binding = ConnectionBinding(
            relayKey: identity.relayKey, relayNonce: nonce, clientNonce: hello.nonce)
        state = .open(binding, .undecided)
        readsEphemerals = hello.extensions.contains {
            $0.type == HelloExtension.ephemerals.type
        }
        let answer = RelayHello(
            answering: hello.nonce, relayKey: identity.relayKey, nonce: nonce,
            incarnation: identity.incarnation, extensions: identity.announcement,
            key: identity.privateKey)
        actions.append(.send(.hello(answer)))
        if isDraining { actions.append(.send(.notice(.draining))) }
    }

    /// Answers what did not decode as far as that can be done [RELAY-5].
    private mutating func undecodable(
        _ bytes: [UInt8], _ error: WireError, into actions: inout [Action]
    ) {
        let request = ClientFrame.requestID(in: bytes[...])
        if case .lengthOverLimit = error, case .open = state, let request {
            return refuse(request, .tooLarge, into: &actions)
        }
        if let request { refuse(request, .malformed, into: &actions) }
        close(.malformed, into: &actions)
    }

    func refuse(_ id: UInt32, _ refusal: RelayRefusal, into actions: inout [Action]) {
        actions.append(.send(.response(Response(id: id, result: .failure(refusal)))))
    }
}
