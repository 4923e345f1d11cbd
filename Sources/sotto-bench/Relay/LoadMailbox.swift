// A mailbox of a load and its owner.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// A registered mailbox. Who posts to it shows `recipient`.
struct LoadMailbox {
    let id: MailboxID
    let key: SignaturePrivateKey
    let sealingKey: SealingKey
    let recipient: Recipient

    /// Registers a fresh mailbox; the connection is its owner's then.
    init(on connection: LoadConnection, using entropy: inout Entropy) throws {
        id = .random(using: &entropy)
        key = try .random(using: &entropy)
        sealingKey = try SealingKey(X25519.PrivateKey.random(using: &entropy).publicKey)
        let register = Register(
            mailbox: id, mailboxKey: MailboxKey(made: key.publicKey), sealingKey: sealingKey,
            signedBy: key, on: connection.binding)
        _ = try connection.ask(.register(register))
        guard case .mint(let minted) = try connection.ask(.mint(Mint(count: 1))),
            let token = minted.tokens.first
        else { throw BenchError.noToken }
        recipient = Recipient(mailbox: id, token: token)
    }

    /// Makes a new connection the owner's.
    func authenticate(on connection: LoadConnection) throws {
        _ = try connection.ask(
            .authenticate(Authenticate(mailbox: id, signedBy: key, on: connection.binding)))
    }
}
