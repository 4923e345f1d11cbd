// Vectors of cards: what comes from them, what they open, and links.

import SottoCrypto
import SottoIdentity
import SottoWire

struct CardLayer: VectorLayer {
    let name = "card"
    let spec = "spec/identity.md, section 3"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        switch operation {
        case "derive":
            let card = try input.card
            return [
                "locator": .hex(card.locator.bytes),
                "record_key": .hex(card.recordKey.secret.withBytes { Array($0) }),
                "stock_key": .hex(card.stockKey.secret.withBytes { Array($0) }),
            ]
        case "open-record":
            return try openRecord(input)
        case "open-key-package":
            let opened = try input.card.openKeyPackage(
                input.bytes("sealed"), stock: StockLocator(input.bytes("stock")))
            return ["key_package": .hex(opened)]
        case "write-link":
            let link = ContactLink(
                origin: try RelayOrigin(input.string("origin")),
                relay: try RelayIDField(input.bytes("relay")), card: try input.card)
            return ["link": .string(link.reveal())]
        case "read-link":
            let link = try ContactLink(input.string("link"))
            return [
                "origin": .string(link.origin.description), "relay": .hex(link.relay.bytes),
                "card": .hex(link.card.secret.withBytes { Array($0) }),
            ]
        default: throw UnknownOperation(operation)
        }
    }

    private func openRecord(_ input: JSON) throws -> JSON {
        let known: DeviceLog? =
            input.has("known_log")
            ? try DeviceLog(
                validating: UnverifiedDeviceLog(wireBytes: input.bytes("known_log"))) : nil
        let record = try UnverifiedRecord(opening: input.bytes("sealed"), with: input.card)
            .verified(at: UInt64(try input.number("now_ms")), known: known)
        return [
            "account": .hex(record.account.bytes),
            "log": .hex(record.log.unverified.wireBytes),
            "not_before_ms": .number(Int(record.notBeforeMs)),
            "not_after_ms": .number(Int(record.notAfterMs)),
            "devices": .array(record.devices.map(described)),
            "extensions": .array(record.extensions.map(described)),
            "signer": .hex(record.signer.bytes),
        ]
    }

    private func described(_ device: RecordDevice) -> JSON {
        [
            "device_key": .hex(device.deviceKey.bytes),
            "relay": .hex(device.mailbox.relay.bytes),
            "mailbox": .hex(device.mailbox.mailbox.bytes),
            "stock": .hex(device.stock.bytes), "sealing_key": .hex(device.sealingKey),
            "extensions": .array(device.extensions.map(described)),
        ]
    }

    private func described(_ extension: RecordExtension) -> JSON {
        ["type": .number(Int(`extension`.type)), "data": .hex(`extension`.data)]
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let card = Card.random(using: &maker.entropy)
        let derive: JSON = ["card": .hex(card.secret.withBytes { Array($0) })]
        let all = try CardCases(card: card, maker: &maker)
        return [
            VectorCase("card", "derive", derive),
            VectorCase("card_of_zeros", "derive", ["card": .hex([UInt8](repeating: 0, count: 32))]),
            VectorCase(
                "card_of_31_bytes", "derive", ["card": .hex([UInt8](repeating: 0, count: 31))],
                failure: "malformed"),
        ] + all.records(&maker) + all.keyPackages(&maker) + (try all.links(&maker))
    }
}

extension JSON {
    fileprivate var card: Card { get throws { try Card(Secret(copying: bytes("card"))) } }
}
