// The words by which negative vectors say what kind of refusal is expected (vectors/README.md).

import SottoMLS
import SottoWire

enum RefusalKind {
    /// The word for a refusal. What is none is spelled out, and so never what is expected.
    static func of(_ error: any Error) -> String {
        switch error {
        case is WireError, is MLSDecodingError: "malformed"
        case let error as LeafRefusal: of(error)
        case let error as JoinError: of(error)
        case ExternalJoinError.group(let error): of(error)
        case ExternalJoinError.externalPubMissing: "external-pub"
        case let error as ProcessError: of(error)
        default: "\(error)"
        }
    }

    private static func of(_ error: LeafRefusal) -> String {
        switch error {
        case .invalidSignature: "leaf-signature"
        case .wrongSource: "leaf-source"
        case .wrongKeyPackage: "wrong-key-package"
        case .lifetime: "lifetime"
        case .capabilities: "capabilities"
        case .keyInUse: "key-in-use"
        case .invalidKey: "invalid-key"
        case .signatureKey: "credential-key"
        case .tooLong: "too-long"
        case .groupFull: "group-full"
        case .application(let reason): "refused by the application: \(reason)"
        }
    }

    private static func of(_ error: JoinError) -> String {
        switch error {
        case .welcome(.notForUs): "not-for-us"
        case .welcome(.notDecryptable): "not-opened"
        case .welcome(.malformed), .treeMissing: "malformed"
        case .wrongSigner: "wrong-signer"
        case .tree(let fault): of(fault)
        case .invalidSignature: "group-info-signature"
        case .notInTree: "not-in-tree"
        case .groupNotSupported: "capabilities"
        case .externalSender(let reason): "refused by the application: \(reason)"
        case .path: "path-secret"
        case .confirmationTag: "confirmation-tag"
        case .missingPreSharedKey: "missing-psk"
        case .predecessor(let fault): "predecessor: \(fault)"
        }
    }

    private static func of(_ fault: TreeFault) -> String {
        switch fault {
        case .hash: "tree-hash"
        case .unmergedLeaves: "unmerged-leaves"
        case .parentHash: "parent-hash"
        case .keyInUse: "key-in-use"
        case .invalidKey: "invalid-key"
        case .tooLong: "too-long"
        case .leaf(_, let refusal): of(refusal)
        }
    }

    private static func of(_ error: ProcessError) -> String {
        switch error {
        case .wrongGroup: "other-group"
        case .epochTooOld, .epochInFuture: "other-epoch"
        case .spent: "key-spent"
        case .tooFarAhead: "too-far-ahead"
        case .message(let fault): of(fault)
        case .proposal(let fault): of(fault)
        case .commit(let fault): of(fault)
        case .missingPreSharedKey: "missing-psk"
        default: "\(error)"
        }
    }

    private static func of(_ fault: MessageFault) -> String {
        switch fault {
        case .malformed: "malformed"
        case .notDecryptable: "not-opened"
        case .unknownSender: "unknown-sender"
        case .notForSender: "not-for-sender"
        case .invalidMembershipTag: "membership-tag"
        case .invalidSignature: "message-signature"
        case .notEncrypted: "not-encrypted"
        }
    }

    private static func of(_ fault: CommitFault) -> String {
        switch fault {
        case .unknownProposal: "unknown-proposal"
        case .proposals(let fault): of(fault)
        case .pathMissing: "path-missing"
        case .externalInit: "not-opened"
        case .leaf(let refusal): of(refusal)
        case .path(let fault): of(fault)
        case .confirmationTag: "confirmation-tag"
        }
    }

    private static func of(_ fault: PathFault) -> String {
        switch fault {
        case .shape: "path-shape"
        case .keyInUse: "key-in-use"
        case .invalidKey: "invalid-key"
        case .parentHash: "parent-hash"
        case .notDecryptable: "not-opened"
        case .keyMismatch: "path-secret"
        }
    }

    private static func of(_ fault: ProposalFault) -> String {
        switch fault {
        case .update(let refusal), .add(let refusal): of(refusal)
        case .updateByCommitter, .removesCommitter, .selfRemoveByCommitter: "own-leaf"
        case .unknownLeaf: "unknown-leaf"
        case .changedTwice: "changed-twice"
        case .groupFull: "group-full"
        case .extensionsTwice: "extensions-twice"
        case .extensionsNotSupported, .notSupported: "capabilities"
        case .externalInit, .notForSender, .referenceFromOutside: "not-for-sender"
        case .externalInitCount: "external-init-count"
        case .removesOthers: "removes-others"
        case .selfRemoveNotPublic: "not-public"
        case .wrongSigner: "wrong-signer"
        case .externalSender(let reason): "refused by the application: \(reason)"
        case .referencedTwice: "referenced-twice"
        case .preSharedKeyTwice: "psk-twice"
        case .preSharedKeysFull: "psks-full"
        case .preSharedKeyUsage: "psk-usage"
        case .preSharedKeyNonce: "psk-nonce"
        case .reInitWithOthers: "reinit-with-others"
        case .reInitVersion: "reinit-version"
        }
    }
}
