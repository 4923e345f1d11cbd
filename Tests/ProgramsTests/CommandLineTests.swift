// The command line itself: what it refuses, what it teaches, what scripts rely on.
import Foundation
import Testing

@testable import sotto

@Suite(.serialized, .timeLimit(.minutes(1)))
struct CommandLineTests {
    static let commands = [
        "init", "me", "contact add", "contact list", "verify", "send", "chat", "list", "log",
        "read", "watch", "inbox next", "inbox ack", "username", "delete-account", "version",
    ]

    @Test("the help of every command teaches with an example of it", arguments: commands)
    func help(_ command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let outcome = try await Program("sotto", words + ["--help"]).outcome()
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("EXAMPLES\n"))
        #expect(outcome.output.contains("  sotto \(command)"))
        #expect(outcome.output.contains("--home"))
        #expect(outcome.output.contains("--json"))
    }

    @Test(
        "wrong arguments are 1, with usage for people and an object for scripts",
        arguments: [
            ["nonsense"], ["send"], ["log", "bob", "--limit", "0"], ["init"],
            ["send", "bob", "not", "quoted"], ["inbox", "next"], ["me", "--unknown"],
            ["inbox", "next", "--consumer", "a", "--wait", "5 days"],
            ["verify", "a", "--accept", "--withdraw"],
        ])
    func usage(_ arguments: [String]) async throws {
        let outcome = try await Program("sotto", arguments).outcome()
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: "))
        let answer = Answer(try await Program("sotto", arguments + ["--json"]).outcome())
        #expect(answer.status == 1)
        #expect(answer.error?.code == "usage")
        #expect(answer.error?.retryable == false)
        #expect(answer.error?.message?.isEmpty == false)
    }

    @Test("--json and --home stand before or after the command")
    func optionsAnywhere() async throws {
        let folder = try TemporaryFolder()
        for arguments in [
            ["--json", "--home", folder.path, "me"], ["me", "--json", "--home", folder.path],
            ["--home", folder.path, "me", "--json"],
            ["contact", "--json", "list", "--home", folder.path],
        ] {
            let answer = Answer(try await Program("sotto", arguments).outcome())
            #expect(answer.status == 6, "\(arguments): \(answer.errors)")
            #expect(answer.error != nil)
        }
        let version = try await Program("sotto", ["--json", "version"]).outcome()
        #expect(version.output == #"{"protocol":1,"type":"version","version":"0.1.0"}"# + "\n")
    }

    @Test("completion scripts exist for the usual shells", arguments: ["bash", "zsh", "fish"])
    func completion(_ shell: String) async throws {
        let outcome = try await Program("sotto", ["--generate-completion-script", shell]).outcome()
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("contact"))
    }

    @Test("durations are numbers with a unit, seconds without one, and a week at most")
    func durations() {
        #expect(TimeSpan(argument: "500ms")?.duration == .milliseconds(500))
        #expect(TimeSpan(argument: "20")?.duration == .seconds(20))
        #expect(TimeSpan(argument: "2m")?.duration == .seconds(120))
        #expect(TimeSpan(argument: "1h")?.duration == .seconds(3_600))
        for wrong in ["", "s", "-1s", "1.5s", "1 s", "1d", "604801s", "99999999999999999999", "١s"]
        {
            #expect(TimeSpan(argument: wrong) == nil, "\(wrong)")
        }
    }

    @Test("the home is the option's, else the environment's, else the usual one")
    func home() throws {
        let usual = NSHomeDirectory() + "/.sotto"
        #expect(HomeFolder.path(option: "/a", environment: ["SOTTO_HOME": "/b"]) == "/a")
        #expect(HomeFolder.path(option: nil, environment: ["SOTTO_HOME": "/b"]) == "/b")
        #expect(HomeFolder.path(option: nil, environment: ["SOTTO_HOME": ""]) == usual)
        #expect(HomeFolder.path(option: "~/x", environment: [:]) == NSHomeDirectory() + "/x")
        if !FileManager.default.fileExists(atPath: usual) {
            let path = HomeFolder.path(option: nil, environment: ["XDG_DATA_HOME": "/d"])
            #expect(path == "/d/sotto")
        }
    }

    @Test("what could steer a terminal is written out; letters of every script stay")
    func harmless() {
        let steering = "\u{1b}[31m \u{7} \u{9b} \u{202e} \u{2066} \u{2028} \r \n"
        #expect(
            Harmless.line(steering)
                == #"\u{1b}[31m \u{7} \u{9b} \u{202e} \u{2066} \u{2028} \u{d} \u{a}"#)
        let letters = "Grüße, שלום, 你好, 👩‍👩‍👧 \t ok"
        #expect(Harmless.line(letters) == letters)
        #expect(Harmless.isHarmless(letters))
        #expect(Harmless.lines("a\r\nb\n") == ["a", "b", ""])
        #expect(Harmless.json("{\"text\":\"a\u{202e}\u{9b}b\"}") == #"{"text":"a\u202e\u009bb"}"#)
    }
}
