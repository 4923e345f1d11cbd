// CPU time: of this process, of another one, and of one call.

import Foundation

enum CPUTime {
    /// What this process has used, all its threads together.
    static func ofThisProcess() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// What a running process has used; nothing where there is no such process, or the system
    /// does not tell.
    static func of(process id: Int32) -> Duration? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(id, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            return nil
        }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// What the calling thread has used.
    static func ofThisThread() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// What one call takes: the median of several rounds of many calls.
    static func ofCall(
        rounds: Int = 7, lasting roundTime: Duration = .milliseconds(20), _ call: () throws -> Void
    ) rethrows -> Duration {
        try call()
        var count = 1
        var taken = Duration.zero
        while true {
            taken = try time(count, call)
            guard taken < roundTime else { break }
            count *= 2
        }
        var found = [taken / count]
        for _ in 1..<rounds { found.append(try time(count, call) / count) }
        return found.percentile(0.5)
    }

    private static func time(_ count: Int, _ call: () throws -> Void) rethrows -> Duration {
        let before = ofThisProcess()
        for _ in 0..<count { try call() }
        return ofThisProcess() - before
    }
}

extension rusage {
    /// User and system time together.
    var cpu: Duration {
        .seconds(ru_utime.tv_sec + ru_stime.tv_sec)
            + .microseconds(Int(ru_utime.tv_usec) + Int(ru_stime.tv_usec))
    }
}

/// Uses a result, so that the compiler cannot leave out what made it.
@inline(never)
func use<Value>(_ value: borrowing Value) {}
