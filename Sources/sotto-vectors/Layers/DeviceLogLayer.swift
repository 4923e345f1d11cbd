// Vectors of device logs, and of leaves that carry them.

import SottoCrypto
import SottoIdentity
import SottoWire

struct DeviceLogLayer: VectorLayer {
    let name = "device-log"
    let spec = "spec/identity.md, sections 1 and 2"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        switch operation {
        case "found":
            let log = try DeviceLog.found(
                device: SignaturePrivateKey(seed: Secret(copying: input.bytes("device_seed"))),
                recovery: SignaturePrivateKey(
                    seed: Secret(copying: input.bytes("recovery_seed"))))
            return described(log).adding(["log": .hex(log.unverified.wireBytes)])
        case "validate":
            let log = try UnverifiedDeviceLog(wireBytes: input.bytes("log"))
            return described(try DeviceLog(validating: log))
        case "leaf":
            let leaf = try LeafIdentity(
                credential: input.bytes("credential_identity"),
                signatureKey: input.bytes("signature_key"),
                deviceLog: input.bytes("extension"))
            return ["account": .hex(leaf.account.bytes), "device": .hex(leaf.device.bytes)]
        default: throw UnknownOperation(operation)
        }
    }

    private func described(_ log: DeviceLog) -> JSON {
        [
            "account": .hex(log.account.bytes), "head": .hex(log.head.bytes),
            "length": .number(log.length),
            "devices": .array(log.devices.map { .hex($0.bytes) }),
            "recovery_key": .hex(log.recoveryKey.bytes),
        ]
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let good = DeviceLogBuilder(
            device: try maker.signingKey(), recovery: try maker.signingKey())
        let stranger = try maker.signingKey()
        let seeds: JSON = [
            "device_seed": .hex(good.device.seed.withBytes { Array($0) }),
            "recovery_seed": .hex(good.recovery.seed.withBytes { Array($0) }),
        ]
        let found = [
            VectorCase("genesis", "found", seeds),
            VectorCase(
                "one_key_for_both", "found",
                seeds.adding(["recovery_seed": try seeds.member("device_seed")]),
                failure: "same-keys"),
        ]
        return found + logs(good, stranger) + (try leaves(good, stranger))
    }

    private func logs(
        _ good: DeviceLogBuilder, _ stranger: SignaturePrivateKey
    ) -> [VectorCase] {
        func changed(
            _ name: String, _ failure: String, _ change: (inout DeviceLogBuilder) -> Void
        ) -> VectorCase {
            var builder = good
            change(&builder)
            return log(name, builder.log(), failure)
        }
        func log(_ name: String, _ log: [UInt8], _ failure: String?) -> VectorCase {
            VectorCase(name, "validate", ["log": .hex(log)], failure: failure)
        }
        var second = good
        second.index = 1
        var linked = second
        linked.previous = Labelled.hash("device log entry", good.entry)
        return [
            log("log", good.log(), nil),
            log("log_empty", DeviceLogBuilder.log([]), "empty"),
            log("log_truncated", good.log().dropLast(), "malformed"),
            log("log_with_a_byte_after_it", good.log() + [0], "malformed"),
            log("entry_truncated", DeviceLogBuilder.log([good.entry.dropLast()]), "malformed"),
            changed("entry_version_2", "unknown-version") { $0.version = 2 },
            changed("entry_type_2", "unknown-entry-type") { $0.type = 2 },
            changed("genesis_with_index_1", "broken-link") { $0.index = 1 },
            changed("genesis_with_a_previous", "broken-link") { $0.previous[31] = 1 },
            changed("genesis_not_signed", "bad-signature") { $0.signers = [] },
            changed("genesis_without_recovery_signature", "bad-signature") {
                $0.signers.removeLast()
            },
            changed("genesis_signatures_swapped", "bad-signature") { $0.signers.reverse() },
            changed("genesis_signed_by_a_stranger", "bad-signature") { $0.signers[1] = stranger },
            changed("genesis_with_a_third_signature", "bad-signature") {
                $0.signers.append(stranger)
            },
            changed("genesis_with_one_key", "same-keys") {
                $0.recovery = $0.device
                $0.signers = [$0.device, $0.device]
            },
            log(
                "genesis_signature_flipped",
                good.log().flipping(bit: good.log().count * 8 - 1), "bad-signature"),
            log("genesis_repeated", good.log(good.entry), "broken-link"),
            log("genesis_linked_to_a_genesis", good.log(linked.entry), "misplaced-genesis"),
            log("second_entry_without_link", good.log(second.entry), "broken-link"),
            log(
                "log_of_65_entries",
                DeviceLogBuilder.log([[UInt8]](repeating: good.entry, count: 65)), "over-limit"),
        ]
    }

    private func leaves(
        _ good: DeviceLogBuilder, _ stranger: SignaturePrivateKey
    ) throws -> [VectorCase] {
        let log = try DeviceLog(validating: UnverifiedDeviceLog(wireBytes: good.log()))
        let carried = DeviceLogExtension(log).wireBytes
        let leaf: JSON = [
            "credential_identity": .hex(log.account.bytes),
            "signature_key": .hex(good.device.publicKey), "extension": .hex(carried),
        ]
        func changed(_ name: String, _ key: String, _ value: [UInt8], _ failure: String)
            -> VectorCase
        {
            VectorCase(name, "leaf", leaf.adding([key: .hex(value)]), failure: failure)
        }
        return [
            VectorCase("leaf", "leaf", leaf),
            changed(
                "leaf_of_another_account", "credential_identity",
                SHA256.hash(log.account.bytes), "other-account"),
            changed("leaf_without_identity", "credential_identity", [], "other-account"),
            changed(
                "leaf_of_a_stranger", "signature_key", stranger.publicKey, "device-not-active"),
            changed(
                "leaf_of_the_recovery_key", "signature_key", good.recovery.publicKey,
                "device-not-active"),
            changed("leaf_with_another_head", "extension", carried.flipping(bit: 0), "other-head"),
            changed(
                "leaf_with_another_length", "extension", carried.flipping(bit: 35 * 8 + 1),
                "other-head"),
            changed("leaf_extension_truncated", "extension", carried.dropLast(), "malformed"),
            changed("leaf_extension_with_a_byte_after_it", "extension", carried + [0], "malformed"),
        ]
    }
}
