// What the owner of a mailbox asks of its relay (spec/relay.md section 3).

package import SottoCrypto
package import SottoRelayProtocol
import SottoWire

extension RelayConnection {
    /// Opens a mailbox, or finds it open under the same keys [MBX-1]; the connection is its
    /// owner's then.
    package func register(
        _ mailbox: MailboxID, mailboxKey: SignaturePrivateKey, sealingKey: SealingKey
    ) async throws(RelayRequestError) -> Owned {
        let register = Register(
            mailbox: mailbox, mailboxKey: MailboxKey(made: mailboxKey.publicKey),
            sealingKey: sealingKey, signedBy: mailboxKey, on: binding)
        guard case .register(let owned) = try await request(.register(register)) else {
            throw .wrongAnswer
        }
        return owned
    }

    /// Shows that this connection is the mailbox's owner's [MBX-2].
    package func authenticate(
        _ mailbox: MailboxID, mailboxKey: SignaturePrivateKey
    ) async throws(RelayRequestError) -> Owned {
        let authenticate = Authenticate(mailbox: mailbox, signedBy: mailboxKey, on: binding)
        guard case .authenticate(let owned) = try await request(.authenticate(authenticate))
        else { throw .wrongAnswer }
        return owned
    }

    /// Delivery tokens of a kind for the owned mailbox, 1 to 256 of them.
    package func mint(
        _ count: Int, kind: TokenKind = .conversation
    ) async throws(RelayRequestError) -> [DeliveryToken] {
        let mint = Mint(kind: kind, count: UInt16(clamping: count))
        guard case .mint(let minted) = try await request(.mint(mint)) else { throw .wrongAnswer }
        return minted.tokens
    }

    /// A token that admits one blob of at most so many bytes, which this mailbox's allowance pays
    /// for [BLOB-2].
    package func mintBlob(bytes: UInt64) async throws(RelayRequestError) -> BlobToken {
        let mint = Request.Body.mintBlob(MintBlob(bytes: bytes))
        guard case .mintBlob(let token) = try await request(mint) else { throw .wrongAnswer }
        return token
    }

    /// Makes the tokens of these labels, at most 128 of a generation, admit nothing any more
    /// [TOK-8]. `.refused(.tooLarge)` once there are more: a new generation is the answer.
    package func deny(_ labels: [TokenLabel]) async throws(RelayRequestError) {
        _ = try await request(.deny(Deny(labels: labels)))
    }

    /// Begins a generation of tokens, the one after the present; earlier ones admit nothing any
    /// more [TOK-9]. The same again succeeds; `.refused(.conflict)` if another is the next.
    package func beginGeneration(_ generation: UInt32) async throws(RelayRequestError) {
        _ = try await request(.newGeneration(generation))
    }

    /// Says whether open tokens admit anything [TOK-7].
    package func setOpen(_ isOpen: Bool) async throws(RelayRequestError) {
        _ = try await request(.setOpen(isOpen))
    }

    /// Lets the relay remove every entry up to this one [MBX-5].
    package func ack(_ sequence: UInt64) async throws(RelayRequestError) {
        _ = try await request(.ack(sequence: sequence))
    }

    /// Removes the owned mailbox and everything in it [MBX-8]. The connection owns nothing then.
    package func closeMailbox() async throws(RelayRequestError) {
        _ = try await request(.closeMailbox)
    }

    /// Asks whether the relay is there.
    package func ping() async throws(RelayRequestError) { _ = try await request(.ping) }
}

extension RelayRequestError {
    /// The link compares each answer's type with its request's, so this is not met.
    static var wrongAnswer: Self { .closed(.relayMisbehaved(.wrongAnswer)) }
}
