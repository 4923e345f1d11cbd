// When what waits for the writer came in.

import NIOCore

/// The moments at which operations came in, in their order: one for all that came together.
struct Arrivals: Equatable {
    private var runs: [Run] = []

    private struct Run: Equatable {
        var count: Int
        let at: NIODeadline
    }

    /// When the first came in.
    var first: NIODeadline? { runs.first?.at }

    mutating func add(_ count: Int, at now: NIODeadline) {
        if count > 0 { runs.append(Run(count: count, at: now)) }
    }

    /// Takes those of the first so many operations out.
    mutating func take(_ count: Int) -> Arrivals {
        var taken = Arrivals()
        var left = count
        var whole = 0
        for run in runs where left > 0 {
            taken.add(min(run.count, left), at: run.at)
            if run.count > left {
                runs[whole].count -= left
            } else {
                whole += 1
            }
            left -= min(run.count, left)
        }
        runs.removeFirst(whole)
        return taken
    }

    /// The moment of each operation, in order.
    var moments: some Sequence<NIODeadline> {
        runs.lazy.flatMap { run in repeatElement(run.at, count: run.count) }
    }
}
