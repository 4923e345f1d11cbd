// The life of the connections: up while somebody needs them, and no longer.

import SottoClientCore
import SottoClientStore
import SottoCrypto
import SottoRelayProtocol

extension SottoClient {
    /// Runs `body` with the connections up, or on their way up.
    func whileConnected<Value: Sendable>(
        _ body: (isolated SottoClient) async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        while let stopping = engine.task, engine.holders == 0 { await stopping.value }
        guard store != nil else { throw .misuse(.closed) }
        engine.holders += 1
        if engine.task == nil { startEngine() }
        do throws(ClientError) {
            let value = try await body(self)
            await letGo()
            return value
        } catch {
            await letGo()
            throw error
        }
    }

    private func letGo() async {
        engine.holders -= 1
        guard engine.holders == 0, let task = engine.task else { return }
        task.cancel()
        await task.value
    }

    private func startEngine() {
        engine.forgive()
        let (wakes, decider) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        engine.decider = decider
        engine.task = Task { await self.runEngine(wakes) }
    }

    /// Everything that goes on while the connections are wanted; ends when the task is cancelled.
    private func runEngine(_ wakes: AsyncStream<Void>) async {
        let receiver = ReceiverID(entropy.bytes(16))
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepAnonymousConnection() }
            group.addTask { await self.keepOwnerConnection(receiver) }
            group.addTask { await self.keepTime(receiver) }
            group.addTask {
                for await _ in wakes { await self.decide() }
            }
        }
        try? store?.releaseReceiver(receiver)
        engine.decider?.finish()
        engine.decider = nil
        engine.pending = []
        engine.task = nil
        // What it remembers belongs to connections that are gone.
        core = ClientCore()
        audience.tell(.offline(because: engine.failure, retryIn: nil))
        audience.wake()
    }

    /// Gives an event to the engine, after those that wait already.
    func submit(_ event: Event) {
        engine.pending.append(event)
        engine.decider?.yield()
    }

    /// Lets the engine decide on what waits, many events to a transaction. After a failure nothing
    /// more: an entry behind one that was not taken in would move the cursor past both [ONCE-2].
    private func decide() {
        while engine.failure == nil, !engine.pending.isEmpty {
            let events = Array(engine.pending.prefix(ClientLimits.eventsOfTransactionMax))
            engine.pending.removeFirst(events.count)
            do throws(ClientError) { try feed(events) } catch { return fail(error) }
        }
    }

    /// Gives the connections up for a reason that waiting cannot mend.
    func fail(_ error: ClientError) {
        engine.failure = error
        engine.task?.cancel()
        audience.wake()
    }

    /// Does what is due, looks for other processes' writes, and keeps the receiver's lease.
    private nonisolated func keepTime(_ receiver: ReceiverID) async {
        let clock = ContinuousClock()
        var renewed = clock.now
        while !Task.isCancelled {
            try? await Task.sleep(for: await nextLook())
            await look()
            if renewed.duration(to: clock.now) >= LiveLimits.receiverRenewal {
                renewed = clock.now
                await renewLease(receiver)
            }
        }
    }

    private func nextLook() -> Duration {
        let poll = audience.isAttentive ? LiveLimits.attentivePoll : LiveLimits.idlePoll
        guard let wakeAt = core.wakeAt else { return poll }
        return min(poll, max(.milliseconds(5), wakeAt.since(environment.now())))
    }

    private func look() {
        if core.isDue(at: environment.now()) {
            submit(.resumed(from: 0))
        } else if let store, let newest = try? store.newestGeneration(), newest != store.generation,
            newest != audience.published
        {
            submit(.resumed(from: 0))
        }
    }

    /// Takes or keeps the right to take in the mailbox.
    ///
    /// - Returns: Whether we have it.
    func holdLease(_ receiver: ReceiverID) -> Bool {
        let isHeld = (try? store?.holdReceiver(receiver, now: environment.now())) ?? false
        engine.isReceiver = isHeld
        engine.hasSettled = true
        audience.wake()
        return isHeld
    }

    private func renewLease(_ receiver: ReceiverID) {
        guard engine.isReceiver, !holdLease(receiver) else { return }
        engine.yieldMailbox()
    }
}
