// The cases of the card layer: one account's record, key package and link, and their defects.

import SottoCrypto
import SottoIdentity
import SottoWire

struct CardCases {
    private let card: Card
    private let record: RecordBuilder
    private let device: (key: [UInt8], mailbox: [UInt8], stock: [UInt8], sealingKey: [UInt8])
    private let stranger: RecordBuilder
    private let now = 1_800_000_000_000
    private let day = 86_400_000

    init(card: Card, maker: inout VectorMaker) throws {
        self.card = card
        let (key, log) = try Self.account(&maker)
        let (otherKey, otherLog) = try Self.account(&maker)
        device = (key.publicKey, maker.bytes(48), maker.bytes(32), maker.bytes(1_216))
        record = RecordBuilder(
            account: log.account.bytes, log: log.unverified.wireBytes, notBefore: now,
            notAfter: now + 14 * day,
            devices: [
                RecordBuilder.device(
                    key: device.key, mailbox: device.mailbox, stock: device.stock,
                    sealingKey: device.sealingKey)
            ], signer: key)
        stranger = RecordBuilder(
            account: otherLog.account.bytes, log: otherLog.unverified.wireBytes, notBefore: now,
            notAfter: now + 14 * day,
            devices: [
                RecordBuilder.device(
                    key: otherKey.publicKey, mailbox: device.mailbox, stock: device.stock,
                    sealingKey: device.sealingKey)
            ], signer: otherKey)
    }

    private static func account(
        _ maker: inout VectorMaker
    ) throws -> (SignaturePrivateKey, DeviceLog) {
        let key = try maker.signingKey()
        return (key, try DeviceLog.found(device: key, recovery: maker.signingKey()))
    }

    private func input(
        _ sealed: [UInt8], card: Card? = nil, now: Int? = nil, known: [UInt8]? = nil
    ) -> JSON {
        let secret = (card ?? self.card).secret
        let input: JSON = [
            "card": .hex(secret.withBytes { Array($0) }), "sealed": .hex(sealed),
            "now_ms": .number(now ?? self.now),
        ]
        return known.map { input.adding(["known_log": .hex($0)]) } ?? input
    }

    private func seal(_ padded: [UInt8], _ maker: inout VectorMaker) -> [UInt8] {
        SymmetricSeal.seal(
            key: card.recordKey, aad: card.locator.bytes, padded, using: &maker.entropy)
    }

    // MARK: - Records

    func records(_ maker: inout VectorMaker) -> [VectorCase] {
        let sealed = seal(Padding.pad(record.bytes), &maker)
        let end = now + 14 * day
        func open(_ name: String, _ input: JSON, _ failure: String? = nil) -> VectorCase {
            VectorCase(name, "open-record", input, failure: failure)
        }
        let other = Card.random(using: &maker.entropy)
        return [
            open("record", input(sealed)),
            open("record_of_a_known_account", input(sealed, known: record.log)),
            open("record_in_its_last_millisecond", input(sealed, now: end)),
            open("record_begun_an_hour_from_now", input(sealed, now: now - 3_600_000)),
            open("record_expired", input(sealed, now: end + 1), "expired"),
            open(
                "record_begun_more_than_an_hour_from_now", input(sealed, now: now - 3_600_001),
                "not-yet-valid"),
            open("record_of_a_forked_account", input(sealed, known: stranger.log), "forked"),
            open("record_under_another_card", input(sealed, card: other), "not-opened"),
            open("record_nonce_flipped", input(sealed.flipping(bit: 0)), "not-opened"),
            open(
                "record_tag_flipped", input(sealed.flipping(bit: sealed.count * 8 - 1)),
                "not-opened"),
            open("record_truncated", input(sealed.dropLast()), "not-opened"),
            open("record_shorter_than_a_nonce", input(Array(sealed.prefix(23))), "not-opened"),
        ] + paddings(&maker) + fields(&maker) + devices(&maker)
    }

    private func paddings(_ maker: inout VectorMaker) -> [VectorCase] {
        let padded = Padding.pad(record.bytes)
        let filled = padded.dropLast() + [1]
        let unpadded = padded.prefix(4) + record.bytes
        let wider = padded + [UInt8](repeating: 0, count: padded.count)
        return [
            ("record_padding_not_zero", Array(filled)), ("record_not_padded", Array(unpadded)),
            ("record_padded_to_the_next_class", wider),
        ].map { name, padded in
            VectorCase(name, "open-record", input(seal(padded, &maker)), failure: "malformed")
        }
    }

