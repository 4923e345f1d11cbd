// What the host of a relay may decide, in which order it counts, and what is refused.

import ArgumentParser
import Testing

@testable import sotto_relay

@Suite struct ConfigurationTests {
    private func effective(
        _ flags: [String] = [], _ environment: [String: String] = [:], file: String? = nil
    ) throws(SettingFaults) -> EffectiveSettings {
        let given: [GivenSetting]
        do { given = try ConfigurationFlags.parse(flags).given } catch {
            throw SettingFaults(faults: [SettingFault(place: "flags", problem: "\(error)")])
        }
        let read = try file.map { text throws(SettingFaults) in
            try SettingsFile(text, name: "relay.yaml")
        }
        return try EffectiveSettings(flags: given, environment: environment, file: read)
    }

    private func faults(
        _ flags: [String] = [], _ environment: [String: String] = [:], file: String? = nil
    ) -> [String] {
        do {
            _ = try effective(flags, environment, file: file)
            return []
        } catch { return error.faults.map(\.sentence) }
    }

    @Test("the printed file is read back as the defaults, each setting of it from the file")
    func printed() throws {
        let read = try effective(file: DefaultFile.text)
        #expect(read.values == RelaySettings())
        for rule in SettingRule.all {
            let isFromFile = read.origin(of: rule) != .initial
            #expect(isFromFile == (rule.text(RelaySettings()) != nil), "\(rule.key)")
            #expect(DefaultFile.text.contains(rule.allowed.prefix(20)), "\(rule.key)")
        }
    }

