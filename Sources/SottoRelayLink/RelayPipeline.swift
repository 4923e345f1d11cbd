// How a socket becomes a WebSocket of ours: TLS, HTTP/1.1, the upgrade at /v1 (section 2).

import NIOCore
import NIOHTTP1
import NIOSSL
import NIOWebSocket
import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// The handlers of a connection, from the socket up.
struct RelayPipeline: Sendable {
    let origin: RelayOrigin
    let tls: NIOSSLContext?
    let requestKey: WebSocketRequestKey

    /// Made once: when two threads make the metadata of this type at the same time, the runtime of
    /// Swift 6.3 now and then ends the program.
    private static let decoderType = ObjectIdentifier(
        ByteToMessageHandler<HTTPResponseDecoder>.self)

    /// Upgrades a connected channel and puts `handler` at its end. On the channel's event loop.
    ///
    /// The future fails with `UpgradeRefused` when what answers does not upgrade.
    func upgrade(
        _ channel: any Channel, to handler: NIOLoopBound<RelayLinkHandler>
    ) -> EventLoopFuture<Void> {
        do {
            let operations = channel.pipeline.syncOperations
            if let tls {
                try operations.addHandler(
                    NIOSSLClientHandler(context: tls, serverHostname: origin.serverName))
            }
            _ = Self.decoderType
            let encoder = HTTPRequestEncoder()
            let decoder = ByteToMessageHandler(
                HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
            let watcher = ResponseWatcher()
            let upgrade = NIOTypedHTTPClientUpgradeHandler(
                httpHandlers: [encoder, decoder, watcher],
                upgradeConfiguration: configuration(
                    to: handler, NIOLoopBound(watcher, eventLoop: channel.eventLoop)))
            try operations.addHandlers(encoder, decoder, watcher, upgrade)
            return upgrade.upgradeResultFuture
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    private func configuration(
        to handler: NIOLoopBound<RelayLinkHandler>, _ watcher: NIOLoopBound<ResponseWatcher>
    ) -> NIOTypedHTTPClientUpgradeConfiguration<Void> {
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: origin.authority)
        let upgrader = NIOTypedWebSocketClientUpgrader<Void>(
            requestKey: requestKey.text, maxFrameSize: RelayLimits.frameBytesMax,
            enableAutomaticErrorHandling: false
        ) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                let operations = channel.pipeline.syncOperations
                try operations.addHandlers(Self.makeAggregator(), handler.value)
            }
        }
        return NIOTypedHTTPClientUpgradeConfiguration(
            upgradeRequestHead: HTTPRequestHead(
                version: .http1_1, method: .GET, uri: "/v1", headers: headers),
            upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in
                channel.eventLoop.makeFailedFuture(
                    UpgradeRefused(status: watcher.value.status))
            })
    }

    private static func makeAggregator() -> NIOWebSocketFrameAggregator {
        NIOWebSocketFrameAggregator(
            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: RelayLinkLimits.fragmentsMax,
            maxAccumulatedFrameSize: RelayLimits.frameBytesMax)
    }
}

/// What answered speaks HTTP, and would not speak to us.
struct UpgradeRefused: Error {
    let status: Int?
}

/// The random key of an upgrade request (RFC 6455 section 4.1).
struct WebSocketRequestKey: Sendable {
    let text: String

    init(using entropy: inout Entropy) {
        text = NIOWebSocketClientUpgrader.randomRequestKey(using: &entropy)
    }
}

/// Remembers the status of the response, which the upgrade handler keeps to itself.
private final class ResponseWatcher: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private(set) var status: Int?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { status = Int(head.status.code) }
        context.fireChannelRead(data)
    }
}
