// One connection on the operator's socket: a line with a question, a line with its answer.

import NIOCore

/// Reads one question, answers it and closes.
final class OperatorHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let desk: OperatorDesk
    private var line: [UInt8] = []
    private var hasAsked = false

    init(desk: OperatorDesk) { self.desk = desk }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasAsked else { return }
        line += unwrapInboundIn(data).readableBytesView
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            if line.count > OperatorLine.requestBytesMax { context.close(promise: nil) }
            return
        }
        hasAsked = true
        let channel = context.channel
        guard let request = OperatorLine.read(OperatorRequest.self, Array(line[..<end])) else {
            return Self.answer(.refused(Self.unknown), channel)
        }
        desk.answer(request, on: context.eventLoop).whenComplete { result in
            Self.answer((try? result.get()) ?? .refused("the relay is shutting down"), channel)
        }
    }

    private static let unknown = "this relay does not know that command: it is of another version"

    private static func answer(_ answer: OperatorAnswer, _ channel: any Channel) {
        let text = OperatorLine.text(of: answer) + [UInt8(ascii: "\n")]
        channel.writeAndFlush(ByteBuffer(bytes: text)).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
