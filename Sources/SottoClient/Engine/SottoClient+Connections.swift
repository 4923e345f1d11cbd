// The two connections: each made again after every loss, each serving its requests.

import Logging
import SottoClientCore
import SottoClientStore
import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

extension SottoClient {
    /// Keeps the connection that posts and reads.
    nonisolated func keepAnonymousConnection() async {
        await keepConnection(.anonymous) { (_) throws(RelayRequestError) in
            ()
        } serve: { connection, _ in
            let orders = await self.connected(connection)
            await self.serve(connection, orders) { _ in }
        }
    }

    /// Keeps the connection that owns the mailbox.
    nonisolated func keepOwnerConnection(_ receiver: ReceiverID) async {
        await keepConnection(.owner) { connection throws(RelayRequestError) in
            guard let account = try? await self.account() else { throw .cancelled }
            let invitation = self.invitation
            let owned = try await connection.register(
                account.mailbox, mailboxKey: account.mailboxKey,
                sealingKey: SealingKey(made: account.mailboxSealing.publicKey),
                invitation: invitation)
            if invitation != nil { self.forgetInvitation() }
            return owned
        } serve: { connection, owned in
            let (orders, acknowledgements) = await self.owns(connection, owned)
            await self.serve(connection, orders) { group in
                group.addTask { await self.acknowledge(acknowledgements, by: connection) }
                group.addTask { await self.receive(by: connection, receiver) }
            }
        }
    }

    /// Connects, asks the relay to accept the connection, lets it be served until it ends, and
    /// again, until the task is cancelled or there is no use in trying.
    private nonisolated func keepConnection<Acceptance: Sendable>(
        _ channel: Channel,
        accept: (RelayConnection) async throws(RelayRequestError) -> Acceptance,
        serve: (RelayConnection, Acceptance) async -> Void
    ) async {
        let clock = ContinuousClock()
        var reconnecting = Reconnecting()
        var entropy = environment.entropy()
        while !Task.isCancelled {
            let error: ClientError
            var lasted: Duration?
            do throws(RelayConnectError) {
                let connection = try await connect(channel)
                do throws(RelayRequestError) {
                    let acceptance = try await accept(connection)
                    let start = clock.now
                    await serve(connection, acceptance)
                    lasted = start.duration(to: clock.now)
                    error = await ending(of: connection, channel)
                } catch let cause {
                    error = Self.reason(cause, of: channel, connection.hello)
                }
                connection.close()
                await disconnected(channel)
            } catch let cause {
                guard cause.isWorthRetrying else { return await distrust(cause) }
                error = ClientError(cause)
            }
            guard !Task.isCancelled else { return }
            let wait = reconnecting.wait(after: error, lasted: lasted, using: &entropy)
            await attemptFailed(error, retryIn: wait)
            try? await Task.sleep(for: wait)
        }
    }

    /// Why a connection was not accepted; where the relay lets in who it wants, that.
    private static nonisolated func reason(
        _ cause: RelayRequestError, of channel: Channel, _ hello: RelayHello
    ) -> ClientError {
        let terms = RegistrationTerms(hello.extensions) ?? RegistrationTerms()
        let isUninvited =
            channel == .owner && cause == .refused(.notPermitted) && terms.policy != .open
        return isUninvited ? .refused(.notInvited) : ClientError(cause)
    }

    private nonisolated func connect(
        _ channel: Channel
    ) async throws(RelayConnectError) -> RelayConnection {
        guard let account = try? await account(),
            let origin = try? RelayOrigin(account.origin)
        else { throw .unreachable }
        await connecting()
        return try await .connect(
            to: origin, trusting: .pinned(account.relayKey.id), entropy: environment.entropy(),
            options: environment.link)
    }

