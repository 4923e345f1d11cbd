// CPU time: of this process, of another one, and of one call.

import Foundation

enum CPUTime {
    /// What this process has used, all its threads together.
    static func ofThisProcess() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// What a running process has used; nothing where there is no /proc, or no such process.
    static func of(process id: Int32) -> Duration? {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return nil }
        // Fields 14 and 15, user and system time; the command's name, field 2, may hold spaces.
        let fields = text[name...].split(separator: " ").dropFirst()
        guard fields.count > 13, let user = Int(fields[fields.startIndex + 11]),
            let system = Int(fields[fields.startIndex + 12])
        else { return nil }
        let ticksPerSecond = sysconf(Int32(_SC_CLK_TCK))
        return .seconds(user + system) / ticksPerSecond
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
