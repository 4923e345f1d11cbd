// What an account says of itself to who it talks with.

import SottoWire

/// A profile: a suggestion of how to call its sender [CONT-4] [CONT-5].
package struct Profile: Hashable, Sendable {
    /// What the sender wants to be called.
    package let name: DisplayName

    /// A profile with a name.
    package init(name: DisplayName) { self.name = name }

    static let contentType = "application/vnd.sotto.profile+cbor"

    /// Reads a profile. Keys that this version does not know are ignored; `nil` without a name.
    init?(decoding bytes: [UInt8]) {
        guard let map = try? CBORValue(content: bytes), case .text(let text)? = map[nameKey],
            let name = try? DisplayName(text)
        else { return nil }
        self.name = name
    }

    var encoded: [UInt8] { CBORValue.map([.init(nameKey, .text(name.text))]).encoded }
}

private let nameKey = CBORValue.text("name")
