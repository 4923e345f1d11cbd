// Which connection lives on which event loop, for the writer to reach it.

import NIOConcurrencyHelpers
import NIOCore
import SottoRelayCore

/// The relay's end of one connection, on its event loop: a WebSocket, or a session over requests.
protocol ServedEnd: AnyObject {
    /// The writer says something; `flush` follows once all of that was said.
    func told(_ event: ConnectionEvent, since: NIODeadline?)
    /// Sends what there is to send.
    func flush()
    /// The relay is shutting down.
    func drain()
    /// The host has banned somebody: was it this one, all ends at once.
    func leaveIfBanned()
    /// Lets go of the connection without a word.
    func giveUp()
}

/// The connections of a relay that speak frames.
final class ConnectionTable: Sendable {
    private final class Place: Sendable {
        let loop: any EventLoop
        let handler: NIOLoopBound<any ServedEnd>

        init(_ handler: any ServedEnd, on loop: any EventLoop) {
            self.loop = loop
            self.handler = NIOLoopBound(handler, eventLoop: loop)
        }
    }

    private struct Places {
        var newest: UInt64 = 0
        var isDraining = false
        var byID: [ConnectionID: Place] = [:]
    }

    private let places = NIOLockedValueBox(Places())

    var count: Int { places.withLockedValue { $0.byID.count } }

    /// A number for a new connection.
    func add(_ handler: any ServedEnd, on loop: any EventLoop) -> ConnectionID {
        let place = Place(handler, on: loop)
        return places.withLockedValue { places in
            places.newest += 1
            let id = ConnectionID(places.newest)
            places.byID[id] = place
            return id
        }
    }

    func remove(_ id: ConnectionID) {
        places.withLockedValue { _ = $0.byID.removeValue(forKey: id) }
    }

    /// Hands replies to their connections, those of each in order, with one visit an event loop.
    ///
    /// - Parameter since: When the first of what they answer came in.
    func deliver(_ replies: [RelayReply], since: NIODeadline? = nil) {
        guard !replies.isEmpty else { return }
        typealias Mail = (place: Place, event: ConnectionEvent)
        var byLoop: [ObjectIdentifier: (loop: any EventLoop, mail: [Mail])] = [:]
        places.withLockedValue { places in
            for reply in replies {
                guard let place = places.byID[reply.connection] else { continue }
                byLoop[ObjectIdentifier(place.loop), default: (place.loop, [])].mail
                    .append((place, reply.event))
            }
        }
        for (loop, mail) in byLoop.values {
            loop.execute {
                for (place, event) in mail { place.handler.value.told(event, since: since) }
                for (place, _) in mail { place.handler.value.flush() }
            }
        }
    }

    /// Ends a connection for what it makes the relay hold.
    func giveUp(_ id: ConnectionID) {
        guard let place = places.withLockedValue({ $0.byID[id] }) else { return }
        place.loop.execute { place.handler.value.giveUp() }
    }

    /// Ends the connections of those who are banned now.
    func leaveBanned() {
        for place in places.withLockedValue({ Array($0.byID.values) }) {
            place.loop.execute { place.handler.value.leaveIfBanned() }
        }
    }

    /// Whether the relay is shutting down, for connections that come in while it does.
    var isDraining: Bool { places.withLockedValue { $0.isDraining } }

    /// Tells every connection that the relay is shutting down [OPS-2].
    func drain() {
        let places = places.withLockedValue { places in
            places.isDraining = true
            return Array(places.byID.values)
        }
        for place in places {
            place.loop.execute { place.handler.value.drain() }
        }
    }
}
