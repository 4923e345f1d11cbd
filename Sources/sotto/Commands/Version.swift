// `sotto version`: which Sotto this is.
import ArgumentParser

struct Version: OutputCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the version.",
        discussion: """
            EXAMPLES
              sotto version --json
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try output.show(VersionRecord())
    }
}
