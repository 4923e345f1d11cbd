// Bytes of an upload on their way to disk, a piece at a time.

import NIOCore
import NIOHTTP1
import SottoRelayCore
import SottoRelayProtocol

/// A question about an upload whose answer is a decision.
final class UploadAskExchange: HTTPExchange {
    typealias Decision =
        @Sendable (inout BlobKeeper, Timestamp) throws(BlobRefusal) -> HTTPAnswer

    private let service: BlobService
    private let reply: any HTTPReply
    private let decision: Decision
    private var hasAsked = false
    private var isOver = false

    init(_ service: BlobService, _ reply: any HTTPReply, _ decision: @escaping Decision) {
        self.service = service
        self.reply = reply
        self.decision = decision
    }

    var isWaiting: Bool { hasAsked }

    func begin() {}

    /// A body there may be, and says nothing; what is answered before its end ends the connection.
    func receivedAll() {
        hasAsked = true
        let decision = decision
        service.decide(on: reply.eventLoop) { keeper, now, _ throws(BlobRefusal) in
            try decision(&keeper, now)
        }.assumeIsolated().whenComplete { [self] outcome in
            guard !isOver else { return }
            switch outcome {
            case .success(.success(let answer)): reply.answer(answer)
            case .success(.failure(let refusal)): reply.answer(Tus.answer(to: refusal))
            case .failure: reply.abort()
            }
        }
    }

    func ended() { isOver = true }
}

/// The body of a PATCH. Nothing is read while a piece is being written, so that a slow disk slows
/// its clients and no memory is filled.
final class UploadExchange: HTTPExchange {
    private let token: BlobToken
    private let service: BlobService
    private let reply: any HTTPReply
    private let isAskedToGoOn: Bool
    private var offset: UInt64
    private var bytes: UInt64 = 0
    private var waiting = CircularBuffer<ByteBuffer>()
    private var isReady = false
    private var isWriting = false
    private var hasAll = false
    private var isOver = false
    private var stopped: [() -> Void] = []

    init(
        _ token: BlobToken, from offset: UInt64, isAskedToGoOn: Bool, _ service: BlobService,
        _ reply: any HTTPReply
    ) {
        self.token = token
        self.offset = offset
        self.isAskedToGoOn = isAskedToGoOn
        self.service = service
        self.reply = reply
    }

    var isWaiting: Bool { !isReady || isWriting || hasAll }

    func begin() {
        reply.read(false)
        let loop = reply.eventLoop
        let mine = NIOLoopBound(self, eventLoop: loop)
        let token = token
        // Whose token is no good does not disturb an upload under way.
        service.decide(on: loop) { keeper, now, _ throws(BlobRefusal) in
            try keeper.status(of: token, now: now)
        }.assumeIsolated().whenComplete { [self] outcome in
            guard let status = value(of: outcome) else { return }
            guard status.blob == nil else { return refuse(Tus.answer(.conflict)) }
            service.take(token.upload, self, on: loop) { mine.value.look() }
        }
    }

    /// Nobody else writes now: what there is is what counts.
    private func look() {
        let token = token
        service.decide(on: reply.eventLoop) { keeper, now, _ throws(BlobRefusal) in
            try keeper.status(of: token, now: now)
        }.assumeIsolated().whenComplete { [self] outcome in
            guard let status = value(of: outcome) else { return }
            guard status.blob == nil, status.offset == offset else {
                return refuse(Tus.answer(.conflict, to: status))
            }
            bytes = status.bytes
            isReady = true
            if isAskedToGoOn { reply.goOn() }
            pump()
        }
    }

    func received(_ body: ByteBuffer) {
        guard !isOver else { return }
        waiting.append(body)
        pump()
    }

    func receivedAll() {
        hasAll = true
        pump()
    }

    func ended() { finish() }

    /// Another exchange takes the upload over; `then` runs when this one writes no more.
    func stop(then: @escaping () -> Void) {
        if isWriting { stopped.append(then) } else { then() }
        guard !isOver else { return }
        finish()
        reply.abort()
    }

    private func finish() {
        guard !isOver else { return }
        isOver = true
        waiting.removeAll()
        service.release(token.upload, self)
    }

    private func refuse(_ answer: HTTPAnswer) {
        finish()
        reply.answer(answer)
    }
}

// MARK: - Writing

extension UploadExchange {
    private func pump() {
        guard isReady, !isOver, !isWriting else { return }
        guard let next = waiting.popFirst() else {
            return hasAll ? sync() : reply.read(true)
        }
        reply.read(false)
        let count = UInt64(next.readableBytes)
        guard count <= bytes - offset else { return refuse(Tus.answer(.payloadTooLarge)) }
        let upload = token.upload
        let offset = offset
        write { files throws(BlobFileError) in
            try files.append(Array(buffer: next), to: upload, at: offset)
        } then: { [self] in
            self.offset += count
            pump()
        }
    }

    /// What the answer says is on disk, is [BLOB-3].
    private func sync() {
        let upload = token.upload
        let isWhole = offset == bytes
        guard offset > 0 else { return status() }
        write { files throws(BlobFileError) in
            try files.sync(upload)
            return isWhole ? try files.address(of: upload) : nil
        } then: { [self] (blob: BlobID?) in
            if let blob { complete(blob) } else { status() }
        }
    }

    private func status() {
        let token = token
        answer { keeper, now throws(BlobRefusal) in try keeper.status(of: token, now: now) }
    }

    private func complete(_ blob: BlobID) {
        let token = token
        answer { keeper, now throws(BlobRefusal) in
            try keeper.complete(token, as: blob, now: now)
        }
    }

    private func answer(
        _ body:
            @escaping @Sendable (inout BlobKeeper, Timestamp)
            throws(BlobRefusal) -> BlobKeeper.Status
    ) {
        isWriting = true
        service.decide(on: reply.eventLoop) { keeper, now, _ throws(BlobRefusal) in
            try body(&keeper, now)
        }.assumeIsolated().whenComplete { [self] outcome in
            wroteAll()
            guard let status = value(of: outcome) else { return }
            finish()
            reply.answer(Tus.answer(.noContent, to: status))
        }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (any BlobFiles) throws(BlobFileError) -> Value,
        then: @escaping (Value) -> Void
    ) {
        isWriting = true
        service.move(on: reply.eventLoop, body).assumeIsolated().whenComplete { [self] outcome in
            wroteAll()
            guard !isOver else { return }
            switch outcome {
            case .success(.success(let value)): then(value)
            case .success(.failure(.full)): refuse(Tus.answer(to: .full))
            case .success(.failure): refuse(Tus.answer(to: .unavailable))
            case .failure: reply.abort()
            }
        }
    }

    private func wroteAll() {
        isWriting = false
        let waiters = stopped
        stopped = []
        for waiter in waiters { waiter() }
    }

    /// What was decided; a refusal is answered, and after the end nothing is.
    private func value(
        of outcome: Result<Result<BlobKeeper.Status, BlobRefusal>, any Error>
    ) -> BlobKeeper.Status? {
        guard !isOver else { return nil }
        switch outcome {
        case .success(.success(let status)): return status
        case .success(.failure(let refusal)): refuse(Tus.answer(to: refusal))
        case .failure: reply.abort()
        }
        return nil
    }
}