    @Test("every line that is commented out is one that may be used")
    func examples() throws {
        let lines = DefaultFile.text.split(separator: "\n").map { line in
            let body = line.drop { $0 == " " }
            let isExample = body.firstMatch(of: /^# [a-z-]+: \S/) != nil
            return isExample
                ? String(line.replacing("# ", with: "", maxReplacements: 1)) : String(line)
        }
        let read = try effective(file: lines.joined(separator: "\n"))
        for rule in SettingRule.all { #expect(rule.text(read.values) != nil, "\(rule.key)") }
    }

    @Test("every setting has a flag and a variable, and what it writes it reads")
    func everywhere() throws {
        #expect(Set(SettingRule.all.map(\.variable)).count == SettingRule.all.count)
        for rule in SettingRule.all {
            let value = rule.text(RelaySettings()) ?? rule.example
            let byFlag = try effective([rule.flag, value])
            #expect(byFlag.origin(of: rule) == .flag(rule.flag), "\(rule.key)")
            #expect(rule.text(byFlag.values) == value)
            let byVariable = try effective([], [rule.variable: value])
            #expect(byVariable.origin(of: rule) == .variable(rule.variable))
            #expect(rule.text(byVariable.values) == value)
        }
    }

    @Test("flags win over the environment, which wins over the file, which wins over defaults")
    func order() throws {
        let file = "mailbox:\n  entries: 5\n  days: 6\nlog-level: info\n"
        let environment = [
            "SOTTO_RELAY_MAILBOX_ENTRIES": "7", "SOTTO_RELAY_LOG_LEVEL": "error", "PATH": "x",
        ]
        let read = try effective(["--mailbox-entries", "9"], environment, file: file)
        #expect(read.values.mailboxEntries == 9)
        #expect(read.values.logLevel == .error)
        #expect(read.values.mailboxDays == 6)
        #expect(read.values.mailboxBytes == 64 << 20)
        let rows = Dictionary(uniqueKeysWithValues: read.table.map { ($0.key, $0.origin) })
        #expect(rows["mailbox.entries"] == "--mailbox-entries")
        #expect(rows["log-level"] == "SOTTO_RELAY_LOG_LEVEL")
        #expect(rows["mailbox.days"] == "relay.yaml, line 3")
        #expect(rows["mailbox.bytes"] == "default")
    }

    @Test("what is unknown, of another kind or out of range is named with its line and the range")
    func refused() {
        let cases = [
            (
                "mailbox:\n  entires: 5",
                "line 2: \"mailbox.entires\" is not a setting; did you mean"
                    + " \"mailbox.entries\"?"
            ),
            ("\n\nnonsense: 1", "line 3: \"nonsense\" is not a setting; print-config shows"),
            ("mailbox:\n  entries: many", "line 2: mailbox.entries is \"many\"; give a whole"),
            ("mailbox:\n  entries: 0", "give a whole number from 1 to 10000000"),
            ("mailbox:\n  bytes: 1KiB", "line 2: mailbox.bytes is \"1KiB\"; give bytes from 1MiB"),
            ("mailbox:\n  days: [1, 2]", "line 2: mailbox.days takes one value, not a list"),
            ("mailbox: 7", "line 1: mailbox is a section"),
            ("listen:\n  host: x", "line 2: \"listen\" is not a setting"),
            ("listen: 8340", "line 1: listen is \"8340\"; give host:port"),
            ("log-level: loud", "give one of info, notice, warning, error"),
            ("- 1", "the file must hold keys and values"),
            ("data: \"\"", "line 1: data is \"\"; give a path"),
            ("listen: :1\nlisten: :2", "given twice: listen"),
            ("a: [", "not YAML"),
        ]
        for (file, sentence) in cases {
            let found = faults(file: file)
            #expect(found.count == 1 && found.first?.contains(sentence) == true, "\(found)")
            #expect(found.first?.hasPrefix("relay.yaml") == true)
        }
        #expect(faults(["--mailbox-days", "x"]).first?.hasPrefix("--mailbox-days: ") == true)
        #expect(faults([], ["SOTTO_RELAY_MAILBOX_DAY": "1"]).first?.contains("DAYS\"?") == true)
        #expect(faults([], ["SOTTO_RELAY_CONFIG": "x"]).isEmpty)
        #expect(faults(file: "").isEmpty && faults(file: "# nothing\n").isEmpty)
        #expect(faults(file: "mailbox:\n").isEmpty)
    }

    @Test("all mistakes are told at once, those in values that do not win too")
    func allAtOnce() {
        let found = faults(
            ["--mailbox-entries", "3"], ["SOTTO_RELAY_LISTEN": "x"],
            file: "mailbox:\n  entries: none\n")
        #expect(found.count == 2)
    }

    @Test("bytes are read with and without units and written exactly")
    func byteCounts() {
        let right = ["0": 0, "17": 17, "1KiB": 1_024, "64 MiB": 64 << 20, "3GiB": 3 << 30]
        for (text, count) in right { #expect(ByteCount.read(text) == count) }
        for wrong in ["", "MiB", "1MB", "-1KiB", "9999999999TiB", "1.5GiB", "x"] {
            #expect(ByteCount.read(wrong) == nil, "\(wrong)")
        }
        for count in [1, 1_023, 1_024, 1_536, 5 << 30] {
            #expect(ByteCount.read(ByteCount.text(count)) == count)
        }
    }

    @Test("a certificate without its key is refused, and so is a key without its certificate")
    func contradictions() throws {
        let pair = ["--tls-certificate", "c", "--tls-key", "k"]
        #expect(try effective(pair).values.contradictions.isEmpty)
        for half in [pair.prefix(2), pair.suffix(2)] {
            let found = try effective(Array(half)).values.contradictions
            #expect(found == ["TLS needs both tls.certificate and tls.key"])
        }
    }

    @Test("without a folder of its own, keys lie beside the data")
    func keyFolder() {
        var settings = RelaySettings()
        #expect(settings.keyFolder("/var/lib/sotto/") == "/var/lib/sotto-keys")
        #expect(settings.keyFolder("/a/b/../c") == "/a/c-keys")
        settings.keys = "/k"
        #expect(settings.keyFolder("/var/lib/sotto") == "/k")
    }
}
