// How much memory a piece of work asks for, counted: the same at every run, on any machine.

import CAllocationCount

/// What a piece of work asked for on its thread, whether it was kept or not.
struct Allocations: Equatable {
    let objects: Int
    let bytes: Int

    /// Runs something and counts what it asks for; `nil` where that cannot be counted.
    static func of(_ work: () throws -> Void) rethrows -> Allocations? {
        let isCounted = AllocationCountBegin()
        defer { _ = AllocationCountEnd() }
        try work()
        let count = AllocationCountEnd()
        return isCounted ? Allocations(objects: count.objects, bytes: count.bytes) : nil
    }
}
