// `sotto-vectors exchange`: single operations for a checker that shares no code with us.

import ArgumentParser
import Foundation
import SottoCrypto

/// `sotto-vectors exchange`: a request and an answer are each one line of JSON.
struct Exchange: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answers single operations, one JSON object a line.", shouldDisplay: false)

    func run() throws {
        var entropy = Entropy.system()
        while let line = readLine() {
            let answer: JSON
            do {
                answer = try respond(to: JSON(parsing: Data(line.utf8)), using: &entropy)
            } catch {
                answer = .object(["error": .string("\(error)")])
            }
            FileHandle.standardOutput.write(Data((try answer.line + "\n").utf8))
        }
    }

    private func respond(to request: JSON, using entropy: inout Entropy) throws -> JSON {
        switch try request.string("operation") {
        case "shake256": try shake256(request)
        case "derive": try derive(request)
        case "hpke-seal": try seal(request, using: &entropy)
        case "hpke-open": try open(request)
        case "sign": try sign(request)
        case "verify": try verify(request)
        case let other: throw JSONError(description: "no operation is called \(other)")
        }
    }

    private func shake256(_ request: JSON) throws -> JSON {
        let output = SHAKE256.hash(try request.bytes("input"), count: try request.number("count"))
        return .object(["output": .string(output.hex)])
    }

    private func derive(_ request: JSON) throws -> JSON {
        let pair = try hpke(request).kem.deriveKeyPair(ikm: Secret(copying: request.bytes("ikm")))
        let privateKey = pair.privateKey.bytes.withBytes { bytes in Array(bytes).hex }
        return .object([
            "publicKey": .string(pair.publicKey.hex), "privateKey": .string(privateKey),
        ])
    }

    private func seal(_ request: JSON, using entropy: inout Entropy) throws -> JSON {
        let message = try hpke(request).sealBase(
            to: request.bytes("publicKey"), info: request.bytes("info"),
            aad: request.bytes("aad"), request.bytes("plaintext"), using: &entropy)
        return .object([
            "enc": .string(message.kemOutput.hex), "ciphertext": .string(message.ciphertext.hex),
        ])
    }

    private func open(_ request: JSON) throws -> JSON {
        let message = HPKECiphertext(
            kemOutput: try request.bytes("enc"), ciphertext: try request.bytes("ciphertext"))
        let key = HPKEPrivateKey(Secret(copying: try request.bytes("privateKey")))
        let opened = try hpke(request).openBase(
            message, with: key, info: request.bytes("info"), aad: request.bytes("aad"))
        return .object(["plaintext": .string(opened.withBytes { bytes in Array(bytes).hex })])
    }

    private func sign(_ request: JSON) throws -> JSON {
        let key = try request.signatureKey("privateKey", suite(request))
        let signature = key.sign(try request.bytes("message"))
        return .object([
            "publicKey": .string(key.publicKey.hex), "signature": .string(signature.hex),
        ])
    }

    private func verify(_ request: JSON) throws -> JSON {
        try suite(request).signatureScheme.verify(
            publicKey: request.bytes("publicKey"), signature: request.bytes("signature"),
            request.bytes("message"))
        return .object([:])
    }

    private func suite(_ request: JSON) throws -> CipherSuite {
        try CipherSuite(rawValue: UInt16(truncatingIfNeeded: request.number("suite")))
    }

    private func hpke(_ request: JSON) throws -> HPKE {
        guard
            let kem = KEM(rawValue: UInt16(truncatingIfNeeded: try request.number("kem"))),
            let kdf = KDF(rawValue: UInt16(truncatingIfNeeded: try request.number("kdf"))),
            let aead = AEAD(rawValue: UInt16(truncatingIfNeeded: try request.number("aead")))
        else { throw JSONError(description: "a mechanism is not one of ours") }
        return HPKE(kem: kem, kdf: kdf, aead: aead)
    }
}
