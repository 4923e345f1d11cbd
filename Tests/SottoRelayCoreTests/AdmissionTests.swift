// How many connections a relay takes in, from whom, and which it does without.

import SottoRelayCore
import Testing

@Suite("Admission")
struct AdmissionTests {
    private var admission: Admission

    init() throws {
        let proxies = TrustedProxies(
            addresses: [try #require(AddressRange("10.0.0.0/8"))], word: .forwardedFor)
        admission = Admission(
            limits: ConnectionLimits(connections: 6, perClient: 2, beginnings: 3),
            proxies: proxies)
    }

    private mutating func open() throws -> Admission.Ticket {
        guard case .admitted(let ticket, _) = admission.open() else { throw Full() }
        return ticket
    }

    private struct Full: Error {}

    private mutating func identified(_ text: String) throws -> Bool {
        let address = try #require(ClientAddress(text))
        let ticket = try open()
        admission.begin(ticket)
        let isAdmitted = admission.identify(ticket, as: address)
        if !isAdmitted { admission.close(ticket) }
        return isAdmitted
    }

    @Test("[NET-6] no more connections than the limit, until one is gone")
    mutating func full() throws {
        var tickets: [Admission.Ticket] = []
        for _ in 0..<6 {
            let ticket = try open()
            admission.begin(ticket)
            tickets.append(ticket)
        }
        let seventh = admission.open()
        #expect(seventh == .full)
        admission.close(tickets[3])
        admission.close(tickets[3])
        #expect(admission.count == 5)
        _ = try open()
        #expect(admission.count == 6)
    }

    @Test("[NET-7] no more connections of one client than the limit; version 6 counts by /64")
    mutating func perClient() throws {
        for (text, isAdmitted) in [
            ("192.0.2.7", true), ("192.0.2.7", true), ("::ffff:192.0.2.7", false),
            ("2001:db8::1", true), ("2001:db8::2", true), ("2001:db8::3", false),
        ] {
            let outcome = try identified(text)
            #expect(outcome == isAdmitted, "\(text)")
        }
    }

    @Test("[NET-7] this machine and proxies that name nobody are not one client")
    mutating func uncounted() throws {
        for text in ["127.0.0.1", "127.0.0.1", "::1", "10.0.0.1", "10.0.0.1", "10.0.0.1"] {
            let outcome = try identified(text)
            #expect(outcome, "\(text)")
        }
    }

    @Test("[NET-7] a connection counts for one client at a time, and no more once it is gone")
    mutating func moves() throws {
        let first = try #require(ClientAddress("192.0.2.1"))
        let second = try #require(ClientAddress("192.0.2.2"))
        var tickets: [Admission.Ticket] = []
        for _ in 0..<3 { tickets.append(try open()) }
        for ticket in tickets { admission.begin(ticket) }
        let outcomes = [
            admission.identify(tickets[0], as: first), admission.identify(tickets[1], as: first),
            admission.identify(tickets[2], as: first), admission.identify(tickets[0], as: second),
            admission.identify(tickets[2], as: first),
        ]
        #expect(outcomes == [true, true, false, true, true])
        admission.close(tickets[1])
        let again = admission.identify(tickets[0], as: first)
        #expect(again)
    }

    @Test("[NET-6] of too many that ask for nothing, the one that waits longest goes")
    mutating func displaced() throws {
        let asked = try open()
        admission.begin(asked)
        let waiting = [try open(), try open(), try open()]
        let fourth = admission.open()
        guard case .admitted(let ticket, let displaced) = fourth else { throw Full() }
        #expect(displaced == waiting[0])
        admission.close(waiting[0])
        admission.begin(ticket)
        admission.begin(waiting[1])
        // There is room for two more before the third goes.
        guard case .admitted(let fifth, nil) = admission.open() else { throw Full() }
        admission.close(fifth)
        guard case .admitted(_, nil) = admission.open() else { throw Full() }
    }

    @Test("[NET-8] who keeps the pace is read on; who overdraws it waits until it is paid back")
    func pace() {
        var pace = FramePace(perSecond: 100)
        var waits: [Duration?] = []
        for second in 1...5 { waits.append(pace.took(100, now: .seconds(second))) }
        #expect(waits.allSatisfy { $0 == nil })
        let flood = pace.took(300, now: .seconds(5))
        #expect(flood == .milliseconds(3_001))
        let soon = pace.took(0, now: .seconds(6))
        let late = pace.took(0, now: .milliseconds(8_001))
        #expect(soon == .milliseconds(2_001) && late == nil)
        // A clock that goes back gives nothing.
        let back = pace.took(50, now: .seconds(1))
        #expect(back != nil)
    }
}
