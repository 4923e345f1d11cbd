// User names: which there are, where their records lie, and whom a record is believed for.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoIdentity

@Suite struct UserNameTests {
    private let relay = RelayIDField(made: [UInt8](repeating: 4, count: 32))
    private let output = Secret(copying: [UInt8](repeating: 6, count: 64))

    @Test("[NAME-1] names are 3 to 32 letters of few, and capital letters are small ones")
    func spelling() throws {
        for text in ["bob", "a.b_c-9", "...", String(repeating: "z", count: 32)] {
            #expect(try UserName(text).text == text)
        }
        #expect(try UserName("Alice") == UserName("aLICE"))
        #expect(try UserName("Alice").text == "alice")
        for text in ["", "ab", String(repeating: "z", count: 33), "éa"] {
            #expect(throws: UserNameError.self) { try UserName(text) }
        }
        for text in ["al ice", "älice", "alice@", "ali/ce", "al\u{0}ice", "ｂob", "İstanbul"] {
            #expect(throws: UserNameError.wrongLetter) { try UserName(text) }
        }
    }

    @Test("[NAME-2] name, relay and the relay's answer each decide where the record lies")
    func secret() throws {
        let name = try UserName("alice")
        let secret = try NameSecret(of: name, at: relay, output: output)
        #expect(try NameSecret(of: name, at: relay, output: output) == secret)
        let others = [
            try NameSecret(of: UserName("alicf"), at: relay, output: output),
            try NameSecret(
                of: name, at: RelayIDField(made: [UInt8](repeating: 5, count: 32)),
                output: output),
            try NameSecret(of: name, at: relay, output: .zero(64)),
        ]
        for other in others { #expect(other.locator != secret.locator) }
        #expect(Secret(copying: secret.locator.bytes) != secret.recordKey.secret)
        #expect(try NameSecret(secret.secret) == secret)
        #expect(throws: WireError.malformed) { try NameSecret(.zero(31)) }
    }

    @Test("[NAME-4] who takes a name again writes with the same key, another with another")
    func writeKey() throws {
        let (alice, bob) = (try TestAccount(1), try TestAccount(2))
        let secret = try NameSecret(of: UserName("alice"), at: relay, output: output)
        let key = try secret.writeKey(of: alice.device).publicKey
        #expect(try secret.writeKey(of: alice.device).publicKey == key)
        #expect(try secret.writeKey(of: bob.device).publicKey != key)
        let other = try NameSecret(of: UserName("alicf"), at: relay, output: output)
        #expect(try other.writeKey(of: alice.device).publicKey != key)
        #expect(key != alice.device.publicKey)
    }

    @Test("[NAME-3] a record leads from the name to the card of who took it, and to no other")
    func record() throws {
        var entropy = entropy(3)
        let (alice, bob) = (try TestAccount(1), try TestAccount(2))
        let name = try UserName("alice")
        let secret = try NameSecret(of: name, at: relay, output: output)
        func record(
            _ name: UserName, _ account: TestAccount, card: Card? = nil, at: RelayIDField? = nil,
            by key: SignaturePrivateKey? = nil
        ) -> NameRecord {
            NameRecord(
                name, of: account.log.account, card: card ?? account.card, at: at ?? relay,
                signedBy: key ?? account.device)
        }
        let sealed = record(name, alice).seal(for: secret, using: &entropy)
        let opened = try NameRecord(opening: sealed, with: secret)
        #expect(opened.card == alice.card)
        #expect(opened.account == alice.log.account)
        let own = alice.log
        try opened.verify(is: name, at: relay, of: own)

        let lies: [(NameRecord, NameRecordError)] = [
            (record(try UserName("malice"), alice), .otherName),
            (record(name, bob), .otherAccount),
            (record(name, alice, by: bob.device), .signerNotActive),
            (
                record(name, alice, at: RelayIDField(made: [UInt8](repeating: 9, count: 32))),
                .badSignature
            ),
        ]
        for (lie, refusal) in lies {
            let sealed = lie.seal(for: secret, using: &entropy)
            let opened = try NameRecord(opening: sealed, with: secret)
            #expect(throws: refusal) { try opened.verify(is: name, at: relay, of: own) }
        }
        let stolen = record(name, alice, card: bob.card)
        #expect(throws: NameRecordError.otherAccount) {
            try stolen.verify(is: name, at: relay, of: bob.log)
        }
    }

    @Test("[NAME-3] a record opens whole, unchanged and with its own name alone")
    func opening() throws {
        var entropy = entropy(3)
        let alice = try TestAccount()
        let name = try UserName("alice")
        let secret = try NameSecret(of: name, at: relay, output: output)
        let sealed = NameRecord(
            name, of: alice.log.account, card: alice.card, at: relay, signedBy: alice.device
        ).seal(for: secret, using: &entropy)
        #expect((sealed.count - SymmetricSeal.overhead).nonzeroBitCount == 1)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: NameRecordError.notOpened) {
                try NameRecord(opening: changed, with: secret)
            }
            #expect(throws: NameRecordError.notOpened) {
                try NameRecord(opening: Array(sealed.prefix(index)), with: secret)
            }
        }
        let other = try NameSecret(of: name, at: relay, output: .zero(64))
        #expect(throws: NameRecordError.notOpened) {
            try NameRecord(opening: sealed, with: other)
        }
        let later = SymmetricSeal.seal(
            key: secret.recordKey, aad: secret.locator.bytes, Padding.pad([2]), using: &entropy)
        #expect(throws: NameRecordError.unknownVersion(2)) {
            try NameRecord(opening: later, with: secret)
        }
        let short = SymmetricSeal.seal(
            key: secret.recordKey, aad: secret.locator.bytes, Padding.pad([1]), using: &entropy)
        #expect(throws: NameRecordError.self) { try NameRecord(opening: short, with: secret) }
    }
}
