// The configuration file: YAML, one level of sections, a value each line.

import Yams

/// What a configuration file gives.
struct SettingsFile {
    let given: [GivenSetting]

    /// The largest file that is read.
    static let bytesMax = 1 << 20

    /// Reads a file's text.
    ///
    /// - Parameter name: The file's name, for what is said about it.
    init(_ text: String, name: String) throws(SettingFaults) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            let fault = Self.fault(error, in: name)
            throw SettingFaults(faults: [fault])
        }
        guard let root, root.null == nil else {
            given = []
            return
        }
        var reading = Reading(name: name)
        reading.read(root, under: [])
        guard reading.faults.isEmpty else { throw SettingFaults(faults: reading.faults) }
        given = reading.given
    }

    private static func fault(_ error: any Error, in name: String) -> SettingFault {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _),
            YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            SettingFault(place: "\(name), line \(mark.line)", problem: "not YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            SettingFault(
                place: "\(name), line \(context.mark.line)",
                problem: "given twice: " + keys.joined(separator: ", "))
        default: SettingFault(place: name, problem: "not YAML")
        }
    }
}

/// A walk through the file's mappings.
private struct Reading {
    let name: String
    var given: [GivenSetting] = []
    var faults: [SettingFault] = []

    /// Sections lie in sections no deeper than keys have parts.
    private static let depthMax = 3

    mutating func read(_ node: Node, under path: [String]) {
        let key = path.joined(separator: ".")
        switch node {
        case .mapping(let mapping) where path.count < Self.depthMax:
            guard path.isEmpty || isSection(key) else { return unknown(key, node) }
            for (name, value) in mapping {
                read(value, under: path + [name.string ?? "?"])
            }
        case .scalar(let scalar) where !path.isEmpty:
            take(key, scalar.string, node)
        default:
            let problem =
                path.isEmpty
                ? "the file must hold keys and values, as print-config shows"
                : "\(key) takes one value, not a list or a section"
            faults.append(SettingFault(place: place(node), problem: problem))
        }
    }

    private mutating func take(_ key: String, _ text: String, _ node: Node) {
        guard SettingRule.all.contains(where: { $0.key == key }) else {
            if isSection(key) {
                // A section with all its lines commented out.
                guard !text.isEmpty, text != "~", text != "null" else { return }
                let problem = "\(key) is a section: put its settings below it, indented"
                return faults.append(SettingFault(place: place(node), problem: problem))
            }
            return unknown(key, node)
        }
        given.append(
            GivenSetting(key: key, text: text, origin: .file(name, line: line(node))))
    }

    private mutating func unknown(_ key: String, _ node: Node) {
        faults.append(
            SettingFault(
                unknown: key, at: place(node), among: SettingRule.all.map(\.key)))
    }

    private func isSection(_ key: String) -> Bool {
        SettingRule.all.contains { $0.key.hasPrefix(key + ".") }
    }

    private func line(_ node: Node) -> Int { node.mark?.line ?? 1 }
    private func place(_ node: Node) -> String { "\(name), line \(line(node))" }
}