    private func changed(
        _ name: String, _ failure: String?, _ maker: inout VectorMaker,
        _ change: (inout RecordBuilder) -> Void
    ) -> VectorCase {
        var builder = record
        change(&builder)
        let sealed = seal(Padding.pad(builder.bytes), &maker)
        return VectorCase(name, "open-record", input(sealed), failure: failure)
    }

    private func fields(_ maker: inout VectorMaker) -> [VectorCase] {
        let twice = RecordBuilder.typed(9, [1]) + RecordBuilder.typed(9, [2])
        let many = (0..<17).flatMap { RecordBuilder.typed(UInt16($0), []) }
        let log = DeviceLogBuilder.log([])
        return [
            changed("record_version_2", "unknown-version", &maker) { $0.version = 2 },
            changed("record_of_another_account", "other-account", &maker) {
                $0.account = stranger.account
            },
            changed("record_with_an_empty_log", "empty", &maker) { $0.log = log },
            changed("record_signed_by_a_stranger", "signer-not-active", &maker) {
                $0.signer = stranger.signer
            },
            changed("record_signature_of_a_stranger", "bad-signature", &maker) {
                $0.signature = Labelled.sign(stranger.signer, "record", [])
            },
            changed("record_valid_for_15_days", "invalid-validity", &maker) { $0.notAfter += day },
            changed("record_valid_for_no_time", "invalid-validity", &maker) {
                $0.notAfter = $0.notBefore
            },
            changed("record_with_extensions", nil, &maker) {
                $0.extensions = RecordBuilder.typed(9, [1]) + RecordBuilder.typed(0xFFFF, [])
            },
            changed("record_with_an_extension_twice", "repeated", &maker) { $0.extensions = twice },
            changed("record_with_17_extensions", "over-limit", &maker) { $0.extensions = many },
        ]
    }

    private func devices(_ maker: inout VectorMaker) -> [VectorCase] {
        let (right, wrong) = (record.devices[0], stranger.devices[0])
        func with(sealingKey: [UInt8], extensions: [UInt8] = []) -> [UInt8] {
            RecordBuilder.device(
                key: device.key, mailbox: device.mailbox, stock: device.stock,
                sealingKey: sealingKey, extensions: extensions)
        }
        let short = Array(device.sealingKey.dropLast())
        let long = device.sealingKey + [0]
        let key = device.sealingKey
        let twice = RecordBuilder.typed(9, [1]) + RecordBuilder.typed(9, [2])
        return [
            changed("record_without_devices", "empty", &maker) { $0.devices = [] },
            changed("record_with_a_device_twice", "repeated", &maker) {
                $0.devices = [right, right]
            },
            changed("record_with_a_stranger's_device", "device-not-active", &maker) {
                $0.devices = [right, wrong]
            },
            changed("record_with_a_short_sealing_key", "invalid-sealing-key", &maker) {
                $0.devices = [with(sealingKey: short)]
            },
            changed("record_with_a_long_sealing_key", "over-limit", &maker) {
                $0.devices = [with(sealingKey: long)]
            },
            changed("record_with_a_device_extension", nil, &maker) {
                $0.devices = [with(sealingKey: key, extensions: RecordBuilder.typed(3, [7]))]
            },
            changed("record_with_a_device_extension_twice", "repeated", &maker) {
                $0.devices = [with(sealingKey: key, extensions: twice)]
            },
        ]
    }

    // MARK: - Key packages

    func keyPackages(_ maker: inout VectorMaker) -> [VectorCase] {
        let stock = maker.bytes(32)
        let package = maker.bytes(300)
        func seal(_ padded: [UInt8]) -> [UInt8] {
            SymmetricSeal.seal(key: card.stockKey, aad: stock, padded, using: &maker.entropy)
        }
        let sealed = seal(Padding.pad(package))
        let filled = seal(Padding.pad(package).dropLast() + [1])
        func open(
            _ name: String, _ sealed: [UInt8], stock: [UInt8], _ failure: String? = nil
        ) -> VectorCase {
            let input: JSON = [
                "card": .hex(card.secret.withBytes { Array($0) }), "stock": .hex(stock),
                "sealed": .hex(sealed),
            ]
            return VectorCase(name, "open-key-package", input, failure: failure)
        }
        return [
            open("key_package", sealed, stock: stock),
            open("key_package_of_another_stock", sealed, stock: maker.bytes(32), "not-opened"),
            open(
                "key_package_flipped", sealed.flipping(bit: 24 * 8), stock: stock, "not-opened"),
            open("key_package_padding_not_zero", filled, stock: stock, "malformed"),
        ]
    }
}
