// Vectors of safety numbers.

import SottoIdentity
import SottoWire

struct SafetyNumberLayer: VectorLayer {
    let name = "safety-number"
    let spec = "spec/identity.md, section 4"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        guard operation == "number" else { throw UnknownOperation(operation) }
        let number = SafetyNumber(
            try AccountID(input.bytes("one")), try AccountID(input.bytes("other")))
        return ["number": .string(number.text)]
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        func number(
            _ name: String, _ one: [UInt8], _ other: [UInt8], _ failure: String? = nil
        ) -> VectorCase {
            VectorCase(name, "number", ["one": .hex(one), "other": .hex(other)], failure: failure)
        }
        let accounts = (0..<4).map { _ in maker.bytes(32) }
        // Numbers with leading zeros are where a writer of digits goes wrong.
        var padded = accounts[2]
        while try perform("number", ["one": .hex(padded), "other": .hex(padded)])
            .string("number").hasPrefix("0") == false
        { padded = maker.bytes(32) }
        return [
            number("two_accounts", accounts[0], accounts[1]),
            number("two_accounts_the_other_way_round", accounts[1], accounts[0]),
            number(
                "accounts_unlike_in_the_last_bit", accounts[2], accounts[2].flipping(bit: 248)),
            number("a_group_with_a_leading_zero", padded, accounts[3]),
            number("an_account_of_31_bytes", accounts[0], accounts[1].dropLast(), "malformed"),
        ]
    }
}
