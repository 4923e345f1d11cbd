// Content messages for tests, honest ones and ones that break one rule.

import SottoWire

@testable import SottoContent

/// The fields of a message; what a test does not change is right.
struct ForgedContent {
    var fields: [CBORValue]

    init(body: CBORValue = textPart("hello")) {
        fields = [
            .bytes([UInt8](repeating: 1, count: 16)), .null, .bytes([]), .null, .null, .map([]),
            body,
        ]
    }

    var bytes: [UInt8] { CBORValue.array(fields).encoded }

    /// The same with the extensions that `members` are.
    func with(extensions members: [(CBORValue, CBORValue)]) -> [UInt8] {
        var changed = self
        changed.fields[5] = .map(members.map { CBORValue.Member($0.0, $0.1) })
        return changed.bytes
    }
}

/// A part that holds text.
func textPart(
    _ text: String, type: String = "text/plain;charset=utf-8", disposition: UInt64 = 1
) -> CBORValue {
    .array([
        .unsigned(disposition), .text(""), .unsigned(1), .text(type), .bytes(Array(text.utf8)),
    ])
}

/// A part that holds parts.
func multiPart(_ parts: [CBORValue], semantics: UInt64 = 0) -> CBORValue {
    .array([.unsigned(1), .text(""), .unsigned(3), .unsigned(semantics), .array(parts)])
}

/// Where messages of tests come from.
let testOrigin = MessageOrigin(
    account: [UInt8](repeating: 2, count: 32), group: [UInt8](repeating: 3, count: 32))
