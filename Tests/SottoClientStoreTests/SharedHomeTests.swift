// One home in the hands of several processes, and transactions that fail.

import GRDB
import SottoClientCore
import SottoCrypto
import SottoRelayProtocol
import Testing

@testable import SottoClientStore

@Suite("Shared homes")
struct SharedHomeTests {
    private func rename(
        _ name: String, in store: inout ClientStore, of home: TestHome
    ) throws -> Applied {
        var core = ClientCore()
        return try store.apply(
            [.intent(.setName(name))], to: &core, now: home.now, using: &home.entropy)
    }

    private func name(in store: ClientStore, of home: TestHome) throws -> String? {
        try home.account(in: store).name
    }

    @Test("[REST-5] what another process wrote is seen before the next decision")
    func generations() throws {
        let home = try TestHome()
        var one = try home.makeStore()
        var two = try ClientStore.open(home: home.folder)
        #expect(try rename("One", in: &one, of: home).sawOthers == false)
        #expect(try rename("Two", in: &two, of: home).sawOthers == true)
        #expect(try name(in: one, of: home) == "Two")
        #expect(try rename("Three", in: &one, of: home).sawOthers == true)
        #expect(try rename("Four", in: &one, of: home).sawOthers == false)
        #expect(try name(in: two, of: home) == "Four")
        one.close()
        two.close()
    }

    @Test("[REST-5] one process at a time receives; its right ends when it is not renewed")
    func receiver() throws {
        let home = try TestHome()
        let store = try home.makeStore()
        let watch = ReceiverID(home.entropy.bytes(16))
        let send = ReceiverID(home.entropy.bytes(16))
        func at(_ seconds: UInt64) -> Timestamp {
            Timestamp(milliseconds: home.now.milliseconds + seconds * 1_000)
        }
        #expect(try store.holdReceiver(watch, now: at(0)))
        #expect(try !store.holdReceiver(send, now: at(1)))
        #expect(try store.holdReceiver(watch, now: at(3)))
        #expect(try !store.holdReceiver(send, now: at(6)))
        #expect(try store.holdReceiver(send, now: at(7)))
        #expect(try !store.holdReceiver(watch, now: at(8)))
        try store.releaseReceiver(watch)
        #expect(try !store.holdReceiver(watch, now: at(8)))
        try store.releaseReceiver(send)
        #expect(try store.holdReceiver(watch, now: at(8)))
        store.close()
    }

    @Test("[ONCE-2] a transaction that fails leaves the store and the engine as they were")
    func failedTransaction() throws {
        let home = try TestHome()
        var store = try home.makeStore()
        try store.database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full BEFORE UPDATE ON records
                    BEGIN SELECT RAISE(ABORT, 'no'); END
                    """)
            try database.execute(
                sql: """
                    CREATE TRIGGER fuller BEFORE INSERT ON records
                    BEGIN SELECT RAISE(ABORT, 'no'); END
                    """)
        }
        let generation = store.generation
        #expect(throws: StoreError.self) { try rename("Lost", in: &store, of: home) }
        #expect(store.generation == generation)
        #expect(try name(in: store, of: home) == TestHome.name)
        try store.database.write { try $0.execute(sql: "DROP TRIGGER full; DROP TRIGGER fuller") }
        _ = try rename("Kept", in: &store, of: home)
        #expect(try name(in: store, of: home) == "Kept")
        store.close()
    }
}
