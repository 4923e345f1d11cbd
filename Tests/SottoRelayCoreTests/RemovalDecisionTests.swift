// Leaving a relay: what is taken away, by whom, and that nothing of it stays.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct RemovalDecisionTests {
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

    private var relayKey: RelayKey { world.engine.identity.relayKey }

    private mutating func putBoth(_ version: UInt64 = 1) throws {
        let key = try WriteKey(writer.publicKey)
        let record = PutRecord(
            locator: locator, writeKey: key, record: Record(version: version, sealed: [1]),
            signedBy: writer, at: relayKey)
        #expect(
            try world.ask(.putRecord(Verified(record, at: relayKey))) == .success(.putRecord))
        let addition = StockAddition(
            packages: [SealedPackage(sealed: [2])], lastResort: SealedPackage(sealed: [3]))
        let stock = PutStock(
            locator: locator, writeKey: key, version: version, addition: addition,
            signedBy: writer, at: relayKey)
        #expect(try world.ask(.putStock(Verified(stock, at: relayKey))) == .success(.putStock))
    }

    private mutating func remove(
        _ kind: Removal.Kind, version: UInt64 = 1, by key: SignaturePrivateKey? = nil
    ) throws -> RelayRefusal? {
        let removal = Removal(
            of: kind, locator: locator, version: version, signedBy: key ?? writer, at: relayKey)
        return try world.ask(.remove(Verified(removal, at: relayKey))).refusal
    }

    private mutating func isGone(_ kind: Removal.Kind) throws -> Bool {
        switch kind {
        case .record: try world.ask(.getRecord(locator)).refusal == .notFound
        case .stock: try world.ask(.countStock(locator)).refusal == .notFound
        }
    }

    @Test("[DIR-5] who may write may remove, and then nothing is there", arguments: [0, 1])
    mutating func removal(_ index: Int) throws {
        let kind: Removal.Kind = index == 0 ? .record : .stock
        try putBoth()
        #expect(try remove(kind, by: stranger) == .notPermitted)
        #expect(try remove(kind, version: 2) == .conflict)
        #expect(try remove(kind) == nil)
        #expect(try remove(kind) == nil)
        let gone = [try isGone(.record), try isGone(.stock)]
        #expect(gone == [kind == .record, kind == .stock])
        let left = try world.store.find([.package(locator, number: 0)])
        let package = SealedPackage(sealed: [2])
        #expect(left == [.package(locator, number: 0, kind == .stock ? nil : package)])
    }

    @Test("[DIR-5] a removal is good for its kind, its place and its relay alone")
    mutating func signature() throws {
        let removal = Removal(
            of: .record, locator: locator, version: 1, signedBy: writer, at: relayKey)
        var reader = WireReader(removal.wireBytes)
        let other = try Removal(of: .stock, from: &reader)
        let relayKey = relayKey
        #expect(throws: RelayRefusal.notPermitted) { try Verified(other, at: relayKey) }
        let elsewhere = RelayKey(made: stranger.publicKey)
        #expect(throws: RelayRefusal.notPermitted) { try Verified(removal, at: elsewhere) }
        for bit in 0..<removal.wireBytes.count * 8 {
            var bytes = removal.wireBytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            var reader = WireReader(bytes)
            let flipped = try Removal(of: .record, from: &reader)
            #expect(throws: RelayRefusal.notPermitted) { try Verified(flipped, at: relayKey) }
        }
    }

    @Test("[DIR-5] a stock that was removed in a batch begins anew in another")
    mutating func sameBatch() throws {
        try putBoth()
        let addition = StockAddition(packages: [SealedPackage(sealed: [5])], lastResort: nil)
        let put = PutStock(
            locator: locator, writeKey: try WriteKey(writer.publicKey), version: 1,
            addition: addition, signedBy: writer, at: relayKey)
        let removal = Removal(
            of: .stock, locator: locator, version: 1, signedBy: writer, at: relayKey)
        let verified = try Verified(put, at: relayKey)
        let results = world.ask([
            (.remove(try Verified(removal, at: relayKey)), world.connect()),
            (.putStock(verified), world.connect()),
        ])
        #expect(results[0] == .success(.removeStock))
        guard case .rateLimited? = results[1].refusal else {
            Issue.record("\(results[1])")
            return
        }
        #expect(try world.ask(.putStock(verified)) == .success(.putStock))
        let taken = Taken(package: SealedPackage(sealed: [5]), isLastResort: false)
        #expect(try world.ask(.takeStock(locator)) == .success(.takeStock(taken)))
    }

    @Test("[DIR-6] records and stocks that nobody puts for 180 days are removed")
    mutating func unused() throws {
        try putBoth()
        world.pass(180 * 86_400)
        try world.sweep()
        #expect(try world.ask(.getRecord(locator)).refusal == nil)
        world.pass(86_400)
        try world.sweep()
        #expect(try world.ask(.getRecord(locator)).refusal == .notFound)
        #expect(try world.ask(.countStock(locator)).refusal == .notFound)
        #expect(
            try world.store.find([.package(locator, number: 0)])
                == [.package(locator, number: 0, nil)])
    }

    @Test("[MBX-8] a closed mailbox is gone with its entries, and its tokens are refused")
    mutating func closing() throws {
        let devices = try world.devices(2)
        let lane = try world.openLane(devices)
        let second = world.connect()
        #expect(
            try world.ask(.closeMailbox, on: devices[0].connection) == .success(.closeMailbox))
        let mint = RelayOperation.Asked.mint(Mint(count: 1))
        #expect(try world.ask(mint, on: devices[0].connection).refusal == .notPermitted)
        #expect(try world.ask(.closeMailbox, on: second).refusal == .notPermitted)
        let id = devices[0].mailbox
        #expect(
            try world.store.find([.mailbox(id), .entries(id, after: 0, max: 9)])
                == [.mailbox(id, nil), .entries(id, after: 0, max: 9, [])])
        let accepted = try world.post(world.message(to: lane, devices))
        #expect(accepted.statuses == [.refused, .stored])
        let binding = world.binding()
        let proof = Authenticate(mailbox: id, signedBy: devices[0].keyPair, on: binding)
        #expect(
            try world.ask(.authenticate(proof, binding)).refusal == .notPermitted)
    }

    @Test("[MBX-8] what was posted in the batch that closes a mailbox is not in the next one")
    mutating func closingBatch() throws {
        let devices = try world.devices(2)
        let lane = try world.openLane(devices)
        let message = world.message(to: lane, devices)
        let results = world.ask([
            (.post(message), world.connect()), (.closeMailbox, devices[0].connection),
        ])
        #expect(results[0].accepted?.statuses == [.stored, .stored])
        #expect(results[1] == .success(.closeMailbox))
        let id = devices[0].mailbox
        #expect(
            try world.store.find([.entries(id, after: 0, max: 9)])
                == [.entries(id, after: 0, max: 9, [])])
        let (_, registered) = try world.register(id)
        #expect(registered == .success(.register(Owned(acked: 0, newest: 0))))
    }

    @Test("[MBX-8] who owned a closed mailbox owns nothing of who registers its id next")
    mutating func successor() throws {
        let device = try world.device()
        let binding = world.binding()
        let proof = Authenticate(
            mailbox: device.mailbox, signedBy: device.keyPair, on: binding)
        let other = world.connect()
        #expect(try world.ask(.authenticate(proof, binding), on: other).refusal == nil)
        #expect(try world.ask(.closeMailbox, on: device.connection).refusal == nil)
        let (_, registered) = try world.register(device.mailbox)
        #expect(registered.refusal == nil)
        #expect(try world.ask(.mint(Mint(count: 1)), on: other).refusal == .notPermitted)
    }
}

