// Why a relay cannot use a data folder, in sentences for who runs it.

/// Why a data folder cannot be opened. The folder is as it was.
public enum RelayDataFolderError: Error, Equatable, Sendable {
    /// The system refuses; `reason` says why, in its words.
    case unusable(reason: String)
    /// Another relay runs on it.
    case inUse
    /// It was written by a later version.
    case newer(found: Int, known: Int)
    /// It has a database but lacks the key file of this name, or that file is damaged.
    case keyMissing(file: String)
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
            "the data folder has a database but no usable \(file); without it the relay would "
                + "not be the one its users know; restore the file from a backup"
        case .notARelay:
            "there is no relay's data; give the folder that was put back from the backup"
        case .notEmpty:
            "the data folder holds other files and no relay's data; choose an empty or new one"
        }
    }
}