    /// Carries requests by a connection until it ends, and whatever `more` adds beside them.
    private nonisolated func serve(
        _ connection: RelayConnection, _ orders: AsyncStream<Order>,
        _ more: (inout DiscardingTaskGroup) -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await withDiscardingTaskGroup { requests in
                    for await order in orders {
                        requests.addTask { await self.carry(order, by: connection) }
                    }
                }
            }
            more(&group)
            _ = await connection.closed()
            group.cancelAll()
        }
    }

    private nonisolated func carry(_ order: Order, by connection: RelayConnection) async {
        do throws(RelayRequestError) {
            await submit(.answered(order.errand, try await connection.request(order.body)))
        } catch {
            switch error {
            case .refused(let refusal): await submit(.refused(order.errand, refusal))
            case .timedOut, .tooManyWaiting: await submit(.unanswered(order.errand))
            case .tooLarge: await submit(.refused(order.errand, .tooLarge))
            // The engine hears of the connection's end instead.
            case .cancelled, .closed, .cannotSubscribe: break
            }
        }
    }

    /// Acknowledges the newest entry taken in, again whenever there is a newer one.
    private nonisolated func acknowledge(
        _ sequences: AsyncStream<UInt64>, by connection: RelayConnection
    ) async {
        for await sequence in sequences {
            do { try await connection.ack(sequence) } catch { return connection.close() }
            await acknowledged(sequence)
        }
    }

    /// Takes in the mailbox as soon as no other process does.
    private nonisolated func receive(
        by connection: RelayConnection, _ receiver: ReceiverID
    ) async {
        while await !holdLease(receiver) {
            do { try await Task.sleep(for: LiveLimits.receiverRenewal) } catch { return }
        }
        do {
            for try await delivery in try await connection.subscribe(credit: LiveLimits.credit) {
                await submit(.delivered(delivery))
                await roomForDeliveries()
            }
        } catch {
            // Refused, superseded or lost: a new connection tries again.
            if let refusal = error as? RelayRequestError { await refused(refusal, on: .owner) }
            connection.close()
        }
    }
}

extension SottoClient {
    private func connecting() { audience.tell(.connecting) }

    private func connected(_ connection: RelayConnection) -> AsyncStream<Order> {
        let orders = engine.connected(.anonymous)
        submit(.connected(incarnation: connection.hello.incarnation))
        tellIfOnline()
        return orders
    }

    private func owns(
        _ connection: RelayConnection, _ owned: Owned
    ) -> (AsyncStream<Order>, AsyncStream<UInt64>) {
        let acknowledgements = engine.owns(connection, owned)
        let orders = engine.connected(.owner)
        submit(.owned(owned, incarnation: connection.hello.incarnation))
        tellIfOnline()
        return (orders, acknowledgements)
    }

    private func tellIfOnline() {
        if engine.isUp { audience.tell(.online) }
        audience.wake()
    }

    /// What ends a connection from this side.
    private func refused(_ error: RelayRequestError, on channel: Channel) {
        engine.endings[channel] = ClientError(error)
    }

    /// Why a connection is over that the relay had accepted.
    private func ending(of connection: RelayConnection, _ channel: Channel) -> ClientError {
        engine.endings.removeValue(forKey: channel) ?? ClientError(connection.closure)
    }

    private func disconnected(_ channel: Channel) {
        engine.disconnected(channel)
        submit(.disconnected(channel))
    }

    private func attemptFailed(_ error: ClientError, retryIn wait: Duration) {
        logger?.debug("relay connection lost or refused", metadata: ["code": "\(error.code)"])
        engine.failed(error)
        audience.tell(.offline(because: error, retryIn: wait))
        audience.wake()
    }

    /// The relay is not the one that this home trusts, or speaks another protocol.
    private func distrust(_ cause: RelayConnectError) {
        switch cause {
        case .wrongRelayKey: audience.tell(.alarm(.relayKeyWrong))
        case .helloNotProven: audience.tell(.alarm(.helloReplayed))
        default: break
        }
        fail(ClientError(cause))
    }

    private func acknowledged(_ sequence: UInt64) {
        engine.acknowledged(sequence)
        audience.wake()
    }

    /// Waits while more deliveries wait than should.
    private func roomForDeliveries() async {
        while engine.pending.count >= LiveLimits.deliveriesWaitingMax, !Task.isCancelled {
            await Task.yield()
        }
    }
}
