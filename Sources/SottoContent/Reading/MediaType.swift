// The little of media types that reading text needs (RFC 9110 section 8.3.1).

/// A media type and its parameters, names in lower case.
struct MediaType: Equatable {
    let essence: String
    let parameters: [String: String]

    init(_ text: String) {
        let fields = text.split(separator: ";").map(Self.trimmed)
        essence = fields.first?.lowercased() ?? ""
        parameters = fields.dropFirst().reduce(into: [:]) { parameters, field in
            let pair = field.split(separator: "=", maxSplits: 1).map(Self.trimmed)
            guard pair.count == 2 else { return }
            parameters[pair[0].lowercased()] = pair[1].filter { $0 != "\"" }
        }
    }

    /// Whether its content is UTF-8 text that may be shown as it is.
    var isPlainlyShown: Bool {
        guard essence == "text/plain" || essence == "text/markdown" else { return false }
        let charset = parameters["charset"]?.lowercased() ?? "utf-8"
        return charset == "utf-8" || charset == "us-ascii"
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let start = text.drop(while: isBlank)
        return String(String(start.reversed().drop(while: isBlank)).reversed())
    }
}
