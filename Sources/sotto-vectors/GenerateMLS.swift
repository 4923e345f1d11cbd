// `sotto-vectors generate-mls`: writes vectors in the formats of the MLS working group.

import ArgumentParser
import Foundation
import SottoCrypto

/// `sotto-vectors generate-mls DIR`.
struct GenerateMLS: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes vectors in the formats of the MLS working group, one file a format.",
        discussion: "The same seed gives the same files.")

    @Argument(help: "The folder to write to.")
    var folder: String

    @Option(help: "The number of a cipher suite; several may be given. All hybrid ones if none.")
    var suite: [UInt16] = []

    @Flag(help: "Every cipher suite that there is.")
    var everySuite = false

    @Option(help: "The name of a format, such as treekem; several may be given. All if none.")
    var format: [String] = []

    @Option(help: "Any text; another one gives other vectors.")
    var seed = VectorFolder.seed

    func run() throws {
        let suites =
            everySuite ? CipherSuite.all : try suite.map { try CipherSuite(rawValue: $0) }
        let formats = try format.map { name in
            guard let format = GeneratedFiles.all.first(where: { $0.fileName == name }) else {
                throw ValidationError("no format is called \(name)")
            }
            return format
        }
        try VectorFolder(
            url: URL(fileURLWithPath: folder, isDirectory: true),
            suites: suites.isEmpty ? VectorFolder.suites : suites, seed: seed, isComplete: true
        ).write(formats.isEmpty ? GeneratedFiles.all : formats)
    }
}

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

    private func cases(of format: any GeneratedFile) throws -> [JSON] {
        try (format.hasSuites ? suites : Array(suites.prefix(1))).flatMap { suite in
            var source = VectorSource(seed, format: format.fileName, suite: suite)
            let cases = try format.cases(&source)
            return isComplete || suite == suites.first ? cases : cases.suffix(1)
        }
    }
}
