// Recovery codes: what people may do to them, and what they may not.

import SottoCrypto
import Testing

@testable import SottoIdentity

@Suite struct RecoveryCodeTests {
    @Test("[ID-4] a code is 8 groups of 5 letters and comes back as the same secret")
    func roundTrip() throws {
        var entropy = entropy()
        for _ in 0..<50 {
            let secret = RecoverySecret.random(using: &entropy)
            let code = secret.revealCode()
            #expect(code.split(separator: "-").map(\.count) == [5, 5, 5, 5, 5, 5, 5, 5])
            #expect(try RecoverySecret(code: code) == secret)
        }
    }

    @Test("[ID-4] case, white space and dashes do not count; 0, 1 and 8 are O, I and B")
    func leniency() throws {
        var entropy = entropy(3)
        for _ in 0..<50 {
            let secret = RecoverySecret.random(using: &entropy)
            let code = secret.revealCode()
            let typed = code.replacing("O", with: "0").replacing("I", with: "1")
                .replacing("B", with: "8")
            for spelling in [
                code.lowercased(), code.replacing("-", with: ""), typed,
                " \t\(code)\n", code.replacing("-", with: " \u{2013} "),
            ] {
                #expect(try RecoverySecret(code: spelling) == secret)
            }
        }
    }

    @Test("[ID-4] one wrong letter and two swapped letters are named as a wrong checksum")
    func checksum() throws {
        var entropy = entropy(4)
        let code = Array(RecoverySecret.random(using: &entropy).revealCode())
        for index in code.indices where code[index] != "-" {
            for letter in ["A", "Q", "7"] as [Character] where letter != code[index] {
                var wrong = code
                wrong[index] = letter
                #expect(throws: RecoveryCodeError.wrongChecksum) {
                    try RecoverySecret(code: String(wrong))
                }
            }
        }
        for index in code.indices.dropLast() where code[index] != code[index + 1] {
            guard code[index] != "-", code[index + 1] != "-" else { continue }
            var swapped = code
            swapped.swapAt(index, index + 1)
            #expect(throws: RecoveryCodeError.wrongChecksum) {
                try RecoverySecret(code: String(swapped))
            }
        }
    }

    @Test("[ID-4] missing and foreign letters are named as what they are")
    func shape() throws {
        var entropy = entropy(5)
        let code = RecoverySecret.random(using: &entropy).revealCode()
        #expect(throws: RecoveryCodeError.wrongLength(letters: 39)) {
            try RecoverySecret(code: code.dropLast())
        }
        #expect(throws: RecoveryCodeError.wrongLength(letters: 41)) {
            try RecoverySecret(code: code + "A")
        }
        #expect(throws: RecoveryCodeError.wrongLength(letters: 0)) { try RecoverySecret(code: "") }
        #expect(throws: RecoveryCodeError.unknownLetter) {
            try RecoverySecret(code: code.dropLast() + "9")
        }
        #expect(throws: RecoveryCodeError.unknownLetter) {
            try RecoverySecret(code: code.dropLast() + "\u{130}")
        }
        #expect(throws: RecoveryCodeError.wrongLength(letters: 400)) {
            try RecoverySecret(code: String(repeating: "A", count: 400))
        }
    }

    @Test("a recovery secret shows nothing when it is printed")
    func unprintable() throws {
        var entropy = entropy(6)
        let secret = RecoverySecret.random(using: &entropy)
        let shown = "\(secret)" + String(reflecting: secret)
        let code = secret.revealCode().prefix(5)
        #expect(!shown.contains(code))
        #expect(shown.contains("20 bytes"))
    }
}
