// `sotto-relay inspect`: what lies on the relay's disk, for operators. Reads only.
import ArgumentParser
import Foundation
import SottoRelaySQLite

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the data folder holds: tables, sizes, the first bytes of each column.",
        discussion: """
            Changes nothing, and may run beside a serving relay. What is opaque to the relay is \
            opaque here.

            EXAMPLE
              sotto-relay inspect --data /var/lib/sotto
            """)

    @Option(help: ArgumentHelp("The relay's data folder.", valueName: "dir"))
    var data: String

    func run() throws {
        let inspection: StoreInspection
        do {
            inspection = try StoreInspection(folder: data)
        } catch .unreadable(let reason) {
            throw Failure(
                sentence: "\(data): there is no relay's data that can be read: \(reason)",
                code: Failure.refused)
        }
        for table in inspection.tables { say(Self.described(table), to: .standardOutput) }
        say(
            "\(inspection.databaseBytes) bytes in the database, free pages included",
            to: .standardOutput)
    }

    /// The table's line, then one for each column: name, largest size, the first row's value.
    private static func described(_ table: StoreInspection.Table) -> String {
        let rows = "\(table.rows) row\(table.rows == 1 ? "" : "s")"
        let head = padded(table.name, 16) + padded(rows, 12) + "\(table.bytes) bytes"
        let columns = table.columns.compactMap { column in
            column.first.map { "  " + padded(column.name, 20) + described($0) }
        }
        return ([head] + columns).joined(separator: "\n")
    }

    private static func described(_ value: StoreInspection.Value) -> String {
        switch value {
        case .number(let number): "\(number)"
        case .text(let text): text
        case .bytes(let bytes, let count):
            bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                + (count > bytes.count ? "... (\(count) bytes)" : "")
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
