// What the doctor makes of what it sees.

import Testing

@testable import sotto_relay

@Suite struct FindingTests {
    @Test("what others can read fails, and the sentence says what to do")
    func modes() {
        #expect(Finding.mode(0o40700, wanted: 0o700, of: "/d", "data").verdict == .pass)
        let open = Finding.mode(0o755, wanted: 0o700, of: "/d", "data")
        #expect(open.verdict == .fail && open.sentence.hasSuffix("chmod 700 /d"))
        #expect(Finding.mode(0o640, wanted: 0o600, of: "/k", "key").verdict == .fail)
        #expect(Finding.mode(nil, wanted: 0o600, of: "/k", "key").verdict == .fail)
    }

    @Test("disk, files, clock and certificate are judged by their limits")
    func limits() {
        #expect(Finding.disk(free: 64 << 20).verdict == .fail)
        #expect(Finding.disk(free: 1 << 30).verdict == .warn)
        #expect(Finding.disk(free: 2 << 30).verdict == .pass)
        #expect(Finding.openFiles(limit: 1_255, connections: 1_000).verdict == .warn)
        #expect(Finding.openFiles(limit: 1_256, connections: 1_000).verdict == .pass)
        #expect(Finding.clock(now: 0, newestFile: nil).verdict == .fail)
        #expect(Finding.clock(now: 1_800_000_000, newestFile: 1_800_000_121).verdict == .warn)
        #expect(Finding.clock(now: 1_800_000_000, newestFile: 1_800_000_120).verdict == .pass)
        let valid = 1_000_000...9_000_000
        let day = 86_400
        #expect(Finding.certificate(valid: valid, now: 999_999).verdict == .fail)
        #expect(Finding.certificate(valid: valid, now: 1_000_000).verdict == .pass)
        #expect(Finding.certificate(valid: valid, now: 9_000_000 - 13 * day).verdict == .warn)
        #expect(Finding.certificate(valid: valid, now: 9_000_001).verdict == .fail)
    }

    @Test("a port answers for the relay that runs, and for nobody else")
    func port() {
        let listen = ListenAddress(host: "127.0.0.1", port: 8340)
        for (isRunning, answers, verdict) in [
            (true, true, Finding.Verdict.pass), (true, false, .warn), (false, true, .warn),
            (false, false, .pass),
        ] {
            let found = Finding.port(listen, answers: answers, isRunning: isRunning)
            #expect(found.verdict == verdict)
        }
    }

    @Test("listening for others without TLS and without a proxy is warned of")
    func reach() throws {
        func verdict(_ text: String, tls: Bool = false, proxy: Bool = false) throws
            -> Finding.Verdict
        {
            let address = try #require(ListenAddress(argument: text))
            return Finding.reach(listen: address, hasTLS: tls, hasProxy: proxy).verdict
        }
        #expect(try verdict("127.0.0.1:1") == .pass && verdict("[::1]:1") == .pass)
        #expect(try verdict(":443") == .warn)
        #expect(try verdict(":443", tls: true) == .pass && verdict(":80", proxy: true) == .pass)
        #expect(Finding.Verdict.pass < .warn && Finding.Verdict.warn < .fail)
    }
}
