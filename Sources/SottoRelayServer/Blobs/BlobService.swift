// The threads that blobs wait for disks on, and who uploads what at the moment.

import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol

/// Blobs of one relay: decisions one after the other on a thread of their own, bytes on a few
/// others, nothing on event loops.
final class BlobService: Sendable {
    private struct Decider: Sendable {
        var keeper: BlobKeeper
        var entropy: Entropy
    }

    private struct Active {
        let loop: any EventLoop
        let exchange: NIOLoopBound<UploadExchange>
    }

    private let decider: NIOLockedValueBox<Decider>
    private let files: any BlobFiles
    private let deciding = NIOThreadPool(numberOfThreads: 1)
    private let moving = NIOThreadPool(numberOfThreads: ServerLimits.blobThreads)
    private let active = NIOLockedValueBox<[UploadID: Active]>([:])
    private let logger: Logger

    init(_ keeper: BlobKeeper, logger: Logger) {
        files = keeper.files
        decider = NIOLockedValueBox(Decider(keeper: keeper, entropy: .system()))
        self.logger = logger
        deciding.start()
        moving.start()
    }

    /// Decides something, after what was asked before.
    func decide<Value: Sendable>(
        on loop: any EventLoop,
        _ body:
            @escaping @Sendable (inout BlobKeeper, Timestamp, inout Entropy)
            throws(BlobRefusal) -> Value
    ) -> EventLoopFuture<Result<Value, BlobRefusal>> {
        deciding.runIfActive(eventLoop: loop) {
            self.decider.withLockedValue { decider in
                Result { () throws(BlobRefusal) in
                    try body(&decider.keeper, WallClock.now, &decider.entropy)
                }
            }
        }
    }

    /// Reads or writes files.
    func move<Value: Sendable>(
        on loop: any EventLoop,
        _ body: @escaping @Sendable (any BlobFiles) throws(BlobFileError) -> Value
    ) -> EventLoopFuture<Result<Value, BlobFileError>> {
        moving.runIfActive(eventLoop: loop) {
            Result { () throws(BlobFileError) in try body(self.files) }
        }
    }

    /// Begins the work that comes back by itself: mending now, then removing what is too old.
    func startChores(on loop: any EventLoop) {
        mend(on: loop)
        loop.scheduleRepeatedTask(
            initialDelay: ServerLimits.blobMendInterval, delay: ServerLimits.blobMendInterval
        ) { _ in self.mend(on: loop) }
        loop.scheduleRepeatedTask(
            initialDelay: ServerLimits.sweepInterval, delay: ServerLimits.sweepInterval
        ) { _ in self.sweep(on: loop) }
    }

    private func mend(on loop: any EventLoop) {
        decide(on: loop) { keeper, _, _ throws(BlobRefusal) in try keeper.mend() }
            .whenSuccess { result in
                switch result {
                case .success(0): break
                case .success: self.logger.notice("blobs that a crash had left were put right")
                case .failure: self.logger.error("the folder of blobs cannot be looked through")
                }
            }
    }

    private func sweep(on loop: any EventLoop) {
        decide(on: loop) { keeper, now, _ throws(BlobRefusal) in try keeper.sweep(now: now) }
            .whenSuccess { result in
                if case .success(true) = result { self.sweep(on: loop) }
            }
    }

    /// Lets threads end once their work is done.
    func shutDown() async {
        try? await deciding.shutdownGracefully()
        try? await moving.shutdownGracefully()
    }

    // MARK: Who uploads

    /// Makes an exchange the one that an upload's bytes come from: the newest, since a client
    /// that comes back knows better than its old connection whether that still lives [BLOB-3].
    ///
    /// - Parameter then: Runs on the exchange's loop once nobody else writes to the upload.
    func take(
        _ upload: UploadID, _ exchange: UploadExchange, on loop: any EventLoop,
        then: @escaping @Sendable () -> Void
    ) {
        let mine = Active(loop: loop, exchange: NIOLoopBound(exchange, eventLoop: loop))
        let before = active.withLockedValue { active in
            defer { active[upload] = mine }
            return active[upload]
        }
        guard let before else { return then() }
        before.loop.execute {
            before.exchange.value.stop { loop.execute(then) }
        }
    }

    /// An exchange is over.
    func release(_ upload: UploadID, _ exchange: UploadExchange) {
        active.withLockedValue { active in
            // Another one may have taken its place, on another loop.
            guard let entry = active[upload], entry.loop.inEventLoop,
                entry.exchange.value === exchange
            else { return }
            active[upload] = nil
        }
    }
}
