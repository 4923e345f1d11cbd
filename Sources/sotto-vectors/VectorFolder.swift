// The folder of what we make in the formats of the MLS working group.

import Foundation
import SottoCrypto

/// A folder of files in the formats of the MLS working group.
struct VectorFolder {
    /// The seed of the files in `vectors/mls/`.
    static let seed = "1"
    /// The suites of the files in `vectors/mls/`: those that nobody else has vectors for.
    static var suites: [CipherSuite] { CipherSuite.all.filter(\.isHybrid) }

    let url: URL
    let suites: [CipherSuite]
    let seed: String
    /// Whether every suite has all cases. If not, suites after the first one have the last case.
    let isComplete: Bool

    func write(_ formats: [any GeneratedFile]) throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for format in formats {
            let file = url.appendingPathComponent("\(format.fileName).json")
            let text = JSON.array(try cases(of: format)).laidOut(first: ["cipher_suite"]) + "\n"
            try Data(text.utf8).write(to: file, options: .atomic)
            print("\(file.path): written")
        }
    }

    /// Writes negative vectors, one defect a file, and deletes files of defects that are no more.
    func writeNegative() throws {
        let folder = url.appendingPathComponent("negative", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let cases = try NegativeLists.cases(seed: seed)
        for negative in cases {
            let text = negative.written.laidOut(first: NegativeCase.order) + "\n"
            let file = folder.appendingPathComponent("\(negative.name).json")
            try Data(text.utf8).write(to: file, options: .atomic)
        }
        let names = Set(cases.map { "\($0.name).json" })
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where !names.contains(name) {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
        print("\(folder.path): \(cases.count) files written")
    }

    private func cases(of format: any GeneratedFile) throws -> [JSON] {
        try (format.hasSuites ? suites : Array(suites.prefix(1))).flatMap { suite in
            var source = VectorSource(seed, format: format.fileName, suite: suite)
            let cases = try format.cases(&source)
            return isComplete || suite == suites.first ? cases : cases.suffix(1)
        }
    }
}
