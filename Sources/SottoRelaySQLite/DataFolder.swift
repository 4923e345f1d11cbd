// A folder as the system sees it; what the system refuses is told in its words.

import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder that may not be there yet.
struct DataFolder {
    let path: String

    /// The names in the folder; nothing when there is no folder.
    func contents() throws(RelayDataFolderError) -> [String]? {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return nil }
            throw .unusable(reason: systemReason())
        }
        defer { closedir(folder) }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .unusable(reason: error.localizedDescription)
        }
    }

    /// Makes the folder, and those above it that are not there.
    func make() throws(RelayDataFolderError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for count in 1...parts.count {
            let part = parts.prefix(count).joined(separator: "/")
            guard !part.isEmpty, mkdir(part, 0o700) != 0, errno != EEXIST else { continue }
            throw .unusable(reason: systemReason())
        }
    }

    /// Lets nobody but its owner into the folder.
    func closeToOthers() throws(RelayDataFolderError) {
        guard chmod(path, 0o700) == 0 else { throw .unusable(reason: systemReason()) }
    }
}
