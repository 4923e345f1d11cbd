// When a quiet relay is asked, and when it is given up.

import Testing

@testable import SottoRelayLink

@Suite struct KeepaliveTests {
    private var keepalive = Keepalive(
        pingEvery: .seconds(60), pongWithin: .seconds(15), now: .seconds(100))

    @Test("a quiet connection is pinged, and given up when the ping brings nothing")
    mutating func silence() {
        #expect(keepalive.deadline == .seconds(160))
        #expect(keepalive.tick(now: .seconds(159)) == .nothing)
        #expect(keepalive.tick(now: .seconds(160)) == .ping)
        keepalive.sent(now: .seconds(160))
        #expect(keepalive.tick(now: .seconds(174)) == .nothing)
        #expect(keepalive.tick(now: .seconds(175)) == .silent)
    }

    @Test("any frame from the relay is a sign of life")
    mutating func heard() {
        #expect(keepalive.tick(now: .seconds(160)) == .ping)
        keepalive.heard(now: .seconds(161))
        keepalive.sent(now: .seconds(161))
        #expect(keepalive.tick(now: .seconds(200)) == .nothing)
        #expect(keepalive.deadline == .seconds(221))
    }

    @Test("a relay that only talks is pinged too, or it would take us for idle")
    mutating func onlyHeard() {
        keepalive.heard(now: .seconds(159))
        #expect(keepalive.tick(now: .seconds(160)) == .ping)
    }

    @Test("a relay that only listens is pinged too")
    mutating func onlySent() {
        keepalive.sent(now: .seconds(159))
        #expect(keepalive.tick(now: .seconds(160)) == .ping)
    }
}
