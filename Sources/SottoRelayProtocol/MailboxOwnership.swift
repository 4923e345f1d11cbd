// How a device opens a mailbox and later shows that it is its owner (section 3).

package import SottoCrypto
package import SottoWire

/// Opens a mailbox, or finds it open under the same keys [MBX-1].
package struct Register: Hashable, Sendable, WireCodable {
    /// The mailbox's name.
    package let mailbox: MailboxID
    /// Who will own it.
    package let mailboxKey: MailboxKey
    /// What its entries will be sealed to.
    package let sealingKey: SealingKey
    /// What it says beside that, known here or not [RELAY-3].
    package let extensions: [HelloExtension]
    private let signature: [UInt8]

    /// What it shows of the relay's terms [REG-1].
    package var pass: RegistrationPass { RegistrationPass(extensions) }

    /// A registration on one connection, signed by the mailbox key.
    package init(
        mailbox: MailboxID, mailboxKey: MailboxKey, sealingKey: SealingKey,
        pass: RegistrationPass = RegistrationPass(),
        signedBy key: SignaturePrivateKey, on binding: ConnectionBinding
    ) {
        self.mailbox = mailbox
        self.mailboxKey = mailboxKey
        self.sealingKey = sealingKey
        extensions = pass.extensions
        signature = Labelled.sign(
            key, Label.register, Self.signing(mailbox, sealingKey, extensions, on: binding))
    }

    /// Checks that the key registered here signed it, on this connection [MBX-2].
    package func verify(on binding: ConnectionBinding) throws(CryptoError) {
        try Labelled.verify(
            publicKey: mailboxKey.bytes, signature: signature, Label.register,
            Self.signing(mailbox, sealingKey, extensions, on: binding))
    }

    /// How much work it shows, in bits, on this connection [REG-4].
    package func workBits(on binding: ConnectionBinding) -> Int {
        guard let number = pass.work else { return 0 }
        return RegistrationWork(mailbox: mailbox, mailboxKey: mailboxKey, on: binding)
            .bits(of: number)
    }

    private static func signing(
        _ mailbox: MailboxID, _ sealingKey: SealingKey, _ extensions: [HelloExtension],
        on binding: ConnectionBinding
    ) -> [UInt8] {
        binding.signing { writer in
            writer.value(mailbox)
            writer.value(sealingKey)
            writer.vector(extensions)
        }
    }

    /// Reads a registration.
    package init(from reader: inout WireReader) throws(WireError) {
        mailbox = try reader.value()
        mailboxKey = try reader.value()
        sealingKey = try reader.value()
        extensions = try reader.helloExtensions()
        signature = try reader.fixed(64)
    }

    /// Writes a registration.
    package func encode(to writer: inout WireWriter) {
        writer.value(mailbox)
        writer.value(mailboxKey)
        writer.value(sealingKey)
        writer.vector(extensions)
        writer.fixed(signature)
    }
}

/// Shows that this connection is the owner's.
package struct Authenticate: Hashable, Sendable, WireCodable {
    /// The mailbox.
    package let mailbox: MailboxID
    private let signature: [UInt8]

    /// A proof on one connection, signed by the mailbox key.
    package init(
        mailbox: MailboxID, signedBy key: SignaturePrivateKey, on binding: ConnectionBinding
    ) {
        self.mailbox = mailbox
        signature = Labelled.sign(
            key, Label.authenticate, binding.signing { writer in writer.value(mailbox) })
    }

    /// Checks that the mailbox's key signed it, on this connection [MBX-2].
    package func verify(
        by key: MailboxKey, on binding: ConnectionBinding
    ) throws(CryptoError) {
        try Labelled.verify(
            publicKey: key.bytes, signature: signature, Label.authenticate,
            binding.signing { writer in writer.value(mailbox) })
    }

    /// Reads a proof.
    package init(from reader: inout WireReader) throws(WireError) {
        mailbox = try reader.value()
        signature = try reader.fixed(64)
    }

    /// Writes a proof.
    package func encode(to writer: inout WireWriter) {
        writer.value(mailbox)
        writer.fixed(signature)
    }
}

/// What an owner is told of its mailbox: how far it is acknowledged and how far it goes.
package struct Owned: Hashable, Sendable, WireCodable {
    /// The newest entry that was acknowledged; 0 for none.
    package let acked: UInt64
    /// The newest entry there ever was; 0 for none.
    package let newest: UInt64

    /// The state of a mailbox.
    package init(acked: UInt64, newest: UInt64) {
        self.acked = acked
        self.newest = newest
    }

    /// Reads the state of a mailbox.
    package init(from reader: inout WireReader) throws(WireError) {
        acked = try reader.uint64()
        newest = try reader.uint64()
    }

    /// Writes the state of a mailbox.
    package func encode(to writer: inout WireWriter) {
        writer.uint64(acked)
        writer.uint64(newest)
    }
}
