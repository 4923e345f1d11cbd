// `sotto-vectors generate`: writes all that lies in `vectors/`.

import ArgumentParser
import Foundation

/// `sotto-vectors generate DIR`.
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes Sotto's own vectors, one file a layer, and those of MLS.",
        discussion: "What is written is the same every time.")

    @Argument(help: "The folder to write to.")
    var folder: String

    func run() throws {
        let folder = URL(fileURLWithPath: folder, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for layer in LayerFormat.layers {
            let url = folder.appendingPathComponent("\(layer.name).json")
            try Data(layer.file().utf8).write(to: url, options: .atomic)
            print("\(url.path): written")
        }
        let mls = VectorFolder(
            url: folder.appendingPathComponent("mls", isDirectory: true),
            suites: VectorFolder.suites, seed: VectorFolder.seed, isComplete: false)
        try mls.write(GeneratedFiles.all)
        try mls.writeNegative()
    }
}
