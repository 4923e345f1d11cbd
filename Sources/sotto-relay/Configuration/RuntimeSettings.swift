// What was changed while the relay ran, kept for its next start.

import Foundation

/// A small configuration file in the data folder that wins over everything else.
struct RuntimeSettings {
    private let path: String

    init(data: String) { path = data + "/changed.yaml" }

    /// What may be kept here.
    static let keys = ["mailbox.entries", "mailbox.bytes", "mailbox.days"]

    /// What is kept; nothing when nothing was changed.
    func given() throws(SettingFaults) -> [GivenSetting] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
        let file = try SettingsFile(String(decoding: bytes, as: UTF8.self), name: path)
        return file.given
    }

    /// Keeps values beside those that are kept already. They were looked at.
    func keep(_ values: [(key: String, text: String)]) throws(Failure) {
        var texts: [String: String] = [:]
        for given in (try? given()) ?? [] { texts[given.key] = given.text }
        for (key, text) in values { texts[key] = text }
        let lines = Self.keys.compactMap { key in
            texts[key].map { "  \(key.split(separator: ".").last ?? ""): \"\($0)\"\n" }
        }
        let text = "# Kept by `sotto-relay quota`.\nmailbox:\n" + lines.joined()
        do {
            let url = URL(fileURLWithPath: path)
            try Data(text.utf8).write(to: url, options: .atomic)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            throw Failure(
                sentence: "\(path): it holds now, but cannot be kept: \(error)",
                code: Failure.refused)
        }
    }

    /// Forgets everything.
    func remove() throws(Failure) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw Failure(sentence: "\(path): cannot be removed", code: Failure.refused)
        }
    }

    /// Reads one value as its setting allows.
    static func read(
        _ key: String, _ text: String, into settings: inout RelaySettings
    ) throws(Failure) {
        guard let rule = SettingRule.all.first(where: { $0.key == key }) else { return }
        guard rule.read(text, &settings) else {
            let flag = "--" + (key.split(separator: ".").last.map(String.init) ?? key)
            let given = GivenSetting(key: key, text: text, origin: .flag(flag))
            throw Failure(
                sentence: SettingFault(given, refusedBy: rule).sentence, code: Failure.usage)
        }
    }
}
