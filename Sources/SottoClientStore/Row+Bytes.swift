// Bytes in and out of SQLite.

import Foundation
import GRDB

extension [UInt8] {
    /// As SQLite takes it.
    var data: Data { Data(self) }
}

extension Row {
    /// The bytes of a column.
    ///
    /// - Throws: `.doesNotOpen` where there are none.
    func bytes(_ column: String) throws(StoreError) -> [UInt8] {
        guard let data = self[column] as Data? else { throw .doesNotOpen }
        return Array(data)
    }
}
