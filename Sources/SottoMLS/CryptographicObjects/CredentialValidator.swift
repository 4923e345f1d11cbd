// The application's judgement of identities: the Authentication Service, as MLS sees it.

public import SottoCrypto
import SottoWire

/// Whoever knows what credentials mean (RFC 9420 section 5.3.1).
///
/// It is asked about every leaf that is to stand in a group, whatever its kind of credential:
/// basic, a chain of certificates, or one that only the application knows. The leaf is valid in
/// all other respects then, and its owner has signed it.
public protocol CredentialValidator: Sendable {
    /// The signature key that a credential says its holder has, in the form of the suite: of a
    /// chain of certificates that of the first one; `nil` if the credential names no key.
    ///
    /// A leaf with another key is refused (`LeafRefusal.signatureKey`).
    func signatureKey(in credential: Credential, for suite: CipherSuite) -> [UInt8]?

    /// Whether a leaf is whose it says it is, and carries what it must.
    func judge(_ leaf: LeafNode, from origin: LeafOrigin) -> LeafVerdict

    /// Whether somebody outside may propose changes to a group (section 12.1.8.1).
    func judge(_ sender: ExternalSender) -> LeafVerdict

    /// The name of a member's client: members of two groups with the same name are the same client,
    /// when one group follows another (section 11).
    func clientName(of member: Member) -> [UInt8]
}

extension CredentialValidator {
    /// No credential names a key, unless the validator knows better.
    public func signatureKey(in credential: Credential, for suite: CipherSuite) -> [UInt8]? { nil }

    /// The members chose whom they let propose, unless the validator knows better.
    public func judge(_ sender: ExternalSender) -> LeafVerdict { .accepted }

    /// Clients are the same if their credentials are equal, unless the validator knows better.
    public func clientName(of member: Member) -> [UInt8] { member.credential.wireBytes }
}

/// A validator that is one function.
struct LeafJudge: CredentialValidator {
    let judgement: @Sendable (LeafNode, LeafOrigin) -> LeafVerdict

    func judge(_ leaf: LeafNode, from origin: LeafOrigin) -> LeafVerdict {
        judgement(leaf, origin)
    }
}
