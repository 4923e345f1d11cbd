// One thread that waits on all connections of a load at once.

import Foundation

/// What drives the connections. Those in `calm` are looked at only now and then, so that thousands
/// of connections on which little comes do not slow down the others.
final class LoadLoop {
    private var busy: [LoadConnection] = []
    private var calm: [LoadConnection] = []
    private var calmSeen = ContinuousClock.now
    private var polled: [pollfd] = []
    private var scratch = [UInt8](repeating: 0, count: 256 << 10)

    /// Takes a connection over; it never waits from now on.
    func add(_ connection: LoadConnection, isCalm: Bool = false) {
        connection.socket.neverWait()
        if isCalm { calm.append(connection) } else { busy.append(connection) }
    }

    /// The frames that all connections have sent and received.
    var frameCount: Int { (busy + calm).reduce(0) { $0 + $1.socket.frameCount } }

    /// Turns until a condition holds.
    ///
    /// - Throws: `.stalled` when it does not within `patience`.
    func run(
        patience: Duration = .seconds(600), until isDone: () throws -> Bool
    ) throws {
        let end = ContinuousClock.now + patience
        while try !isDone() {
            guard ContinuousClock.now < end else { throw BenchError.stalled }
            try turn()
        }
    }

    private func turn() throws {
        try serve(busy, waiting: 1)
        guard !calm.isEmpty, ContinuousClock.now - calmSeen > .milliseconds(20) else { return }
        calmSeen = .now
        try serve(calm, waiting: 0)
    }

    private func serve(_ connections: [LoadConnection], waiting milliseconds: Int32) throws {
        polled.removeAll(keepingCapacity: true)
        for connection in connections {
            try connection.socket.flush()
            let events = connection.socket.hasOutput ? POLLIN | POLLOUT : POLLIN
            polled.append(
                pollfd(
                    fd: connection.socket.descriptor, events: Int16(truncatingIfNeeded: events),
                    revents: 0))
        }
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return }
        for (connection, state) in zip(connections, polled)
        where state.revents & ~Int16(truncatingIfNeeded: POLLOUT) != 0 {
            try connection.listen(through: &scratch)
        }
    }
}
