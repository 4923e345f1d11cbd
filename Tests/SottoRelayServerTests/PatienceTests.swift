// How long a relay waits for a client, and what it takes from one that does not read.

import NIOCore
import NIOEmbedded
import NIOWebSocket
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelayServer

@Suite("Patience")
struct PatienceTests {
    let relay: EmbeddedRelay

    init() throws { relay = try EmbeddedRelay() }

    @Test("[RELAY-9] a client that does not say hello within 10 seconds is closed with 1008")
    func noHello() throws {
        let client = try relay.connect()
        relay.loop.advanceTime(by: .milliseconds(9_999))
        #expect(try client.closeCode() == nil && client.channel.isActive)
        relay.loop.advanceTime(by: .milliseconds(1))
        #expect(try client.closeCode() == 1008)
        #expect(!client.channel.isActive)
    }

    @Test("[RELAY-9] a client that is silent for 5 minutes is closed with 1008, a ping is enough")
    func silence() throws {
        let client = try relay.connect()
        relay.loop.advanceTime(by: .seconds(9))
        try client.sayHello()
        for round in 0..<4 {
            relay.loop.advanceTime(by: .seconds(299))
            #expect(try client.closeCode() == nil && client.channel.isActive)
            if round.isMultiple(of: 2) {
                try client.ask(1, .ping)
            } else {
                try client.send([1], opcode: .ping)
            }
        }
        relay.loop.advanceTime(by: .milliseconds(299_999))
        #expect(try client.closeCode() == nil && client.channel.isActive)
        relay.loop.advanceTime(by: .milliseconds(1))
        #expect(try client.closeCode() == 1008)
        #expect(!client.channel.isActive)
    }

    @Test("[RELAY-9] a message that never ends is silence")
    func endlessMessage() throws {
        let client = try relay.greeted()
        try client.send([1], isFinal: false)
        for _ in 0..<4 {
            relay.loop.advanceTime(by: .seconds(60))
            try client.send([1], opcode: .continuation, isFinal: false)
        }
        #expect(try client.closeCode() == nil && client.channel.isActive)
        relay.loop.advanceTime(by: .seconds(60))
        #expect(try client.closeCode() == 1008)
    }

    @Test("[RELAY-10] a client that does not read is not read, until it reads again")
    func slowReader() throws {
        let client = try relay.greeted()
        #expect(client.isRead)
        client.channel.isWritable = false
        client.channel.pipeline.fireChannelWritabilityChanged()
        #expect(!client.isRead)
        client.channel.isWritable = true
        client.channel.pipeline.fireChannelWritabilityChanged()
        #expect(client.isRead)
    }

    @Test("after a client's close nothing follows, neither answers nor a second close")
    func closedByClient() throws {
        let client = try relay.greeted()
        try client.ask(1, .getRecord(.zero))
        _ = try client.frames()
        try client.send([3, 232], opcode: .connectionClose)
        relay.relay.table.drain()
        relay.loop.run()
        var opcodes: [WebSocketOpcode] = []
        while let frame = try client.channel.readOutbound(as: WebSocketFrame.self) {
            opcodes.append(frame.opcode)
        }
        #expect(opcodes == [.connectionClose])
    }
}

extension EmbeddedClient {
    /// Whether the relay reads from this connection.
    var isRead: Bool {
        let option = channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }
        return option?.value as? Bool ?? true
    }
}
