// How our values lie in columns: names and keys as blobs, numbers as SQLite's integers.

import Foundation
import GRDB
import SottoWire

extension FixedBytes {
    /// The bytes as SQLite takes them.
    var data: Data { Data(bytes) }
}

extension UInt64 {
    /// The number as SQLite takes it, whose integers end at 2^63 - 1.
    var stored: Int64 { Int64(clamping: self) }
}

extension Row {
    /// A number that was stored with `stored`.
    func number(_ column: Int) -> UInt64 {
        let value: Int64 = self[column]
        return UInt64(clamping: value)
    }

    /// The bytes of a blob.
    func bytes(_ column: Int) throws -> [UInt8] {
        try withUnsafeData(atIndex: column) { data in Array(data ?? Data()) }
    }

    /// A name, key or hash; throws when its size is another.
    func name<Kind>(_ column: Int) throws -> FixedBytes<Kind> {
        try withUnsafeData(atIndex: column) { data in try FixedBytes(data ?? Data()) }
    }
}
