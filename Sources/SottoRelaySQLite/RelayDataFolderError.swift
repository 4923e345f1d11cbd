// Why a relay cannot use a data folder, in sentences for who runs it.

/// Why a data folder cannot be opened. The folder is as it was.
public enum RelayDataFolderError: Error, Equatable, Sendable {
    /// The system refuses; `reason` says why, in its words.
    case unusable(reason: String)
    /// Another relay runs on it.
    case inUse
    /// It was written by a later version.
    case newer(found: Int, known: Int)
    /// It has a database but the key file at this path is not there, or is damaged.
    case keyMissing(file: String)
    /// Both of these folders hold a key of this name, and not the same one.
    case keysTwice(file: String, folders: [String])
    /// It holds other things and no relay's data.
    case notEmpty
    /// It has no database: no relay ever ran on it.
    case notARelay

    /// What happened and what can be done about it.
    public var sentence: String {
        switch self {
        case .unusable(let reason): "the data folder cannot be used: \(reason)"
        case .inUse:
            "the data folder is in use by another relay; stop that one or choose another folder"
        case .newer(let found, let known):
            "the data folder was written by a newer version (format \(found), this one knows "
                + "\(known)); nothing was changed; run that version or choose another folder"
        case .keyMissing(let file):
            "there is a database but no usable \(file); without it the relay would "
                + "not be the one its users know; restore the file from a backup, or name the "
                + "folder that it lies in with --keys"
        case .keysTwice(let file, let folders):
            "two different files called \(file) lie in \(folders.joined(separator: " and ")); "
                + "keep the one that this relay's users know"
        case .notARelay:
            "there is no relay's data; give the folder that was put back from the backup"
        case .notEmpty:
            "the data folder holds other files and no relay's data; choose an empty or new one"
        }
    }
}
