// What ties a caller that may be cancelled at any time to the request it made.

import Synchronization

/// One request, seen from two threads: the caller's, which may cancel, and the event loop's,
/// which gives it its number.
final class RequestTicket: Sendable {
    private let cancelled = Atomic<Bool>(false)
    private let number = Atomic<UInt32>(0)

    /// Whether the caller has given up.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    /// The caller gives up. Who submits later sees it; who submitted before has set `id`.
    func cancel() { cancelled.store(true, ordering: .releasing) }

    /// The number of the request, once it has one. For the event loop only.
    var id: UInt32? {
        let id = number.load(ordering: .relaxed)
        return id == 0 ? nil : id
    }

    /// The request has a number. For the event loop only.
    func submitted(as id: UInt32) { number.store(id, ordering: .relaxed) }
}
