// Requests on blobs: tus 1.0 for uploads, ranges for downloads (spec/relay.md section 12).

import NIOCore
import NIOHTTP1
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension BlobService {
    /// What answers a request on blobs; nothing for another path.
    func exchange(
        for head: HTTPRequestHead, _ path: Substring, _ reply: any HTTPReply
    ) -> (any HTTPExchange)? {
        if path == RelayPath.uploads { return uploads(head, reply) }
        if let name = Self.name(path, below: RelayPath.uploads) {
            return upload(name, head, reply)
        }
        if let name = Self.name(path, below: RelayPath.blobs) {
            guard head.method == .GET || head.method == .HEAD else {
                let answer = HTTPAnswer(
                    .methodNotAllowed, "only GET\n", [("Allow", "GET, HEAD")])
                return AnsweredExchange(answer, reply)
            }
            guard let id = Self.id(name, BlobIDKind.self) else { return Self.nothing(reply) }
            return DownloadExchange(id, head, self, reply)
        }
        return nil
    }

    private func uploads(_ head: HTTPRequestHead, _ reply: any HTTPReply) -> any HTTPExchange {
        if head.method == .OPTIONS { return AnsweredExchange(Tus.capabilities, reply) }
        guard head.method == .POST else {
            let answer = Tus.answer(.methodNotAllowed, [("Allow", "POST, OPTIONS")])
            return AnsweredExchange(answer, reply)
        }
        do throws(Tus.Fault) {
            try Tus.checkVersion(head)
            let token = try Tus.token(head)
            let bytes = try Tus.number("Upload-Length", head)
            return UploadAskExchange(self, reply) { keeper, now throws(BlobRefusal) in
                Tus.created(try keeper.begin(token, bytes: bytes, now: now), token.upload)
            }
        } catch {
            return AnsweredExchange(error.answer, reply)
        }
    }

    private func upload(
        _ name: Substring, _ head: HTTPRequestHead, _ reply: any HTTPReply
    ) -> any HTTPExchange {
        if head.method == .OPTIONS { return AnsweredExchange(Tus.capabilities, reply) }
        do throws(Tus.Fault) {
            try Tus.checkVersion(head)
            let token = try Tus.token(head)
            guard let id = Self.id(name, UploadIDKind.self), id == token.upload else {
                throw .notFound
            }
            switch head.method {
            case .HEAD:
                return UploadAskExchange(self, reply) { keeper, now throws(BlobRefusal) in
                    Tus.answer(.ok, to: try keeper.status(of: token, now: now))
                }
            case .PATCH:
                try Tus.checkType(head)
                let offset = try Tus.number("Upload-Offset", head)
                let goesOn = head.headers[canonicalForm: "Expect"].contains("100-continue")
                return UploadExchange(
                    token, from: offset, isAskedToGoOn: goesOn, self, reply)
            case .DELETE:
                return UploadAskExchange(self, reply) { keeper, now throws(BlobRefusal) in
                    try keeper.discard(token, now: now)
                    return Tus.answer(.noContent)
                }
            default: throw .method
            }
        } catch {
            return AnsweredExchange(error.answer, reply)
        }
    }

    private static func name(_ path: Substring, below folder: String) -> Substring? {
        path.hasPrefix(folder + "/") ? path.dropFirst(folder.utf8.count + 1) : nil
    }

    private static func id<Kind>(_ name: Substring, _ kind: Kind.Type) -> FixedBytes<Kind>? {
        (try? Hexadecimal.decode(name)).flatMap { try? FixedBytes<Kind>($0) }
    }

    private static func nothing(_ reply: any HTTPReply) -> any HTTPExchange {
        AnsweredExchange(HTTPAnswer(.notFound, "there is nothing here\n"), reply)
    }
}
