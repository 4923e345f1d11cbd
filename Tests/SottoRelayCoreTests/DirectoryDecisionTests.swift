// Records and stocks: who may write, in what order, and what a take gives.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct DirectoryDecisionTests {
    var world: RelayWorld
    let locator: Locator
    let writer: SignaturePrivateKey
    let stranger: SignaturePrivateKey

    init() throws {
        world = try RelayWorld()
        locator = .random(using: &world.entropy)
        writer = try .random(using: &world.entropy)
        stranger = try .random(using: &world.entropy)
    }

    private mutating func putRecord(
        _ version: UInt64, _ sealed: [UInt8], by key: SignaturePrivateKey? = nil
    ) throws -> RelayRefusal? {
        let key = key ?? writer
        let relayKey = world.engine.identity.relayKey
        let put = PutRecord(
            locator: locator, writeKey: try WriteKey(key.publicKey),
            record: Record(version: version, sealed: sealed), signedBy: key, at: relayKey)
        return try world.ask(.putRecord(Verified(put, at: relayKey))).refusal
    }

    private mutating func putStock(
        _ version: UInt64, _ packages: [UInt8], lastResort: UInt8? = nil,
        by key: SignaturePrivateKey? = nil
    ) throws -> RelayRefusal? {
        let key = key ?? writer
        let relayKey = world.engine.identity.relayKey
        let addition = StockAddition(
            packages: packages.map { SealedPackage(sealed: [$0]) },
            lastResort: lastResort.map { SealedPackage(sealed: [$0]) })
        let put = PutStock(
            locator: locator, writeKey: try WriteKey(key.publicKey), version: version,
            addition: addition, signedBy: key, at: relayKey)
        return try world.ask(.putStock(Verified(put, at: relayKey))).refusal
    }

    private mutating func take() throws -> Result<Answer, RelayRefusal> {
        try world.ask(.takeStock(locator))
    }

    private func taken(_ byte: UInt8, last: Bool = false) -> Result<Answer, RelayRefusal> {
        .success(
            .takeStock(Taken(package: SealedPackage(sealed: [byte]), isLastResort: last)))
    }

    @Test("[DIR-1] the first put pins the write key")
    mutating func pinned() throws {
        #expect(try putRecord(1, [1]) == nil)
        #expect(try putRecord(2, [2], by: stranger) == .notPermitted)
        #expect(try putStock(1, [1]) == nil)
        #expect(try putStock(2, [2], by: stranger) == .notPermitted)
    }

    @Test("[DIR-1] a put whose signature does not hold never reaches the store")
    mutating func signature() throws {
        let relayKey = world.engine.identity.relayKey
        let put = PutRecord(
            locator: locator, writeKey: try WriteKey(writer.publicKey),
            record: Record(version: 1, sealed: [1]), signedBy: stranger, at: relayKey)
        #expect(throws: RelayRefusal.notPermitted) { try Verified(put, at: relayKey) }
    }

    @Test("[DIR-2] a put carries the next version; the same put again changes nothing")
    mutating func versions() throws {
        #expect(try putRecord(2, [1]) == .conflict)
        #expect(try putRecord(1, [1]) == nil)
        #expect(try putRecord(1, [1]) == nil)
        #expect(try putRecord(1, [2]) == .conflict)
        #expect(try putRecord(3, [3]) == .conflict)
        #expect(try putRecord(2, [2]) == nil)
        #expect(
            try world.ask(.getRecord(locator))
                == .success(.getRecord(Record(version: 2, sealed: [2]))))

        #expect(try putStock(1, [1, 2]) == nil)
        #expect(try putStock(1, [1, 2]) == nil)
        #expect(try putStock(1, [3]) == .conflict)
        #expect(try putStock(2, [3]) == nil)
        let count = StockCount(version: 2, count: 3, hasLastResort: false)
        #expect(try world.ask(.countStock(locator)) == .success(.countStock(count)))
    }

    @Test("[DIR-3] takes give the oldest packages, then the last resort, which stays")
    mutating func takes() throws {
        #expect(try putStock(1, [1, 2], lastResort: 9) == nil)
        #expect(try putStock(2, [3]) == nil)
        let results = world.ask([
            (.takeStock(locator), world.connect()), (.takeStock(locator), world.connect()),
        ])
        #expect(results == [taken(1), taken(2)])
        try world.restart()
        #expect(try take() == taken(3))
        #expect(try take() == taken(9, last: true))
        #expect(try take() == taken(9, last: true))
    }

    @Test("[DIR-3] an empty stock without last resort and an unknown one have nothing")
    mutating func nothing() throws {
        #expect(try take().refusal == .notFound)
        #expect(try putStock(1, [1]) == nil)
        #expect(try take() == taken(1))
        #expect(try take().refusal == .notFound)
        let nowhere = Locator.random(using: &world.entropy)
        #expect(try world.ask(.getRecord(nowhere)).refusal == .notFound)
        #expect(try world.ask(.countStock(nowhere)).refusal == .notFound)
    }

    @Test("[DIR-4] a stock gives 120 packages an hour")
    mutating func rate() throws {
        #expect(try putStock(1, [], lastResort: 9) == nil)
        for _ in 0..<120 { #expect(try take() == taken(9, last: true)) }
        world.pass(1_800)
        #expect(try take().refusal == .rateLimited(retryAfter: .seconds(1_800)))
        try world.restart()
        #expect(try take().refusal == .rateLimited(retryAfter: .seconds(1_800)))
        world.pass(1_800)
        #expect(try take() == taken(9, last: true))
    }

    @Test("a stock holds 200 packages")
    mutating func largest() throws {
        for put in 0..<6 {
            #expect(try putStock(UInt64(put) + 1, Array(repeating: 1, count: 32)) == nil)
        }
        #expect(try putStock(7, Array(repeating: 1, count: 9)) == .tooLarge)
        #expect(try putStock(7, Array(repeating: 1, count: 8)) == nil)
    }
}
