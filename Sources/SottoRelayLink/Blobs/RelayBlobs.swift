// Blobs of a relay, up and down over HTTP: what was cut off goes on where it was.

import NIOCore
import NIOHTTP1
import SottoCrypto
package import SottoRelayProtocol
package import SottoWire

/// Bytes that can be read again from any place, as those of a file.
package protocol BlobSource: Sendable {
    /// How many there are.
    var count: UInt64 { get }
    /// Bytes from a place, as many as asked.
    func read(from offset: UInt64, count: Int) async throws -> [UInt8]
}

/// The client's end of blobs (spec/relay.md section 12). Each transfer has a connection of its own,
/// which says nothing of any mailbox.
package struct RelayBlobs: Sendable {
    private let origin: RelayOrigin
    private let options: RelayLinkOptions

    /// Blobs at an origin.
    package init(at origin: RelayOrigin, options: RelayLinkOptions = RelayLinkOptions()) {
        self.origin = origin
        self.options = options
    }

    /// Uploads what a token admits, or the rest of it, and returns when the relay has all of it on
    /// disk under its address.
    ///
    /// - Parameters:
    ///   - id: The address of what the source has.
    ///   - progress: Told how many bytes the relay has, each time that it says so.
    /// - Throws: `.lost` when the connection broke: the same call again goes on. `.notTheSame` when
    ///   the relay has come to another address, as after the source had changed.
    package func upload(
        _ source: some BlobSource, as id: BlobID, with token: BlobToken,
        progress: @Sendable (UInt64) -> Void = { _ in }
    ) async throws(RelayBlobError) {
        try await BlobConnection.with(origin, options) { connection throws(RelayBlobError) in
            let begun = try await connection.ask(
                .POST, "/v1/uploads",
                Self.fields(
                    token, ("Upload-Length", String(source.count)), ("Content-Length", "0")))
            guard begun.status == .created else { throw .refused(status: begun.status.code) }
            var answer = begun
            while true {
                if let address = answer.fields.first(name: "Content-Location") {
                    guard address == Self.path(id) else { throw .notTheSame }
                    return progress(source.count)
                }
                guard let text = answer.fields.first(name: "Upload-Offset"),
                    let offset = UInt64(text), offset <= source.count
                else { throw .misbehaved }
                progress(offset)
                answer = try await Self.send(source, from: offset, token, over: connection)
            }
        }
    }

    /// Sends one stretch of a source, after which the relay says what is on its disk.
    private static func send(
        _ source: some BlobSource, from offset: UInt64, _ token: BlobToken,
        over connection: borrowing BlobConnection
    ) async throws(RelayBlobError) -> BlobConnection.Answer {
        let end = min(source.count, offset + RelayLinkLimits.blobStretchBytes)
        let path = "/v1/uploads/" + Hexadecimal.encode(token.upload.bytes)
        let fields = fields(
            token, ("Upload-Offset", String(offset)), ("Content-Length", String(end - offset)),
            ("Content-Type", "application/offset+octet-stream"))
        let answer = try await connection.ask(
            .PATCH, path, fields,
            sending: { writer in
                var next = offset
                while next < end {
                    let count = Int(min(end - next, UInt64(RelayLinkLimits.blobPieceBytes)))
                    let bytes = try await source.read(from: next, count: count)
                    guard bytes.count == count else { throw RelayBlobError.notTheSame }
                    try await writer(ByteBuffer(bytes: bytes))
                    next += UInt64(count)
                }
            })
        guard answer.status == .noContent else { throw .refused(status: answer.status.code) }
        return answer
    }

    /// Downloads a blob from a place to its end.
    ///
    /// - Parameter sink: Gets the bytes in order. What it throws ends the download with `.lost`.
    /// - Throws: `.notTheSame` when what came from the beginning is not what the address names:
    ///   then nothing that the sink got is to be used.
    /// - Returns: How many bytes came.
    @discardableResult
    package func download(
        _ id: BlobID, from offset: UInt64 = 0, into sink: ([UInt8]) async throws -> Void
    ) async throws(RelayBlobError) -> UInt64 {
        try await BlobConnection.with(origin, options) { connection throws(RelayBlobError) in
            var fields = HTTPHeaders()
            if offset > 0 { fields.add(name: "Range", value: "bytes=\(offset)-") }
            var hash = SHA256Stream()
            var count: UInt64 = 0
            let expected: HTTPResponseStatus = offset > 0 ? .partialContent : .ok
            let answer = try await connection.ask(
                .GET, Self.path(id), fields, ifStatus: { $0 == expected },
                taking: { body in
                    body.withUnsafeReadableBytes { hash.update($0) }
                    count += UInt64(body.readableBytes)
                    try await sink(Array(buffer: body))
                })
            guard answer.status == expected else { throw .refused(status: answer.status.code) }
            guard offset > 0 || hash.digest() == id.bytes else { throw .notTheSame }
            return count
        }
    }

    private static func path(_ id: BlobID) -> String {
        "/v1/blobs/" + Hexadecimal.encode(id.bytes)
    }

    private static func fields(
        _ token: BlobToken, _ more: (String, String)...
    ) -> HTTPHeaders {
        let text = "Sotto-Blob " + Hexadecimal.encode(token.wireBytes)
        return HTTPHeaders([("Tus-Resumable", "1.0.0"), ("Authorization", text)] + more)
    }
}

/// Why a transfer is not whole.
package enum RelayBlobError: Error, Equatable, Sendable {
    /// There is no connection.
    case unreachable
    /// TLS failed: the certificate, the name in it, or the protocol.
    case tlsFailed
    /// The connection broke, or was silent for too long.
    case lost
    /// The relay said no: 401 a token, 404 not there, 413 too large, 429 and 507 too much.
    case refused(status: UInt)
    /// The bytes are not those that the address names.
    case notTheSame
    /// What answers does not keep to the protocol.
    case misbehaved

    /// Whether the same call may succeed later.
    package var isWorthRetrying: Bool {
        switch self {
        case .unreachable, .lost: true
        case .refused(let status): status >= 500 || status == 409 || status == 429
        case .tlsFailed, .notTheSame, .misbehaved: false
        }
    }
}
