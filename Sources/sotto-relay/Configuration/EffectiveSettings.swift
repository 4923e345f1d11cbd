// What is in force: flags over environment over file over defaults.

/// The settings in force, and where each value came from.
struct EffectiveSettings {
    private(set) var values = RelaySettings()
    private var origins: [String: SettingOrigin] = [:]

    /// Puts together what was given. Each value is looked at, whether or not another one wins.
    ///
    /// - Parameters:
    ///   - environment: The variables of the process; those of the relay are taken.
    ///   - changed: What was changed while a relay ran on a data folder, which wins.
    init(
        flags: [GivenSetting], environment: [String: String], file: SettingsFile?,
        changed: (String) throws(SettingFaults) -> [GivenSetting] = { _ in [] }
    ) throws(SettingFaults) {
        let rules = Dictionary(uniqueKeysWithValues: SettingRule.all.map { ($0.key, $0) })
        var faults: [SettingFault] = []
        let variables = Self.variables(of: environment, &faults)
        func take(_ given: GivenSetting) {
            guard let rule = rules[given.key] else { return }
            if rule.read(given.text, &values) {
                origins[given.key] = given.origin
            } else {
                faults.append(SettingFault(given, refusedBy: rule))
            }
        }
        for given in (file?.given ?? []) + variables + flags { take(given) }
        for given in try values.data.map(changed) ?? [] { take(given) }
        guard faults.isEmpty else { throw SettingFaults(faults: faults) }
    }

    /// Where the value of a setting came from.
    func origin(of rule: SettingRule) -> SettingOrigin { origins[rule.key] ?? .initial }

    /// A line a setting: key, value, origin.
    var table: [(key: String, value: String, origin: String)] {
        SettingRule.all.map { rule in
            (rule.key, rule.text(values) ?? "(none)", origin(of: rule).description)
        }
    }

    /// The variable that names the configuration file.
    static let fileVariable = SettingRule.variablePrefix + "CONFIG"

    private static func variables(
        of environment: [String: String], _ faults: inout [SettingFault]
    ) -> [GivenSetting] {
        let rules = SettingRule.all
        let names = environment.keys.filter { $0.hasPrefix(SettingRule.variablePrefix) }.sorted()
        return names.compactMap { name in
            guard name != fileVariable else { return nil }
            guard let rule = rules.first(where: { $0.variable == name }) else {
                faults.append(
                    SettingFault(
                        unknown: name, at: "environment", among: rules.map(\.variable)))
                return nil
            }
            return GivenSetting(
                key: rule.key, text: environment[name] ?? "", origin: .variable(name))
        }
    }
}
