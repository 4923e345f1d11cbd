// A blob, or a part of one, on its way out: a piece is read when the client has taken the last.

import NIOCore
import NIOHTTP1
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The answer to GET and HEAD on a blob (RFC 9110 sections 13 and 14).
final class DownloadExchange: HTTPExchange {
    private let id: BlobID
    private let head: HTTPRequestHead
    private let service: BlobService
    private let reply: any HTTPReply
    private var left: Range<UInt64> = 0..<0
    private var isReading = false
    private var isOver = false

    init(_ id: BlobID, _ head: HTTPRequestHead, _ service: BlobService, _ reply: any HTTPReply) {
        self.id = id
        self.head = head
        self.service = service
        self.reply = reply
    }

    var isWaiting: Bool { isReading }

    func begin() {
        let id = id
        isReading = true
        service.decide(on: reply.eventLoop) { keeper, now, _ throws(BlobRefusal) in
            try keeper.find(id, now: now)
        }.assumeIsolated().whenComplete { [self] outcome in
            isReading = false
            guard !isOver else { return }
            switch outcome {
            case .success(.success(let row)): found(row.bytes)
            case .success(.failure(.notFound)):
                reply.answer(HTTPAnswer(.notFound, "there is nothing here\n"))
            case .success(.failure): reply.answer(HTTPAnswer(.serviceUnavailable))
            case .failure: reply.abort()
            }
        }
    }

    func becameWritable() { pump() }

    func ended() { isOver = true }

    /// The address is what tells one content from another, so it is the tag, and a strong one.
    private var tag: String { "\"\(Hexadecimal.encode(id.bytes))\"" }

    private func found(_ size: UInt64) {
        let known = head.headers[canonicalForm: "If-None-Match"]
        guard !known.contains(where: { $0 == "*" || $0 == tag || $0 == "W/" + tag }) else {
            return reply.answer(HTTPAnswer(.notModified, [("ETag", tag)]))
        }
        var fields = [
            ("ETag", tag), ("Accept-Ranges", "bytes"), ("Content-Type", "application/octet-stream"),
            ("Cache-Control", "private, immutable"), ("X-Content-Type-Options", "nosniff"),
        ]
        let condition = head.headers["If-Range"]
        let isPartial = head.method == .GET && (condition.isEmpty || condition == [tag])
        switch isPartial ? ByteRange(head.headers["Range"], of: size) : .whole {
        case .whole:
            left = 0..<size
            reply.begin(.ok, fields, bodyBytes: size)
        case .part(let range):
            left = range
            fields.append(
                ("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"))
            reply.begin(.partialContent, fields, bodyBytes: UInt64(range.count))
        case .beyond:
            return reply.answer(
                HTTPAnswer(.rangeNotSatisfiable, [("Content-Range", "bytes */\(size)")]))
        }
        if head.method == .HEAD { left = 0..<0 }
        pump()
    }

    private func pump() {
        guard !isOver, !isReading, reply.isWritable else { return }
        guard !left.isEmpty else {
            isOver = true
            return reply.end()
        }
        let id = id
        let from = left.lowerBound
        let count = Int(min(UInt64(left.count), UInt64(BlobLimits.readBytesMax)))
        isReading = true
        service.move(on: reply.eventLoop) { files throws(BlobFileError) in
            try files.read(id, from: from, count: count)
        }.assumeIsolated().whenComplete { [self] outcome in
            isReading = false
            guard !isOver else { return }
            guard case .success(.success(let bytes)) = outcome, bytes.count == count else {
                // The head has promised more than there is: only the end of the connection tells.
                return reply.abort()
            }
            left = left.lowerBound + UInt64(count)..<left.upperBound
            reply.send(ByteBuffer(bytes: bytes))
            pump()
        }
    }
}
