// What lies in a mailbox opens for its owner, under its number, and for nobody else.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct MailboxSealingTests {
    var samples: Samples
    var sealer: MailboxSealer
    let entry: MailboxEntry

    init() throws {
        samples = try Samples()
        sealer = try MailboxSealer(now: samples.now, using: &samples.entropy)
        entry = MailboxEntry(
            previous: 4,
            content: .welcome(
                WelcomeEntry(head: samples.signedHeads(2)[1], envelope: [1, 2, 3])))
    }

    private mutating func seal(
        _ sequence: UInt64 = 5, mailbox: MailboxID? = nil, at now: Timestamp? = nil
    ) throws -> Delivery {
        let key = try sealer.key(
            for: mailbox ?? samples.mailbox, sealingKey: samples.sealingKey,
            now: now ?? samples.now, using: &samples.entropy)
        return Delivery(
            sequence: sequence,
            sealed: key.seal(entry.wireBytes, sequence: sequence, using: &samples.entropy))
    }

    private func opener(_ mailbox: MailboxID? = nil) -> MailboxOpener {
        MailboxOpener(
            mailbox: mailbox ?? samples.mailbox, privateKey: samples.sealingPrivateKey)
    }

    private func open(
        _ delivery: Delivery, mailbox: MailboxID? = nil
    ) throws(MailboxOpenError) -> MailboxEntry {
        var opener = opener(mailbox)
        return try opener.open(delivery)
    }

    @Test("[SEAL-2] an entry opens under its own mailbox and number alone")
    mutating func opens() throws {
        let delivery = try seal()
        #expect(try open(delivery) == entry)
        #expect(throws: MailboxOpenError.notForThisMailbox) {
            try open(Delivery(sequence: 6, sealed: delivery.sealed))
        }
        let other = MailboxID.random(using: &samples.entropy)
        #expect(throws: MailboxOpenError.notForThisMailbox) {
            try open(delivery, mailbox: other)
        }
        var stranger = MailboxOpener(
            mailbox: samples.mailbox, privateKey: try Samples(2).sealingPrivateKey)
        let outcome = Result { () throws(MailboxOpenError) in try stranger.open(delivery) }
        #expect(throws: MailboxOpenError.notForThisMailbox) { try outcome.get() }
    }

    @Test("[SEAL-1] the same entry sealed twice, or for two mailboxes, is never the same bytes")
    mutating func unequal() throws {
        let other = MailboxID.random(using: &samples.entropy)
        let sealed = try [
            seal(), seal(), seal(mailbox: other),
        ].map(\.sealed)
        #expect(Set(sealed).count == 3)
        #expect(sealed.allSatisfy { !$0.suffix(40).elementsEqual(entry.wireBytes.suffix(40)) })
    }

    @Test("no flipped bit of a sealed entry opens, nor any part of it")
    mutating func flippedBits() throws {
        let delivery = try seal()
        var opener = opener()
        for bit in 0..<delivery.sealed.count * 8 {
            let flipped = Delivery(sequence: 5, sealed: delivery.sealed.flipping(bit: bit))
            // The top bit of an X25519 public key is ignored by the function but bound here.
            let outcome = Result { () throws(MailboxOpenError) in try opener.open(flipped) }
            #expect(throws: MailboxOpenError.notForThisMailbox) { try outcome.get() }
        }
        for count in 0..<delivery.sealed.count {
            let part = Delivery(sequence: 5, sealed: Array(delivery.sealed.prefix(count)))
            let outcome = Result { () throws(MailboxOpenError) in try opener.open(part) }
            #expect(throws: MailboxOpenError.notForThisMailbox) { try outcome.get() }
        }
    }

    @Test("the relay's ephemeral key changes with time and use, and earlier entries still open")
    mutating func rotation() throws {
        let first = try seal(1)
        let same = try seal(2)
        #expect(first.sealed.prefix(32) == same.sealed.prefix(32))
        let later = Timestamp(milliseconds: samples.now.milliseconds + 600_000)
        let second = try seal(3, at: later)
        #expect(second.sealed.prefix(32) != first.sealed.prefix(32))
        for _ in 1..<MailboxSealer.usesMax {
            _ = try sealer.key(
                for: samples.mailbox, sealingKey: samples.sealingKey, now: later,
                using: &samples.entropy)
        }
        let third = try seal(4, at: later)
        #expect(third.sealed.prefix(32) != second.sealed.prefix(32))
        for delivery in [first, same, second, third] {
            #expect(try open(delivery) == entry)
        }
    }

    @Test("a sealing key with which nothing can be agreed is refused")
    mutating func smallOrder() throws {
        let outcome = Result { () throws(CryptoError) in
            try sealer.key(
                for: samples.mailbox, sealingKey: .zero, now: samples.now,
                using: &samples.entropy)
        }
        #expect(throws: CryptoError.invalidKey) { try outcome.get() }
    }
}
