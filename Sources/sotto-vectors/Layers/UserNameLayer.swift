// Vectors of user names: what a relay makes of one, what a client makes of that, what lies there.

import SottoCrypto
import SottoIdentity
import SottoWire

struct UserNameLayer: VectorLayer {
    let name = "user-name"
    let spec = "spec/identity.md, section 3, User names"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        switch operation {
        case "read": return ["name": .string(try UserName(input.string("text")).text)]
        case "blind": return ["blinded": .hex(try blinding(input).blinded)]
        case "evaluate":
            let key = try OPRF.PrivateKey(
                seed: Secret(copying: input.bytes("name_key")),
                info: Array("Sotto 1.0 user names".utf8))
            return ["evaluated": .hex(try key.evaluate(input.bytes("blinded")))]
        case "output":
            return ["output": hex(try blinding(input).output(of: input.bytes("evaluated")))]
        case "derive":
            let secret = try NameSecret(
                of: UserName(input.string("name")), at: RelayIDField(input.bytes("relay")),
                output: Secret(copying: input.bytes("output")))
            let key = try SignaturePrivateKey(seed: Secret(copying: input.bytes("record_seed")))
            return [
                "secret": hex(secret.secret), "locator": .hex(secret.locator.bytes),
                "record_key": hex(secret.recordKey.secret),
                "write_key": .hex(try secret.writeKey(of: key).publicKey),
            ]
        case "open-record": return try openRecord(input)
        default: throw UnknownOperation(operation)
        }
    }

    private func blinding(_ input: JSON) throws -> OPRF.Blinding {
        try OPRF.Blinding(
            UserName(input.string("name")).secret, blind: Secret(copying: input.bytes("blind")))
    }

    private func openRecord(_ input: JSON) throws -> JSON {
        let secret = try NameSecret(Secret(copying: input.bytes("secret")))
        let record = try NameRecord(opening: input.bytes("sealed"), with: secret)
        try record.verify(
            is: UserName(input.string("name")), at: RelayIDField(input.bytes("relay")),
            of: DeviceLog(validating: UnverifiedDeviceLog(wireBytes: input.bytes("log"))))
        return ["account": .hex(record.account.bytes), "card": hex(record.card.secret)]
    }

    private func hex(_ secret: Secret) -> JSON { .hex(secret.withBytes { Array($0) }) }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let all = try UserNameCases(&maker)
        return all.spellings() + (try all.evaluations(&maker)) + all.records(&maker)
    }
}
