// What the owner of a mailbox asks of its relay (spec/relay.md section 3).

package import SottoCrypto
package import SottoRelayProtocol
import SottoWire

extension RelayConnection {
    /// Opens a mailbox, or finds it open under the same keys [MBX-1]; the connection is its
    /// owner's then.
    ///
    /// Nothing is shown of the relay's terms at first, which is enough for a mailbox that is open;
    /// then the invitation, and work that may take some seconds [REG-1].
    package func register(
        _ mailbox: MailboxID, mailboxKey: SignaturePrivateKey, sealingKey: SealingKey,
        invitation: InvitationCode? = nil
    ) async throws(RelayRequestError) -> Owned {
        func ask(_ pass: RegistrationPass) async throws(RelayRequestError) -> Owned {
            let register = Register(
                mailbox: mailbox, mailboxKey: MailboxKey(made: mailboxKey.publicKey),
                sealingKey: sealingKey, pass: pass, signedBy: mailboxKey, on: binding)
            guard case .register(let owned) = try await request(.register(register)) else {
                throw .wrongAnswer
            }
            return owned
        }
        do throws(RelayRequestError) {
            return try await ask(RegistrationPass())
        } catch {
            guard error == .refused(.notPermitted), let terms = RegistrationTerms(hello.extensions),
                invitation != nil || terms.workBits > 0
            else { throw error }
            let work = RegistrationWork(
                mailbox: mailbox, mailboxKey: MailboxKey(made: mailboxKey.publicKey), on: binding)
            return try await ask(
                RegistrationPass(
                    invitation: terms.policy == .invitation ? invitation : nil,
                    work: try await done(work, bits: terms.workBits)))
        }
    }

    /// Works in portions, so that it can be cancelled.
    private func done(
        _ work: RegistrationWork, bits: Int
    ) async throws(RelayRequestError) -> UInt64? {
        guard bits > 0 else { return nil }
        var start: UInt64 = 0
        while closure == nil {
            guard !Task.isCancelled else { throw .cancelled }
            if let found = work.find(
                bits: bits, from: start, tries: RelayLinkLimits.workPortion)
            {
                return found
            }
            start += RelayLinkLimits.workPortion
            await Task.yield()
        }
        throw .closed(closure ?? .byUs)
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
