// The two alphabets of a connection: what a client sends and what a relay sends (section 2).

package import SottoWire

/// One WebSocket message from a client.
package enum ClientFrame: Hashable, Sendable, WireCodable {
    /// The first one.
    case hello(ClientHello)
    /// Every other one.
    case request(Request)

    /// Reads a frame.
    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.uint8() {
        case 1: self = .hello(try reader.value())
        case 2: self = .request(try reader.value())
        case let other: throw .unknownValue(UInt64(other))
        }
    }

    /// Writes a frame.
    package func encode(to writer: inout WireWriter) {
        switch self {
        case .hello(let hello):
            writer.uint8(1)
            writer.value(hello)
        case .request(let request):
            writer.uint8(2)
            writer.value(request)
        }
    }

    /// The number of the request in a frame that did not decode, if so much of it is there.
    package static func requestID(in frame: ArraySlice<UInt8>) -> UInt32? {
        var reader = WireReader(frame)
        guard (try? reader.uint8()) == 2 else { return nil }
        return try? reader.uint32()
    }
}

/// What a relay says that answers nothing.
package enum Notice: UInt8, Hashable, Sendable, WireCodable {
    /// A newer connection has subscribed to this mailbox [MBX-6].
    case superseded = 1
    /// The relay is shutting down [OPS-2].
    case draining = 2
}

/// One WebSocket message from a relay.
package enum RelayFrame: Hashable, Sendable, WireCodable {
    /// The first one.
    indirect case hello(RelayHello)
    /// What became of a request.
    case response(Response)
    /// An entry of the owner's mailbox.
    case delivery(Delivery)
    /// Something the client should know.
    case notice(Notice)
    /// What is forwarded and not kept; only to a client that reads it [EPH-4].
    case ephemeral(EphemeralDelivery)

    /// Reads a frame.
    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.uint8() {
        case 1: self = .hello(try reader.value())
        case 2: self = .response(try reader.value())
        case 3: self = .delivery(try reader.value())
        case 4: self = .notice(try reader.value())
        case 5: self = .ephemeral(try reader.value())
        case let other: throw .unknownValue(UInt64(other))
        }
    }

    /// Writes a frame.
    package func encode(to writer: inout WireWriter) {
        switch self {
        case .hello(let hello):
            writer.uint8(1)
            writer.value(hello)
        case .response(let response):
            writer.uint8(2)
            writer.value(response)
        case .delivery(let delivery):
            writer.uint8(3)
            writer.value(delivery)
        case .notice(let notice):
            writer.uint8(4)
            writer.value(notice)
        case .ephemeral(let delivery):
            writer.uint8(5)
            writer.value(delivery)
        }
    }
}
