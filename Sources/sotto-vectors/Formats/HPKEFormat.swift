// HPKE vectors: RFC 9180's, some of them condensed, and those of draft-ietf-hpke-pq.

import SottoCrypto

/// Both files have one case a combination of KEM, KDF and AEAD. The draft's spell messages and
/// exports out; RFC 9180's give SHAKE128 of a thousand of each, over inputs drawn from SHAKE128
/// of nothing.
struct HPKEFormat: VectorFormat {
    let name = "HPKE"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["mode", "kem_id", "kdf_id", "aead_id", "ikmR", "skRm", "enc"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard try vector.number("mode") == 0 else { return .skipped(reason: "only mode base") }
        guard let kem = KEM(rawValue: try vector.identifier("kem_id")) else {
            return try vector.skip("KEM", "kem_id")
        }
        try checkKeys(vector, kem)
        guard let kdf = KDF(rawValue: try vector.identifier("kdf_id")) else {
            try checkSharedSecret(vector, kem)
            return try vector.skip("the rest holds, but KDF", "kdf_id")
        }
        guard let aead = AEAD(rawValue: try vector.identifier("aead_id")) else {
            return try vector.skip("AEAD", "aead_id")
        }
        try run(vector, HPKE(kem: kem, kdf: kdf, aead: aead))
        return .passed
    }

    private func checkKeys(_ vector: JSON, _ kem: KEM) throws {
        let derived = try kem.deriveKeyPair(ikm: Secret(copying: vector.bytes("ikmR")))
        let key = HPKEPrivateKey(Secret(copying: try vector.bytes("skRm")))
        try expect("the derived public key", derived.publicKey, equals: vector.bytes("pkRm"))
        try expect("the derived private key", derived.privateKey, equals: key)
        try expect(
            "the public key of the private key", kem.publicKey(of: key),
            equals: derived.publicKey)
    }

    private func checkSharedSecret(_ vector: JSON, _ kem: KEM) throws {
        let sent = try encapsulation(vector, kem)
        let key = HPKEPrivateKey(Secret(copying: try vector.bytes("skRm")))
        let secret = Secret(copying: try vector.bytes("shared_secret"))
        try expect("enc", sent.ciphertext, equals: vector.bytes("enc"))
        try expect("the sender's secret", sent.sharedSecret, equals: secret)
        try expect(
            "the recipient's secret", kem.decapsulate(sent.ciphertext, with: key), equals: secret)
    }

    private func run(_ vector: JSON, _ hpke: HPKE) throws {
        let key = HPKEPrivateKey(Secret(copying: try vector.bytes("skRm")))
        let info = try vector.bytes("info")
        let enc = try vector.bytes("enc")
        var sender = hpke.sender(try encapsulation(vector, hpke.kem), info: info)
        var recipient = try hpke.recipient(of: enc, with: key, info: info)
        try expect("enc", sender.kemOutput, equals: enc)
        if vector.has("encryptions") {
            try checkMessages(vector.array("encryptions"), &sender, &recipient)
            try checkExports(vector.array("exports"), sender, recipient)
        } else {
            try checkAccumulated(vector, &sender, &recipient)
        }
    }

    /// The encapsulation that the vector was made with, computed from its randomness.
    private func encapsulation(_ vector: JSON, _ kem: KEM) throws -> Encapsulation {
        if kem.isHybrid {
            return try SeededEncapsulator.encapsulate(
                to: vector.bytes("pkRm"), randomness: vector.bytes("ikmE"))
        }
        return try kem.encapsulate(
            to: vector.bytes("pkRm"), ephemeralIKM: Secret(copying: vector.bytes("ikmE")))
    }

    private func checkMessages(
        _ messages: [JSON], _ sender: inout HPKESender, _ recipient: inout HPKERecipient
    ) throws {
        for message in messages {
            let aad = try message.bytes("aad")
            let plaintext = try message.bytes("pt")
            let ciphertext = try message.bytes("ct")
            try expect("ct", sender.seal(aad: aad, plaintext), equals: ciphertext)
            let opened = try recipient.openSecret(aad: aad, ciphertext)
            try expect("pt", opened, equals: Secret(copying: plaintext))
        }
    }

    private func checkExports(
        _ exports: [JSON], _ sender: borrowing HPKESender, _ recipient: borrowing HPKERecipient
    ) throws {
        for export in exports {
            let context = try export.bytes("exporter_context")
            let length = try export.number("L")
            let value = Secret(copying: try export.bytes("exported_value"))
            try expect(
                "the sender's export", sender.export(context: context, length: length),
                equals: value)
            try expect(
                "the recipient's export", recipient.export(context: context, length: length),
                equals: value)
        }
    }

    private func checkAccumulated(
        _ vector: JSON, _ sender: inout HPKESender, _ recipient: inout HPKERecipient
    ) throws {
        var messages = Accumulator()
        for _ in 0..<1_000 {
            let (aad, plaintext) = (messages.drawInput(), messages.drawInput())
            let ciphertext = try sender.seal(aad: aad, plaintext)
            messages.add(ciphertext)
            let opened = try recipient.openSecret(aad: aad, ciphertext)
            try expect("an opened message", opened, equals: Secret(copying: plaintext))
        }
        try expect(
            "what was sealed", messages.result(), equals: vector.bytes("encryptions_accumulated"))

        var exports = Accumulator()
        for length in 0..<1_000 {
            let context = exports.drawInput()
            let value = try sender.export(context: context, length: length)
            let other = try recipient.export(context: context, length: length)
            try expect("the recipient's export", other, equals: value)
            value.withBytes { value in exports.add(Array(value)) }
        }
        try expect(
            "what was exported", exports.result(), equals: vector.bytes("exports_accumulated"))
    }
}

/// The generator of inputs and the digest of outputs that condensed vectors use.
private struct Accumulator: ~Copyable {
    private var source = SHAKE(.shake128)
    private var sink = SHAKE(.shake128)

    /// A byte that says a length, then that many bytes.
    mutating func drawInput() -> [UInt8] {
        let length = source.squeeze(1)
        return source.squeeze(Int(length[0]))
    }

    mutating func add(_ bytes: [UInt8]) { sink.absorb(bytes) }

    mutating func result() -> [UInt8] { sink.squeeze(16) }
}

extension JSON {
    fileprivate func identifier(_ key: String) throws -> UInt16 {
        guard let number = UInt16(exactly: try number(key)) else {
            throw JSONError(description: "\(key) is not a 16-bit number")
        }
        return number
    }

    fileprivate func skip(_ what: String, _ key: String) throws -> VectorOutcome {
        let digits = String(try identifier(key), radix: 16)
        let padded = String(repeating: "0", count: 4 - digits.count) + digits
        return .skipped(reason: "\(what) 0x\(padded) is not one of ours")
    }
}
