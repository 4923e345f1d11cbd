// The shell around the state machine: WebSocket frames, one timer, and the callers' continuations.

import NIOCore
import NIOWebSocket
import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// Carries out, on the connection's event loop, what the state machine decides.
final class RelayLinkHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame
    typealias Waiter = CheckedContinuation<Result<Answer, RelayRequestError>, Never>

    private var machine: RelayLinkStateMachine<Waiter>
    private var entropy: Entropy
    private let sinks: RelayLinkSinks
    private let closeWithin: TimeAmount
    private let started = NIODeadline.now()
    private var proven: EventLoopPromise<ProvenRelay>?
    private var context: ChannelHandlerContext?
    private var timer: (at: Duration, task: Scheduled<Void>)?
    private var willFlush = false
    private var isClosing = false

    /// - Parameter proven: Succeeds with the relay once its hello is checked, else fails with a
    ///   `RelayConnectError`; in any case it is completed.
    init(
        trust: RelayTrust, options: RelayLinkOptions, entropy: Entropy, sinks: RelayLinkSinks,
        proven: EventLoopPromise<ProvenRelay>
    ) {
        self.entropy = entropy
        let nonce = HelloNonce.random(using: &self.entropy)
        machine = RelayLinkStateMachine(trust: trust, nonce: nonce, patience: options.patience)
        closeWithin = TimeAmount(options.closeWithin)
        self.sinks = sinks
        self.proven = proven
    }

    /// Says hello, once the channel carries WebSocket frames.
    func start() {
        if let greeting = machine.greeting { send(greeting) }
    }

    // MARK: Callers

    /// A caller's request. The waiter is told exactly once, whatever happens.
    func submit(_ body: Request.Body, _ ticket: RequestTicket, _ waiter: Waiter) {
        guard !ticket.isCancelled else { return waiter.resume(returning: .failure(.cancelled)) }
        switch machine.submit(body, for: waiter, now: now) {
        case .send(let id, let frame):
            ticket.submitted(as: id)
            send(frame)
        case .wait(let id): ticket.submitted(as: id)
        case .refuse(let waiter, let error): waiter.resume(returning: .failure(error))
        }
        setTimer()
    }

    /// A caller no longer waits.
    func cancel(_ ticket: RequestTicket) {
        guard let id = ticket.id else { return }
        machine.giveUp(id)?.resume(returning: .failure(.cancelled))
    }

    /// The subscriber took deliveries.
    func took(_ count: UInt32) {
        if let frame = machine.took(count, now: now) { send(frame) }
    }

    /// Ends the connection from this side, politely.
    func close() { end(machine.end(.byUs), code: .normalClosure) }

    /// The connection failed before the relay's hello, so that nobody else will say so.
    func failIfUnproven(_ error: RelayConnectError) {
        guard let proven else { return }
        self.proven = nil
        _ = machine.end(.lost)
        sinks.finish(.lost)
        proven.fail(error)
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard frame.maskKey == nil else { return misbehaved(.undecodable, .protocolError) }
        switch frame.opcode {
        case .binary: received(Array(buffer: frame.data)[...])
        case .ping: answer(ping: frame)
        case .pong: break
        case .connectionClose: closedByRelay(frame.data)
        default: misbehaved(.notBinary, .unacceptableData)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let ending = machine.end(.lost) { tell(ending) }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if let ending = machine.end(.lost) { tell(ending) }
        timer?.task.cancel()
        timer = nil
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // After a frame that cannot be read, whatever follows it is another error.
        guard !isClosing else { return }
        switch error {
        case NIOWebSocketError.invalidFrameLength,
            NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge:
            misbehaved(.oversized, .messageTooLarge)
        case is NIOWebSocketError, is NIOWebSocketFrameAggregator.Error:
            misbehaved(.undecodable, .protocolError)
        default:
            if let ending = machine.end(.lost) { tell(ending) }
            context.close(promise: nil)
        }
    }

    // MARK: Frames in

    private func received(_ bytes: ArraySlice<UInt8>) {
        switch machine.received(bytes, now: now) {
        case .greeted(let relay):
            proven?.succeed(relay)
            proven = nil
        case .turnedAway(let error):
            proven?.fail(error)
            proven = nil
            end(RelayEnding(closure: .byUs, waiters: []), code: .policyViolation)
        case .answered(let waiter, let result, let next):
            waiter.resume(returning: result)
            if let next { send(next) }
        case .freed(let next): if let next { send(next) }
        case .deliver(let delivery): sinks.deliveries.yield(.delivery(delivery))
        case .notice(let notice): noticed(notice)
        case .forward(let delivery): sinks.ephemerals.yield(delivery)
        case .end(let ending): end(ending, code: .protocolError)
        case .ignore: break
        }
        setTimer()
    }

    private func noticed(_ notice: Notice) {
        sinks.notices.yield(notice)
        guard notice == .superseded else { return }
        sinks.deliveries.yield(.over(.superseded))
        sinks.deliveries.finish()
    }

    /// A pong is owed, but not to a relay that asks faster than it reads.
    private func answer(ping: WebSocketFrame) {
        guard let context, !isClosing, context.channel.isWritable else { return }
        write(.pong, ping.data)
    }

    private func closedByRelay(_ data: ByteBuffer) {
        var data = data
        let code = data.readInteger(as: UInt16.self)
        guard let ending = machine.end(.byRelay(code: code)) else {
            context?.close(promise: nil)
            return
        }
        end(ending, code: .normalClosure)
    }

    private func misbehaved(_ what: RelayMisbehaviour, _ code: WebSocketErrorCode) {
        end(machine.end(.relayMisbehaved(what)), code: code)
    }

    // MARK: Frames out

    private func send(_ bytes: [UInt8]) { write(.binary, ByteBuffer(bytes: bytes)) }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        guard let context else { return }
        let mask = WebSocketMaskingKey.random(using: &entropy)
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: mask, data: data)
        context.write(wrapOutboundOut(frame), promise: nil)
        guard !willFlush else { return }
        // What is written in one turn of the event loop leaves together.
        willFlush = true
        context.eventLoop.assumeIsolated().execute { [self] in
            willFlush = false
            self.context?.flush()
        }
    }

    // MARK: The end

    /// Tells everybody, then says goodbye and waits a little for the relay to do the same.
    private func end(_ ending: RelayEnding<Waiter>?, code: WebSocketErrorCode) {
        guard let ending else { return }
        tell(ending)
        guard let context, !isClosing else { return }
        isClosing = true
        var data = context.channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: code)
        write(.connectionClose, data)
        context.eventLoop.assumeIsolated().scheduleTask(in: closeWithin) { [self] in
            self.context?.close(promise: nil)
        }
    }

    private func tell(_ ending: RelayEnding<Waiter>) {
        sinks.finish(ending.closure)
        proven?.fail(RelayConnectError.closed(ending.closure))
        proven = nil
        for waiter in ending.waiters {
            waiter.resume(returning: .failure(.closed(ending.closure)))
        }
        timer?.task.cancel()
        timer = nil
    }

    // MARK: Time

    private var now: Duration { .nanoseconds((NIODeadline.now() - started).nanoseconds) }

    private func setTimer() {
        guard let context, let deadline = machine.deadline() else { return }
        if let timer, timer.at <= deadline { return }
        timer?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(
            deadline: started + TimeAmount(deadline)
        ) { [self] in
            timer = nil
            tick()
        }
        timer = (deadline, task)
    }

    private func tick() {
        let outcome = machine.tick(now: now)
        for waiter in outcome.expired { waiter.resume(returning: .failure(.timedOut)) }
        if let frame = outcome.send { send(frame) }
        end(outcome.end, code: .goingAway)
        setTimer()
    }
}

/// Where what nobody asked for goes.
struct RelayLinkSinks: Sendable {
    let deliveries: AsyncStream<RelayDeliveries.Event>.Continuation
    let notices: AsyncStream<Notice>.Continuation
    let ephemerals: AsyncStream<EphemeralDelivery>.Continuation
    let latch: ClosureLatch

    func finish(_ closure: RelayClosure) {
        latch.close(closure)
        deliveries.yield(.over(closure))
        deliveries.finish()
        notices.finish()
        ephemerals.finish()
    }
}

extension RelayLinkOptions {
    fileprivate var patience: RelayPatience {
        RelayPatience(answerWithin: answerWithin, pingEvery: pingEvery, pongWithin: pongWithin)
    }
}
