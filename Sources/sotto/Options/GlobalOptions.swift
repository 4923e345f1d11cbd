// The options that every command takes, before or after its name.
import ArgumentParser
import Foundation

struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customLong("home"),
        help: ArgumentHelp(
            "The folder of your account.",
            discussion: "Default: $SOTTO_HOME, else ~/.sotto, or $XDG_DATA_HOME/sotto if set.",
            valueName: "dir"),
        completion: .directory)
    var homeOption: String?

    @Flag(name: .customLong("json"), help: "Print one JSON object a line.")
    var json = false

    var home: String { HomeFolder.path(option: homeOption) }

    /// Whether `--json` stands anywhere, also when the rest makes no sense.
    static func asksForJSON(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains("--json")
    }
}

enum HomeFolder {
    /// Where the account lies: the option, else the environment's word, else the usual place.
    static func path(
        option: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        func variable(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        if let chosen = option ?? variable("SOTTO_HOME") {
            return (chosen as NSString).expandingTildeInPath
        }
        let usual = NSHomeDirectory() + "/.sotto"
        if let data = variable("XDG_DATA_HOME"), !FileManager.default.fileExists(atPath: usual) {
            return data + "/sotto"
        }
        return usual
    }
}
