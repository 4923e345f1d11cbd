// What the doctor finds: one line each, passed, a warning or a failure.

/// One thing that was looked at.
struct Finding: Equatable {
    enum Verdict: String, Comparable {
        case pass, warn, fail

        static func < (left: Verdict, right: Verdict) -> Bool {
            let order: [Verdict] = [.pass, .warn, .fail]
            return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
        }
    }

    let verdict: Verdict
    let subject: String
    let sentence: String

    static func pass(_ subject: String, _ sentence: String) -> Finding {
        Finding(verdict: .pass, subject: subject, sentence: sentence)
    }
    static func warn(_ subject: String, _ sentence: String) -> Finding {
        Finding(verdict: .warn, subject: subject, sentence: sentence)
    }
    static func fail(_ subject: String, _ sentence: String) -> Finding {
        Finding(verdict: .fail, subject: subject, sentence: sentence)
    }

    var line: String {
        let gap = String(repeating: " ", count: max(1, 14 - subject.count))
        return "\(verdict.rawValue)  \(subject)\(gap)\(sentence)"
    }
}

// MARK: - Judgements

extension Finding {
    /// A folder that only its owner may enter, or a file that only its owner may read.
    static func mode(_ mode: Int?, wanted: Int, of path: String, _ subject: String) -> Finding {
        guard let mode else { return .fail(subject, "\(path) cannot be looked at") }
        let octal = String(mode & 0o777, radix: 8)
        guard mode & 0o077 == 0 else {
            return .fail(
                subject,
                "\(path) has mode \(octal), so others can read it; "
                    + "chmod \(String(wanted, radix: 8)) \(path)")
        }
        return .pass(subject, "\(path) has mode \(octal)")
    }

    /// Room on the disk, of which a relay keeps the last 64 MiB free.
    static func disk(free: Int) -> Finding {
        let size = StatusReport.size(Double(free))
        if free < 128 << 20 { return .fail("disk", "\(size) free: posts are or will be refused") }
        if free < 2 << 30 { return .warn("disk", "\(size) free; make room before it is full") }
        return .pass("disk", "\(size) free")
    }

    /// Each connection is an open file; some dozens are needed beside them.
    static func openFiles(limit: Int, connections: Int) -> Finding {
        let needed = connections + 256
        guard limit < needed else {
            return .pass("open files", "\(limit) allowed, \(connections) connections at most")
        }
        return .warn(
            "open files",
            "the system allows \(limit), and \(connections) connections need \(needed); raise it "
                + "(LimitNOFILE= in a systemd unit) or lower connections.max")
    }

    /// The clock against times that lie in the past for sure: that of this program and that of
    /// the newest file of the relay.
    static func clock(now: Int, newestFile: Int?) -> Finding {
        if now < 1_767_225_600 { return .fail("clock", "it shows a time before 2026; set it") }
        if let newestFile, newestFile > now + 120 {
            return .warn(
                "clock", "files of the relay are \(newestFile - now) seconds newer than now")
        }
        return .pass("clock", "plausible")
    }

    /// A certificate's time.
    static func certificate(valid: ClosedRange<Int>, now: Int) -> Finding {
        let days = (valid.upperBound - now) / 86_400
        if now < valid.lowerBound { return .fail("certificate", "it is not valid yet") }
        if now > valid.upperBound { return .fail("certificate", "it has expired; renew it") }
        if days < 14 { return .warn("certificate", "it expires in \(days) days; renew it") }
        return .pass("certificate", "valid for \(days) more days")
    }

    /// Whether the port is the relay's: answered by one that runs, free for one that does not.
    static func port(_ listen: ListenAddress, answers: Bool, isRunning: Bool) -> Finding {
        switch (isRunning, answers) {
        case _ where listen.port == 0: .pass("port", "any that is free")
        case (true, true): .pass("port", "\(listen) answers")
        case (true, false):
            .warn(
                "port", "\(listen) does not answer: the relay listens elsewhere, or is walled off")
        case (false, true): .warn("port", "something else answers at \(listen)")
        case (false, false): .pass("port", "\(listen) is free")
        }
    }

    /// Whether clients can come in without TLS of the relay's own.
    static func reach(listen: ListenAddress, hasTLS: Bool, hasProxy: Bool) -> Finding {
        let isLoopback =
            listen.host.hasPrefix("127.") || ["::1", "localhost"].contains(listen.host)
        if hasTLS || isLoopback { return .pass("listen", "\(listen)") }
        if hasProxy { return .pass("listen", "\(listen), behind a proxy") }
        return .warn(
            "listen",
            "\(listen) is reached from other machines without TLS; clients refuse that. "
                + "Set tls.certificate and tls.key, or listen on 127.0.0.1 behind a proxy")
    }
}
