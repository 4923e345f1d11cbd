// What can go wrong between a client and its disk.

import GRDB
import SottoClientCore

/// Why the store did not do what it was asked. The transaction then changed nothing.
package enum StoreError: Error, Equatable, Sendable {
    /// There is no home in this folder.
    case noHome
    /// There is a home in this folder already, or something else.
    case homeExists
    /// A later version of Sotto made this home [REST-4]; it was left as it is.
    case newer
    /// The key does not open the home, or the home was changed by something else than us.
    case doesNotOpen
    /// The disk takes nothing more: it is full, over a quota or a limit, or it fails.
    case diskFull
    /// Another process held the store for too long.
    case busy
    /// The file system failed or refused; the number is SQLite's or the system's.
    case inputOutput(code: Int32)

    /// What an error of SQLite means.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as StoredRecordError: self = error == .newer ? .newer : .doesNotOpen
        case let error as DatabaseError:
            switch error.extendedResultCode {
            // Only ENOSPC is `FULL` to SQLite; a quota or a limit is a write that failed.
            case .SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE:
                self = .diskFull
                return
            default: break
            }
            switch error.resultCode {
            case .SQLITE_FULL: self = .diskFull
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .doesNotOpen
            default: self = .inputOutput(code: error.extendedResultCode.rawValue)
            }
        default: self = .inputOutput(code: -1)
        }
    }
}
