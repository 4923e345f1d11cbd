// The cases of the layer of user names: one name, from its spelling to its record.

import SottoCrypto
import SottoIdentity
import SottoWire

struct UserNameCases {
    private let name = "alice.b-2"
    private let relay: [UInt8]
    private let nameKey: [UInt8]
    private let blind: [UInt8]
    private let device: SignaturePrivateKey
    private let stranger: SignaturePrivateKey
    private let log: DeviceLog
    private let otherLog: DeviceLog
    private let card: Card
    private let secret: NameSecret

    init(_ maker: inout VectorMaker) throws {
        relay = maker.bytes(32)
        nameKey = maker.bytes(32)
        // Below the order of the group, whose first byte from above is 0x10.
        blind = maker.bytes(31) + [0x0A]
        device = try maker.signingKey()
        stranger = try maker.signingKey()
        log = try DeviceLog.found(device: device, recovery: maker.signingKey())
        otherLog = try DeviceLog.found(device: stranger, recovery: maker.signingKey())
        card = .random(using: &maker.entropy)
        secret = try NameSecret(maker.entropy.secret(32))
    }

    // MARK: - Spellings

    func spellings() -> [VectorCase] {
        func read(_ title: String, _ text: String, _ failure: String? = nil) -> VectorCase {
            VectorCase(title, "read", ["text": .string(text)], failure: failure)
        }
        return [
            read("name", name), read("name_in_capital_letters", name.uppercased()),
            read("shortest_name", "a.b"),
            read("longest_name", String(repeating: "z", count: 32)),
            read("name_of_2", "ab", "wrong-length"),
            read("name_of_33", String(repeating: "z", count: 33), "wrong-length"),
            read("name_with_a_space", "al ice", "unknown-letter"),
            read("name_with_an_umlaut", "\u{E4}lice", "unknown-letter"),
            read("name_with_an_at", "@alice", "unknown-letter"),
        ]
    }

    // MARK: - The relay's function

    func evaluations(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let blinding = try OPRF.Blinding(
            UserName(name).secret, blind: Secret(copying: blind))
        let key = try OPRF.PrivateKey(
            seed: Secret(copying: nameKey), info: Array("Sotto 1.0 user names".utf8))
        let evaluated = try key.evaluate(blinding.blinded)
        let output = try blinding.output(of: evaluated).withBytes { Array($0) }
        let asked: JSON = ["name": .string(name), "blind": .hex(blind)]
        func evaluate(
            _ title: String, _ element: [UInt8], _ failure: String? = nil
        ) -> VectorCase {
            let input: JSON = ["name_key": .hex(nameKey), "blinded": .hex(element)]
            return VectorCase(title, "evaluate", input, failure: failure)
        }
        func finish(_ title: String, _ element: [UInt8], _ failure: String? = nil) -> VectorCase {
            VectorCase(
                title, "output", asked.adding(["evaluated": .hex(element)]), failure: failure)
        }
        let identity = [UInt8](repeating: 0, count: 32)
        let derived: JSON = [
            "name": .string(name), "relay": .hex(relay), "output": .hex(output),
            "record_seed": .hex(maker.bytes(32)),
        ]
        return [
            VectorCase("blinded_name", "blind", asked),
            evaluate("evaluation", blinding.blinded),
            evaluate("evaluation_of_the_identity", identity, "no-element"),
            evaluate(
                "evaluation_of_no_element", [UInt8](repeating: 0xFF, count: 32), "no-element"),
            evaluate(
                "evaluation_of_a_negative_element", [1] + identity.dropFirst(), "no-element"),
            finish("output", evaluated), finish("output_of_the_identity", identity, "no-element"),
            VectorCase("secret_of_a_name", "derive", derived),
        ]
    }

    // MARK: - Records

    func records(_ maker: inout VectorMaker) -> [VectorCase] {
        func record(_ name: String, _ log: DeviceLog, _ key: SignaturePrivateKey) -> [UInt8] {
            guard let userName = try? UserName(name) else { return [] }
            return NameRecord(
                userName, of: log.account, card: card, at: RelayIDField(made: relay), signedBy: key
            ).seal(for: secret, using: &maker.entropy)
        }
        func seal(_ body: [UInt8]) -> [UInt8] {
            SymmetricSeal.seal(
                key: secret.recordKey, aad: secret.locator.bytes, Padding.pad(body),
                using: &maker.entropy)
        }
        let good = record(name, log, device)
        return [
            open("record", good),
            open("record_of_another_name", record("alice.b-3", log, device), "other-name"),
            open("record_of_another_account", record(name, otherLog, device), "other-account"),
            open("record_signed_by_a_stranger", record(name, log, stranger), "signer-not-active"),
            open(
                "record_at_another_relay", good, ["relay": .hex(relay.flipping(bit: 0))],
                "bad-signature"),
            open("record_with_a_flipped_bit", good.flipping(bit: 300), "not-opened"),
            open("record_of_a_later_version", seal([2]), "unknown-version"),
            open("record_cut_off", seal([1, 3]), "malformed"),
        ]
    }

    private func open(
        _ title: String, _ sealed: [UInt8], _ failure: String
    ) -> VectorCase { open(title, sealed, [:], failure) }

    private func open(
        _ title: String, _ sealed: [UInt8], _ changes: [String: JSON] = [:],
        _ failure: String? = nil
    ) -> VectorCase {
        let input: JSON = [
            "secret": .hex(secret.secret.withBytes { Array($0) }), "sealed": .hex(sealed),
            "name": .string(name), "relay": .hex(relay), "log": .hex(log.unverified.wireBytes),
        ]
        return VectorCase(title, "open-record", input.adding(changes), failure: failure)
    }
}
