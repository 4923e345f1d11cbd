// One proven connection to one relay, as the rest of a client sees it.

import NIOCore
package import SottoCrypto
package import SottoRelayProtocol
package import SottoWire

/// A WebSocket to a relay that has proven its key.
///
/// It serves as an owner's or as an anonymous connection, never as both [RELAY-7]. Its methods may
/// be called from any number of tasks. Dropping the last reference closes it.
package final class RelayConnection: Sendable {
    /// What the relay said of itself, checked.
    package let hello: RelayHello
    /// What signatures on this connection bind.
    package let binding: ConnectionBinding
    /// What the relay says unasked; ends with the connection. For one consumer.
    package let notices: AsyncStream<Notice>
    /// What members of a lane forward to who is there [EPH-1]; ends with the connection. For one
    /// consumer, who gets the newest 64 if it is slow.
    package let ephemerals: AsyncStream<EphemeralDelivery>

    private let loop: any EventLoop
    private let handler: NIOLoopBound<RelayLinkHandler>
    private let deliveries: AsyncStream<RelayDeliveries.Event>
    private let latch: ClosureLatch

    init(_ relay: ProvenRelay, _ handler: NIOLoopBound<RelayLinkHandler>, _ streams: RelayStreams) {
        hello = relay.hello
        binding = relay.binding
        self.handler = handler
        loop = handler.eventLoop
        deliveries = streams.deliveries
        notices = streams.notices
        ephemerals = streams.ephemerals
        latch = streams.sinks.latch
    }

    deinit {
        loop.execute { [handler] in handler.value.close() }
    }

    /// Connects, says hello, and checks that the relay is the one that is trusted [RELAY-1,
    /// RELAY-4].
    ///
    /// - Parameter entropy: This connection's own: nonce, WebSocket key and frame masks are drawn
    ///   from it.
    /// - Throws: Why there is no connection; nothing of it is left then. Cancelling the task
    ///   throws `.cancelled`.
    package static func connect(
        to origin: RelayOrigin, trusting trust: RelayTrust, entropy: consuming Entropy,
        options: RelayLinkOptions = RelayLinkOptions()
    ) async throws(RelayConnectError) -> RelayConnection {
        let attempt = try ConnectAttempt(
            to: origin, trusting: trust, entropy: entropy, options: options)
        return try await attempt.run()
    }

    /// Asks the relay, waiting for a place when as many requests as it allows are unanswered.
    ///
    /// To subscribe, use `subscribe(credit:)`.
    ///
    /// - Throws: `.refused` when the relay said no. Cancelling the task throws `.cancelled` at
    ///   once.
    package func request(_ body: Request.Body) async throws(RelayRequestError) -> Answer {
        if let closure { throw .closed(closure) }
        let ticket = RequestTicket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                loop.execute { [handler] in handler.value.submit(body, ticket, waiter) }
            }
        } onCancel: {
            ticket.cancel()
            loop.execute { [handler] in handler.value.cancel(ticket) }
        }
        return try result.get()
    }

    /// Starts the deliveries of the mailbox that this connection owns. Once a connection.
    ///
    /// - Parameter credit: How many deliveries may be on their way or wait to be taken, 1 to
    ///   4,096. More is granted by itself as they are taken.
    /// - Throws: As `request`; `.cannotSubscribe` the second time. After another error than
    ///   `.refused` this connection subscribes no more.
    package func subscribe(
        credit: Int = RelayLinkLimits.creditDefault
    ) async throws(RelayRequestError) -> RelayDeliveries {
        let credit = UInt32(clamping: credit)
        _ = try await request(.subscribe(credit: credit))
        return RelayDeliveries(deliveries, on: self, credit: credit)
    }

    /// Why the connection is over; nothing while it is open.
    package var closure: RelayClosure? { latch.closure }

    /// Waits until the connection is over. Answers nothing if the task is cancelled before.
    package func closed() async -> RelayClosure? { await latch.wait() }

    /// Ends the connection: everything that waits ends with `.closed(.byUs)`, and the relay is
    /// told goodbye, which it has `RelayLinkOptions.closeWithin` to answer. Again is nothing.
    package func close() {
        loop.execute { [handler] in handler.value.close() }
    }

    /// The subscriber took deliveries.
    func took(_ count: UInt32) {
        loop.execute { [handler] in handler.value.took(count) }
    }
}

/// Both ends of what a relay sends unasked.
struct RelayStreams: Sendable {
    let deliveries: AsyncStream<RelayDeliveries.Event>
    let notices: AsyncStream<Notice>
    let ephemerals: AsyncStream<EphemeralDelivery>
    let sinks: RelayLinkSinks

    init() {
        // The credit of the subscription is the bound of this buffer.
        let (deliveries, delivered) = AsyncStream.makeStream(of: RelayDeliveries.Event.self)
        let (notices, noticed) = AsyncStream.makeStream(
            of: Notice.self, bufferingPolicy: .bufferingNewest(RelayLinkLimits.noticesMax))
        self.deliveries = deliveries
        let (ephemerals, forwarded) = AsyncStream.makeStream(
            of: EphemeralDelivery.self,
            bufferingPolicy: .bufferingNewest(RelayLinkLimits.ephemeralsMax))
        self.notices = notices
        self.ephemerals = ephemerals
        sinks = RelayLinkSinks(
            deliveries: delivered, notices: noticed, ephemerals: forwarded,
            latch: ClosureLatch())
    }
}
