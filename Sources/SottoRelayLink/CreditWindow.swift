// How many deliveries the relay may send now, and when to allow it more [MBX-4].

/// The credit of a subscription: at most `size` deliveries are promised, on their way or waiting
/// to be taken.
struct CreditWindow: Equatable, Sendable {
    private let size: UInt32
    /// What the relay may still send.
    private var granted: UInt32
    /// What was taken since credit was last asked for.
    private var taken: UInt32 = 0
    private var newest: UInt64 = 0

    init(size: UInt32) {
        self.size = size
        granted = size
    }

    enum OnDelivered: Equatable { case deliver, withoutCredit, outOfOrder }

    /// The relay sent the entry of this number.
    mutating func delivered(_ sequence: UInt64) -> OnDelivered {
        guard granted > 0 else { return .withoutCredit }
        guard sequence > newest else { return .outOfOrder }
        granted -= 1
        newest = sequence
        return .deliver
    }

    /// The subscriber took `count` deliveries that had come.
    ///
    /// - Returns: The credit to ask for now: half the window at least, so that there is one such
    ///   request for many deliveries.
    mutating func took(_ count: UInt32) -> UInt32? {
        taken = min(size, taken + count)
        guard taken >= max(1, size / 2) else { return nil }
        defer { taken = 0 }
        granted += taken
        return taken
    }
}
