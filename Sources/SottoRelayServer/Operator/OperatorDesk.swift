// Answers what the host asks of a running relay.

import Metrics
import NIOConcurrencyHelpers
import NIOCore
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// Where the host's questions are answered.
final class OperatorDesk: Sendable {
    private let relay: RunningRelay
    private let registry: MeterRegistry
    private let gauges: StoreGauges
    private let ready: Gauge
    private let version: String
    private let connectionsMax: Int
    private let started: Timestamp
    private let drains = NIOLockedValueBox<(@Sendable () -> Void)?>(nil)

    init(
        _ relay: RunningRelay, registry: MeterRegistry, store: any RelayStore,
        configuration: RelayConfiguration
    ) {
        self.relay = relay
        self.registry = registry
        gauges = StoreGauges(store, factory: registry)
        ready = Gauge(label: MeterName.ready.rawValue, factory: registry)
        version = configuration.version
        connectionsMax = configuration.transport.connectionsMax
        started = WallClock.now
        Gauge(label: MeterName.startTime.rawValue, factory: registry)
            .record(Double(started.milliseconds) / 1_000)
    }

    /// What shuts the relay down when the host says so.
    func drain(by action: @escaping @Sendable () -> Void) {
        drains.withLockedValue { $0 = action }
    }

    /// The answer to a question.
    func answer(
        _ request: OperatorRequest, on loop: any EventLoop
    ) -> EventLoopFuture<OperatorAnswer> {
        switch request {
        case .status: return status(on: loop).map { .status($0) }
        case .quota(let entries, let bytes, let days):
            for number in [entries, bytes, days] {
                guard number ?? 1 > 0 else {
                    return loop.makeSucceededFuture(.refused("give numbers above 0"))
                }
            }
            return relay.writer.visit(from: loop) { engine in
                engine.quotas.mailboxEntries = entries ?? engine.quotas.mailboxEntries
                engine.quotas.mailboxBytes = bytes ?? engine.quotas.mailboxBytes
                engine.quotas.entryDays = days.map { UInt64($0) } ?? engine.quotas.entryDays
                let quotas = engine.quotas
                return .quota(
                    entries: quotas.mailboxEntries, bytes: quotas.mailboxBytes,
                    days: Int(quotas.entryDays))
            }
        case .invite(let uses, let seconds): return invite(uses, seconds, on: loop)
        case .ban(let texts):
            let bans = texts.compactMap { BanList.Ban($0) }
            guard bans.count == texts.count else {
                return loop.makeSucceededFuture(.refused("give addresses or mailboxes"))
            }
            relay.gatekeeper.ban(BanList(bans))
            relay.table.leaveBanned()
            return loop.makeSucceededFuture(.done)
        case .drain:
            let drain = drains.withLockedValue { $0 }
            // The answer leaves first: with the last connection the loops go.
            loop.scheduleTask(in: ServerLimits.drainDelay) { drain?() }
            return loop.makeSucceededFuture(.done)
        }
    }

    private func invite(
        _ uses: UInt32, _ seconds: UInt64, on loop: any EventLoop
    ) -> EventLoopFuture<OperatorAnswer> {
        var entropy = Entropy.system()
        let code = InvitationCode.random(using: &entropy)
        let now = WallClock.now
        let end = now.milliseconds.addingReportingOverflow(
            seconds.multipliedReportingOverflow(
                by: 1_000
            ).partialValue)
        guard uses > 0, seconds > 0, seconds < 1 << 40, !end.overflow else {
            return loop.makeSucceededFuture(.refused("give a number of uses and a time above 0"))
        }
        let row = InvitationRow(uses: uses, expires: Timestamp(milliseconds: end.partialValue))
        return relay.writer.visit(from: loop) { engine in
            do throws(RelayStoreError) {
                try engine.invite(code.hash, row, now: now)
                return .invitation(code: code.text, expires: end.partialValue)
            } catch {
                return .refused("the store cannot write")
            }
        }
    }

    /// The page for Prometheus.
    func page(on loop: any EventLoop) -> EventLoopFuture<String> {
        look(on: loop).map { _ in MeterPage.text(of: self.registry.readings) }
    }

    /// Brings up to date what is not counted as it happens.
    private func look(on loop: any EventLoop) -> EventLoopFuture<StoreTotals?> {
        ready.record(isReady ? 1 : 0)
        return gauges.totals(on: loop)
    }

    private var isReady: Bool { relay.writer.canWrite && !relay.table.isDraining }

    private func status(on loop: any EventLoop) -> EventLoopFuture<RelayStatus> {
        look(on: loop).and(
            relay.writer.visit(from: loop) { engine in (engine.quotas, engine.subscribers) }
        ).map { totals, inside in
            let (quotas, subscribers) = inside
            return RelayStatus(
                version: self.version, relayID: self.relay.identity.relayKey.id.hexadecimal,
                incarnation: self.relay.identity.incarnation.hexadecimal,
                startedMilliseconds: self.started.milliseconds,
                nowMilliseconds: WallClock.now.milliseconds, isReady: self.isReady,
                isDraining: self.relay.table.isDraining,
                connections: self.relay.table.count, connectionsMax: self.connectionsMax,
                subscribers: subscribers, mailboxEntries: quotas.mailboxEntries,
                mailboxBytes: quotas.mailboxBytes, mailboxDays: Int(quotas.entryDays),
                totals: totals, readings: self.registry.readings)
        }
    }
}
