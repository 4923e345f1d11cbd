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
