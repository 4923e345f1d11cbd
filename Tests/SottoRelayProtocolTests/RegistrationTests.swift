// Invitations as people pass them on, work that is bound to a connection, and what a relay asks.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct RegistrationTests {
    var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 4, count: 32)))

    @Test("[REG-2] a code is read back from its text, however people write it")
    mutating func text() throws {
        for _ in 0..<50 {
            let code = InvitationCode.random(using: &entropy)
            #expect(code.text.count == 19 && InvitationCode(text: code.text) == code)
            #expect(InvitationCode(text: code.text.uppercased()) == code)
            let spaced = code.text.replacing("-", with: "  ").replacing("0", with: "O")
                .replacing("1", with: "l")
            #expect(InvitationCode(text: spaced) == code)
            #expect(InvitationCode(text: String(code.text.dropLast())) == nil)
            #expect(InvitationCode(text: code.text + "0") == nil)
            #expect(InvitationCode(text: String(code.text.dropLast()) + "u") == nil)
        }
        let code = try InvitationCode([UInt8](0..<10))
        #expect(code.text == "000g-40r4-0m30-e209" && code.hash != .zero)
        #expect(InvitationCode(text: "") == nil && InvitationCode(text: "-") == nil)
    }

    @Test("[REG-1] the terms of a hello come back, and what no relay says is nothing")
    func terms() {
        for terms in [
            RegistrationTerms(), RegistrationTerms(policy: .invitation),
            RegistrationTerms(policy: .closed), RegistrationTerms(policy: .open, workBits: 32),
        ] { #expect(RegistrationTerms(terms.extensions) == terms) }
        #expect(RegistrationTerms().extensions.isEmpty)
        for wrong: [UInt8] in [[], [1], [3, 0], [0, 33], [0, 0, 0]] {
            #expect(RegistrationTerms([HelloExtension(type: 1, data: wrong)]) == nil)
        }
    }

    @Test("[REG-4] work is bound to the connection and the mailbox, and counted in zero bits")
    mutating func work() throws {
        let key = try SignaturePrivateKey.random(using: &entropy)
        let mailboxKey = try MailboxKey(key.publicKey)
        let mailbox = MailboxID.random(using: &entropy)
        func binding(_ entropy: inout Entropy) -> ConnectionBinding {
            ConnectionBinding(
                relayKey: .random(using: &entropy), relayNonce: .random(using: &entropy),
                clientNonce: .random(using: &entropy))
        }
        let here = binding(&entropy)
        let work = RegistrationWork(mailbox: mailbox, mailboxKey: mailboxKey, on: here)
        let number = try #require(work.find(bits: 12, from: 5, tries: 1 << 20))
        #expect(work.bits(of: number) >= 12)
        #expect(work.find(bits: 200, from: 0, tries: 100) == nil)
        let pass = RegistrationPass(invitation: .random(using: &entropy), work: number)
        let register = Register(
            mailbox: mailbox, mailboxKey: mailboxKey, sealingKey: .random(using: &entropy),
            pass: pass, signedBy: key, on: here)
        let read = try Register(wireBytes: register.wireBytes)
        #expect(read == register && read.pass == pass && read.workBits(on: here) >= 12)
        let elsewhere = (0..<8).map { _ in read.workBits(on: binding(&entropy)) }
        #expect(elsewhere.contains { $0 < 12 })
        let other = RegistrationWork(
            mailbox: .random(using: &entropy), mailboxKey: mailboxKey, on: here)
        #expect(other.bits(of: number) != work.bits(of: number) || number != 0)
        try read.verify(on: here)
    }

    @Test("[REG-1] what a registration shows is signed with it")
    mutating func signed() throws {
        let key = try SignaturePrivateKey.random(using: &entropy)
        let here = ConnectionBinding(
            relayKey: .random(using: &entropy), relayNonce: .random(using: &entropy),
            clientNonce: .random(using: &entropy))
        let register = Register(
            mailbox: .random(using: &entropy), mailboxKey: try MailboxKey(key.publicKey),
            sealingKey: .random(using: &entropy),
            pass: RegistrationPass(invitation: .random(using: &entropy)), signedBy: key, on: here)
        var bytes = register.wireBytes
        bytes[16 + 32 + 32 + 1 + 2 + 1] ^= 1
        let changed = try Register(wireBytes: bytes)
        #expect(changed.pass != register.pass)
        #expect(throws: CryptoError.invalidSignature) { try changed.verify(on: here) }
    }
}
