// One request over plain HTTP and what answers it, on the event loop of its connection.

import NIOCore
import NIOHTTP1

/// What answers one request. Its connection tells it what happens; it speaks through `HTTPReply`.
protocol HTTPExchange: AnyObject {
    /// Begins. The body follows, if there is one.
    func begin()
    /// A part of the body has come.
    func received(_ body: ByteBuffer)
    /// The body is whole.
    func receivedAll()
    /// The client takes more.
    func becameWritable()
    /// The connection is gone, or will be before anything more is said.
    func ended()
    /// Whether it waits for something else than its client, which may take a while.
    var isWaiting: Bool { get }
}

extension HTTPExchange {
    func received(_ body: ByteBuffer) {}
    func receivedAll() {}
    func becameWritable() {}
    func ended() {}
    var isWaiting: Bool { false }
}

/// Where an exchange says its answer: a head, a body in pieces, an end.
protocol HTTPReply: AnyObject {
    var eventLoop: any EventLoop { get }
    /// Whether the client takes what is sent.
    var isWritable: Bool { get }
    /// Answers at once and whole.
    func answer(_ answer: HTTPAnswer)
    /// Says that the body may come, to a client that asked before it sends one.
    func goOn()
    /// Begins an answer whose body has so many bytes.
    func begin(_ status: HTTPResponseStatus, _ fields: [(String, String)], bodyBytes: UInt64)
    /// Sends a part of the body.
    func send(_ body: ByteBuffer)
    /// Ends the answer.
    func end()
    /// Ends the connection without an answer, or in the midst of one.
    func abort()
    /// Whether the body is read on.
    func read(_ isReading: Bool)
}

/// A whole answer.
struct HTTPAnswer {
    var status: HTTPResponseStatus
    var fields: [(String, String)] = []
    var body = ByteBuffer()
    var type = "text/plain; charset=utf-8"

    /// A line of text for people.
    init(_ status: HTTPResponseStatus, _ text: String, _ fields: [(String, String)] = []) {
        self.status = status
        self.fields = fields
        body = ByteBuffer(string: text)
    }

    /// An answer that says everything in its head.
    init(_ status: HTTPResponseStatus, _ fields: [(String, String)] = []) {
        self.status = status
        self.fields = fields
    }
}

/// An exchange whose answer is known at once.
final class AnsweredExchange: HTTPExchange {
    private let reply: any HTTPReply
    private let answer: HTTPAnswer

    init(_ answer: HTTPAnswer, _ reply: any HTTPReply) {
        self.answer = answer
        self.reply = reply
    }

    func begin() { reply.answer(answer) }
}
