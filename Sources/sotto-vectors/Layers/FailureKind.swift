// The words by which vectors say what kind of failure a case is (vectors/README.md).

import SottoContent
import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoRelayProtocol
import SottoWire

enum FailureKind {
    /// The word for an error of ours. What is no refusal of a case is thrown on.
    static func of(_ error: any Error) throws -> String {
        switch error {
        case let error as WireError: of(error)
        case let error as CryptoError: try of(error)
        case let error as DeviceLogError: of(error)
        case let error as LeafIdentityError: of(error)
        case let error as RecoveryCodeError: of(error)
        case let error as RecordError: of(error)
        case let error as StockError: of(error)
        case let error as UserNameError: of(error)
        case let error as NameRecordError: of(error)
        case let error as ContactLinkError: of(error)
        case let error as EnvelopeError: try of(error)
        case let error as ContentError: of(error)
        case let error as DisplayNameError: of(error)
        case let error as MailboxOpenError: of(error)
        case let error as HeadError: of(error)
        case let error as HelloError: of(error)
        case let error as ForkProofError: of(error)
        case is NotAdmitted: "not-admitted"
        default: throw error
        }
    }

    private static func of(_ error: WireError) -> String {
        if case .lengthOverLimit = error { "over-limit" } else { "malformed" }
    }

    private static func of(_ error: CryptoError) throws -> String {
        switch error {
        case .invalidSignature: "bad-signature"
        case .invalidCiphertext: "not-opened"
        case .invalidKey: "no-element"
        default: throw error
        }
    }

    private static func of(_ error: DeviceLogError) -> String {
        switch error {
        case .malformed(let error): of(error)
        case .empty: "empty"
        case .tooLong: "over-limit"
        case .unknownVersion: "unknown-version"
        case .unknownEntryType: "unknown-entry-type"
        case .brokenLink: "broken-link"
        case .misplacedGenesis: "misplaced-genesis"
        case .badSignatures: "bad-signature"
        case .sameKeys: "same-keys"
        }
    }

    private static func of(_ error: LeafIdentityError) -> String {
        switch error {
        case .malformed(let error): of(error)
        case .deviceLog(let error): of(error)
        case .otherHead: "other-head"
        case .otherAccount: "other-account"
        case .deviceNotActive: "device-not-active"
        }
    }

    private static func of(_ error: RecoveryCodeError) -> String {
        switch error {
        case .unknownLetter: "unknown-letter"
        case .wrongLength: "wrong-length"
        case .wrongChecksum: "wrong-checksum"
        }
    }

    private static func of(_ error: UserNameError) -> String {
        switch error {
        case .wrongLength: "wrong-length"
        case .wrongLetter: "unknown-letter"
        }
    }

    private static func of(_ error: NameRecordError) -> String {
        switch error {
        case .notOpened: "not-opened"
        case .unknownVersion: "unknown-version"
        case .malformed(let error): of(error)
        case .otherName: "other-name"
        case .otherAccount: "other-account"
        case .signerNotActive: "signer-not-active"
        case .badSignature: "bad-signature"
        }
    }

    private static func of(_ error: StockError) -> String {
        switch error {
        case .notOpened: "not-opened"
        case .malformed(let error): of(error)
        }
    }

    private static func of(_ error: ContactLinkError) -> String {
        switch error {
        case .otherScheme, .origin(.otherScheme): "other-scheme"
        case .origin(.insecure): "insecure-origin"
        case .origin(.malformed), .malformed: "malformed"
        case .unknownVersion: "unknown-version"
        case .wrongChecksum: "wrong-checksum"
        }
    }

    private static func of(_ error: EnvelopeError) throws -> String {
        switch error {
        case .unknownVersion: "unknown-version"
        case .notOpened: "not-opened"
        case .malformed(let error): of(error)
        case .tooLarge, .invalidKey: throw error
        }
    }

    private static func of(_ error: ContentError) -> String {
        switch error {
        case .notCBOR(let error): of(error)
        case .notDeterministic: "not-deterministic"
        case .notInSchema: "not-in-schema"
        case .tooDeep, .tooLarge: "over-limit"
        case .invalidExtension: "invalid-extension"
        case .otherOrigin: "other-origin"
        }
    }

    private static func of(_ error: DisplayNameError) -> String {
        switch error {
        case .empty: "empty"
        case .tooLong: "over-limit"
        case .notPrintable: "not-printable"
        }
    }

    private static func of(_ error: MailboxOpenError) -> String {
        switch error {
        case .notForThisMailbox: "not-opened"
        case .malformed(let error): of(error)
        }
    }

    private static func of(_ error: HeadError) -> String {
        switch error {
        case .notSigned: "bad-signature"
        case .doesNotFollow: "does-not-follow"
        }
    }

    private static func of(_ error: ForkProofError) -> String {
        switch error {
        case .otherRelay: "wrong-relay"
        case .notSigned: "bad-signature"
        case .otherLane: "other-lane"
        case .doesNotFollow: "does-not-follow"
        case .noContradiction: "no-contradiction"
        }
    }

    private static func of(_ error: HelloError) -> String {
        switch error {
        case .wrongRelay: "wrong-relay"
        case .unsupportedVersion: "unknown-version"
        case .replayed: "bad-signature"
        }
    }
}

extension FailureKind {
    fileprivate static func of(_ error: RecordError) -> String {
        switch error {
        case .notOpened: "not-opened"
        case .unknownVersion: "unknown-version"
        case .malformed(let error): of(error)
        case .deviceLog(let error): of(error)
        case .otherAccount: "other-account"
        case .signerNotActive: "signer-not-active"
        case .badSignature: "bad-signature"
        case .noDevices: "empty"
        case .tooManyDevices, .tooManyExtensions, .tooLarge: "over-limit"
        case .repeatedDevice, .repeatedExtension: "repeated"
        case .deviceNotActive: "device-not-active"
        case .invalidSealingKey: "invalid-sealing-key"
        case .forked: "forked"
        case .invalidValidity: "invalid-validity"
        case .notYetValid: "not-yet-valid"
        case .expired: "expired"
        }
    }
}

/// A delivery token that its mailbox does not admit.
struct NotAdmitted: Error {}
