// A value as somebody gave it, and where.

/// One value that is not a default, not yet looked at.
struct GivenSetting: Equatable {
    let key: String
    let text: String
    let origin: SettingOrigin
}

/// Where a value comes from. Later ones win.
enum SettingOrigin: Equatable, CustomStringConvertible {
    case initial
    case file(String, line: Int)
    case variable(String)
    case flag(String)

    var description: String {
        switch self {
        case .initial: "default"
        case .file(let path, let line): "\(path), line \(line)"
        case .variable(let name): name
        case .flag(let name): name
        }
    }
}
