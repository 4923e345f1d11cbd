// What an operator is shown of a store.
import Foundation
import SottoRelayCore
import SottoWire
import Testing

@testable import SottoRelaySQLite

@Suite struct StoreInspectionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("every table of spec/relay.md section 8 is shown, beside a relay that has the store open")
    func tables() throws {
        let home = try RelayHome.open(folder: folder.path)
        let inspection = try StoreInspection(folder: folder.path)
        let names = inspection.tables.map(\.name)
        #expect(
            names == [
                "arrivals", "blob_usage", "blobs", "commits", "denied", "entries", "epochs",
                "gaps", "invitations", "lanes", "links", "mailboxes", "packages", "pins",
                "posts", "records", "stocks", "store", "uploads",
            ])
        let store = try #require(inspection.tables.first { $0.name == "store" })
        #expect(store.rows == 1)
        let incarnation = try #require(store.columns.first { $0.name == "incarnation" })
        let bytes = home.store.incarnation.bytes
        #expect(incarnation.bytesMax == bytes.count)
        let start = Array(bytes.prefix(StoreInspection.sampleBytesMax))
        #expect(incarnation.first == .bytes(start, count: bytes.count))
        #expect(store.columns.first?.first == .number(1))
        #expect(inspection.databaseBytes > 0)
        #expect(inspection.tables.first?.columns.first?.first == nil)
    }

    @Test("a folder without a database is named as that, and none is made")
    func noDatabase() throws {
        do {
            _ = try StoreInspection(folder: folder.path)
            Issue.record("a missing database was read")
        } catch {
            let made = FileManager.default.fileExists(atPath: folder.path + "/relay.db")
            #expect(!made)
        }
    }
}