@Suite struct NameDecisionTests {
    var world: RelayWorld

    init() throws { world = try RelayWorld() }

    private mutating func element() throws -> NameElement {
        let input = Secret(copying: world.entropy.bytes(8))
        return NameElement(made: try OPRF.Blinding(input, using: &world.entropy).blinded)
    }

    @Test("[NAME-5] the relay evaluates a name without seeing it, the same for all who ask")
    mutating func evaluation() throws {
        let name = Secret(copying: Array("alice".utf8))
        let outputs = try (0..<2).map { _ in
            let blinding = try OPRF.Blinding(name, using: &world.entropy)
            let answer = try world.ask(.evaluate(NameElement(made: blinding.blinded)))
            guard case .evaluate(let element) = try answer.get() else { throw WorldError() }
            return try blinding.output(of: element.bytes)
        }
        #expect(outputs[0] == outputs[1])
    }

    @Test("[NAME-5] what is no element is malformed")
    mutating func malformed() throws {
        for byte in [UInt8(0), 255] {
            let element = NameElement(made: [UInt8](repeating: byte, count: 32))
            #expect(try world.ask(.evaluate(element)).refusal == .malformed)
        }
    }

    @Test("[NAME-5] one connection has 60 names evaluated an hour")
    mutating func rate() throws {
        let connection = world.connect()
        let element = try element()
        for _ in 0..<60 {
            #expect(try world.ask(.evaluate(element), on: connection).refusal == nil)
        }
        world.pass(600)
        #expect(
            try world.ask(.evaluate(element), on: connection).refusal
                == .rateLimited(retryAfter: .seconds(3_000)))
        #expect(try world.ask(.evaluate(element)).refusal == nil)
        world.pass(3_000)
        #expect(try world.ask(.evaluate(element), on: connection).refusal == nil)
    }

    @Test("[NAME-5] a question counts once, also in a batch that has to ask the store first")
    mutating func countsOnce() throws {
        let connection = world.connect()
        let element = try element()
        for _ in 0..<60 {
            let unknown = Locator.random(using: &world.entropy)
            let results = world.ask([
                (.evaluate(element), connection), (.getRecord(unknown), world.connect()),
            ])
            #expect(results[0].refusal == nil)
        }
        #expect(try world.ask(.evaluate(element), on: connection).refusal != nil)
    }
}
