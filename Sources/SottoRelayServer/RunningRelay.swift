// What the connections of one relay share, and how a new one is set up.

import NIOCore
import NIOHTTP1
import NIOSSL
import NIOWebSocket
import SottoRelayCore
import SottoRelayProtocol

/// A relay's writer, its connections and its counters.
struct RunningRelay: Sendable {
    let identity: RelayIdentity
    let writer: RelayWriter
    let table: ConnectionTable
    let meters: RelayMeters
    let held: HeldBytes
    let door: Door
    let gatekeeper: Gatekeeper
    /// Where an answer is made that has no connection any more.
    let anyLoop: any EventLoop
    var credentials: Credentials?
    var blobs: BlobService?
    var page = StatusPageOptions()
    let polls = PollSessions()
    #if DEBUG
        /// Whether messages are sent back as they came, for tests of the WebSocket layer.
        var echoes = false
    #endif

    /// Sets a fresh channel up for HTTP that may become a WebSocket.
    func configure(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            guard let arrival = door.open(channel) else { return channel.close(promise: nil) }
            let pipeline = channel.pipeline.syncOperations
            if arrival.isAnnounced {
                try pipeline.addHandler(ProxyHeaderHandler(arrival))
            } else if !arrival.identify() {
                return channel.close(promise: nil)
            }
            if let credentials {
                try pipeline.addHandler(NIOSSLServerHandler(context: credentials.context))
            }
            let questions = HTTPRequestHandler(relay: self, arrival: arrival)
            let filter = UpgradeFilter(arrival)
            let plain = NIOLoopBound((questions, filter), eventLoop: channel.eventLoop)
            let upgrade: NIOHTTPServerUpgradeSendableConfiguration = (
                upgraders: [
                    upgrader(NIOLoopBound(arrival, eventLoop: channel.eventLoop))
                ],
                completionHandler: { context in
                    let (questions, filter) = plain.value
                    context.pipeline.syncOperations.removeHandler(questions, promise: nil)
                    context.pipeline.syncOperations.removeHandler(filter, promise: nil)
                }
            )
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: true, withServerUpgrade: upgrade,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: Self.headLimits)
            let upgrading = try pipeline.handler(type: HTTPServerUpgradeHandler.self)
            try pipeline.addHandler(filter, position: .before(upgrading))
            try pipeline.addHandler(questions)
        }
    }

    private static var headLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = ServerLimits.headBytesMax
        limits.maxHeaderFieldSize = ServerLimits.headFieldBytesMax
        limits.maxHeaderFieldCount = ServerLimits.headFieldsMax
        return limits
    }

    private func upgrader(_ arrival: NIOLoopBound<Arrival>) -> NIOWebSocketServerUpgrader {
        NIOWebSocketServerUpgrader(
            maxFrameSize: RelayLimits.frameBytesMax,
            shouldUpgrade: { channel, head in
                let isOurs = head.uri == RelayPath.webSocket
                return channel.eventLoop.makeSucceededFuture(isOurs ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let unfinished = UnfinishedFrames()
                    try count(unfinished, channel)
                    try upgraded(channel, counting: unfinished, for: arrival.value)
                }
            })
    }

    private func count(_ unfinished: UnfinishedFrames, _ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = try pipeline.handler(type: ByteToMessageHandler<WebSocketFrameDecoder>.self)
        try pipeline.addHandler(ArrivingBytes(unfinished), position: .before(decoder))
    }

    /// Puts our own handlers behind those of the WebSocket.
    func upgraded(
        _ channel: any Channel, counting unfinished: UnfinishedFrames, for arrival: Arrival? = nil
    ) throws {
        let gate = ReadGate()
        try channel.pipeline.syncOperations.addHandlers([
            ClientFrameRules(counting: unfinished, gate: gate),
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: ServerLimits.fragmentsMax,
                maxAccumulatedFrameSize: RelayLimits.frameBytesMax),
            ConnectionHandler(
                relay: self, unfinished: unfinished, gate: gate, client: arrival?.client),
        ])
    }
}
