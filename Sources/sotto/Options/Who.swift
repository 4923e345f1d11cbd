// The argument that names somebody, and how a shell completes it.
import ArgumentParser
import SottoClient

struct Who: ParsableArguments {
    @Argument(
        help: "A contact's name, or the first digits of an account id (at least 4).",
        completion: .custom(Who.completions))
    var who: String

    /// Names of contacts that begin as what is typed. Says nothing where the home does not open.
    @Sendable
    static func completions(
        _ words: [String], _ index: Int, _ prefix: String
    ) async -> [String] {
        let home = HomeFolder.path(option: homeOption(in: words))
        guard let client = try? await SottoClient.open(home: home) else { return [] }
        let names = (try? await client.conversations().map(\.displayName)) ?? []
        await client.close()
        let typed = prefix.drop { $0 == "'" || $0 == "\"" }.lowercased()
        return names.filter { $0.lowercased().hasPrefix(typed) && Harmless.isHarmless($0) }
    }

    private static func homeOption(in words: [String]) -> String? {
        for (word, next) in zip(words, words.dropFirst()) where word == "--home" { return next }
        return words.first { $0.hasPrefix("--home=") }.map { String($0.dropFirst(7)) }
    }
}
