// What is wrong with what was configured, in sentences that say where and what is allowed.

/// One mistake in a configuration.
struct SettingFault: Error, Equatable {
    /// Where: a file with its line, a variable or a flag.
    let place: String
    /// What is wrong and what would be right.
    let problem: String

    var sentence: String { "\(place): \(problem)" }

    /// A value that its setting does not allow.
    init(_ given: GivenSetting, refusedBy rule: SettingRule) {
        place = given.origin.description
        problem = "\(rule.key) is \"\(given.text)\"; give \(rule.allowed)"
    }

    /// A key that no setting has.
    init(unknown key: String, at place: String, among names: [String]) {
        self.place = place
        let near = names.min { Self.distance(key, $0) < Self.distance(key, $1) }
        let hint = near.flatMap { name in
            Self.distance(key, name) <= max(2, key.count / 3)
                ? "; did you mean \"\(name)\"?" : nil
        }
        problem = "\"\(key)\" is not a setting" + (hint ?? "; print-config shows all there are")
    }

    init(place: String, problem: String) {
        self.place = place
        self.problem = problem
    }

    /// How many characters are put in, left out or changed from one word to another.
    static func distance(_ one: String, _ other: String) -> Int {
        let other = Array(other.lowercased())
        var row = Array(0...other.count)
        for (index, letter) in one.lowercased().enumerated() {
            var corner = row[0]
            row[0] = index + 1
            for (column, target) in other.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(
                    above + 1, row[column] + 1, corner + (letter == target ? 0 : 1))
                corner = above
            }
        }
        return row[other.count]
    }
}

/// All the mistakes of a configuration.
struct SettingFaults: Error, Equatable {
    let faults: [SettingFault]
}
