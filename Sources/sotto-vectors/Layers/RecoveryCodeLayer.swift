// Vectors of recovery codes: as they are written, and as people type them.

import SottoCrypto
import SottoIdentity

struct RecoveryCodeLayer: VectorLayer {
    let name = "recovery-code"
    let spec = "spec/identity.md, section 1, Recovery key"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        switch operation {
        case "write":
            let secret = try RecoverySecret(Secret(copying: input.bytes("secret")))
            return ["code": .string(secret.revealCode())]
        case "read":
            let secret = try RecoverySecret(code: input.string("code"))
            return ["recovery_key": .hex(try secret.key.publicKey)]
        default: throw UnknownOperation(operation)
        }
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        func write(_ name: String, _ secret: [UInt8]) -> VectorCase {
            VectorCase(name, "write", ["secret": .hex(secret)])
        }
        func read(_ name: String, _ code: String, _ failure: String? = nil) -> VectorCase {
            VectorCase(name, "read", ["code": .string(code)], failure: failure)
        }
        let code = try Self.codeWithLookalikes(&maker)
        let typed = String(code.map { Self.lookalikes[$0] ?? $0 })
        var swapped = Array(code)
        if let index = swapped.indices.dropLast().first(where: { swapped[$0] != swapped[$0 + 1] }) {
            swapped.swapAt(index, index + 1)
        }
        let other: Character = code.last == "A" ? "B" : "A"
        return [
            write("secret", maker.bytes(20)),
            write("secret_of_zeros", [UInt8](repeating: 0, count: 20)),
            write("secret_of_ones", [UInt8](repeating: 0xFF, count: 20)),
            read("code", code),
            read("code_in_lower_case", code.lowercased()),
            read("code_without_dashes", code.filter { $0 != "-" }),
            read("code_with_white_space", " \(code.replacing("-", with: " - "))\n"),
            read("code_with_digits_for_letters", typed),
            read("one_letter_wrong", String(code.dropLast()) + String(other), "wrong-checksum"),
            read("two_letters_swapped", String(swapped), "wrong-checksum"),
            read("one_letter_missing", String(code.dropLast()), "wrong-length"),
            read("one_letter_too_many", code + "A", "wrong-length"),
            read("nothing", "", "wrong-length"),
            read("a_9", String(code.dropLast()) + "9", "unknown-letter"),
            read("an_umlaut", String(code.dropLast()) + "\u{C4}", "unknown-letter"),
        ]
    }

    /// A code with each of the letters that are mistaken for digits, and two unlike at its start.
    private static func codeWithLookalikes(_ maker: inout VectorMaker) throws -> String {
        while true {
            let code = RecoverySecret.random(using: &maker.entropy).revealCode()
            if "OIB".allSatisfy(code.contains), code.prefix(2) != code.dropFirst().prefix(2) {
                return code
            }
        }
    }

    private static let lookalikes: [Character: Character] = ["O": "0", "I": "1", "B": "8"]
}
