// Whether a connection is read, which more than one rule has a say in.

import NIOCore

/// The reasons not to read from one connection; it is read when there is none. For its event loop.
final class ReadGate {
    /// Why not to read.
    struct Reasons: OptionSet {
        let rawValue: UInt8
        /// The client does not read what it is sent [RELAY-10].
        static let slowReader = Reasons(rawValue: 1)
        /// The client has sent more frames than it may for now [NET-8].
        static let pace = Reasons(rawValue: 2)
    }

    private var reasons: Reasons = []

    func shut(for reason: Reasons, on channel: any Channel) {
        guard !reasons.contains(reason) else { return }
        if reasons.isEmpty { read(false, channel) }
        reasons.insert(reason)
    }

    func open(for reason: Reasons, on channel: any Channel) {
        guard reasons.remove(reason) != nil, reasons.isEmpty else { return }
        read(true, channel)
    }

    private func read(_ isReading: Bool, _ channel: any Channel) {
        channel.setOption(.autoRead, value: isReading).whenFailure { _ in }
    }
}
