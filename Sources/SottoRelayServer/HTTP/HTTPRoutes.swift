// What lies at which path of a relay's port (spec/relay.md sections 6, 12 and 13).

import NIOCore
import NIOHTTP1
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The paths of a relay's port.
enum RelayPath {
    static let webSocket = "/v1"
    static let page = "/"
    static let health = "/healthz"
    static let readiness = "/readyz"
    static let metrics = "/metrics"
    static let uploads = "/v1/uploads"
    static let blobs = "/v1/blobs"
    static let poll = "/v1/poll"
}

extension RunningRelay {
    /// What answers a request.
    func exchange(
        for head: HTTPRequestHead, from arrival: Arrival, _ reply: any HTTPReply
    ) -> any HTTPExchange {
        guard !arrival.isOneTooMany else {
            return AnsweredExchange(
                HTTPAnswer(.tooManyRequests, "too many connections\n"), reply)
        }
        let path = head.uri.split(separator: "?", maxSplits: 1).first ?? ""
        if let blobs, let exchange = blobs.exchange(for: head, path, reply) { return exchange }
        let client = arrival.client
        if let exchange = PollExchange(head, path, from: client, self, reply) { return exchange }
        return AnsweredExchange(answer(head.method, path), reply)
    }

    private func answer(_ method: HTTPMethod, _ path: Substring) -> HTTPAnswer {
        if path == RelayPath.webSocket {
            return HTTPAnswer(
                .upgradeRequired, "a WebSocket is served here\n", [("Upgrade", "websocket")])
        }
        let paths = [RelayPath.page, RelayPath.health, RelayPath.readiness]
        guard paths.contains(String(path)) else {
            return HTTPAnswer(.notFound, "there is nothing here\n")
        }
        guard method == .GET || method == .HEAD else {
            return HTTPAnswer(.methodNotAllowed, "only GET\n", [("Allow", "GET, HEAD")])
        }
        if path == RelayPath.page {
            let isReady = writer.canWrite && !table.isDraining
            var answer = HTTPAnswer(
                .ok, StatusPage.text(page, isReady: isReady), StatusPage.headers)
            answer.type = StatusPage.contentType
            return answer
        }
        if path == RelayPath.health { return HTTPAnswer(.ok, "alive\n") }
        if table.isDraining { return HTTPAnswer(.serviceUnavailable, "shutting down\n") }
        return writer.canWrite
            ? HTTPAnswer(.ok, "ready\n")
            : HTTPAnswer(.serviceUnavailable, "the store cannot write\n")
    }
}
