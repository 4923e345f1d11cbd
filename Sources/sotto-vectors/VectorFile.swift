// Vector files as they lie on disk.

import Foundation

/// One file, or a pair of files that belong together.
struct VectorFile {
    /// What it holds.
    enum Content {
        case json(JSON)
        /// A CBOR item and the same in diagnostic notation, with remarks.
        case cbor([UInt8], notation: String)
    }

    let path: String
    let content: Content

    /// The elements of a JSON array; a JSON object is one case by itself.
    var cases: [JSON] {
        switch content {
        case .json(.array(let cases)): cases
        case .json(let json): [json]
        case .cbor: []
        }
    }

    /// The keys of the first case, which tell formats apart.
    var keys: Set<String> { Set(cases.first?.members.keys.map { $0 } ?? []) }

    /// Reads the file at `path`, and the notation beside it if it is CBOR.
    init(path: String) throws {
        let url = URL(fileURLWithPath: path)
        let data = try Data(contentsOf: url)
        self.path = path
        if url.pathExtension == "cbor" {
            let notation = url.deletingPathExtension().appendingPathExtension("edn")
            content = .cbor(
                Array(data), notation: try String(contentsOf: notation, encoding: .utf8))
        } else {
            content = .json(try JSON(parsing: data))
        }
    }

    /// The files that `arguments` name: files as they are, folders by what lies in them.
    ///
    /// A `.edn` file is read with its `.cbor` file and so is not listed beside it.
    static func paths(in arguments: [String]) -> [String] {
        let paths = arguments.flatMap { vectors(inFolder: $0) ?? [$0] }
        var seen: Set<String> = []
        return paths.map(pairedPath).filter { seen.insert($0).inserted }
    }

    /// Nil for what is no folder.
    private static func vectors(inFolder folder: String) -> [String]? {
        var isFolder: ObjCBool = false
        guard
            FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
            isFolder.boolValue
        else { return nil }
        return try? FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { ["json", "cbor"].contains(($0 as NSString).pathExtension) }
            .sorted()
            .map { (folder as NSString).appendingPathComponent($0) }
    }

    private static func pairedPath(_ path: String) -> String {
        let url = URL(fileURLWithPath: path)
        guard url.pathExtension == "edn" else { return path }
        let cbor = url.deletingPathExtension().appendingPathExtension("cbor").path
        return FileManager.default.fileExists(atPath: cbor)
            ? (path as NSString).deletingPathExtension + ".cbor" : path
    }
}
