// What the application has to say about leaves: identities, their extensions, and the time.

import SottoCrypto

/// How a leaf came before the application's eyes.
public enum LeafOrigin: Hashable, Sendable {
    /// A key package that we are about to add, or only look at.
    case keyPackage
    /// A key package that another member adds.
    case added
    /// The tree of a group that we are about to join.
    case tree
    /// The path of a commit, or an Update: what a member wants instead of the leaf that it has;
    /// or of an external commit by which it comes back.
    case replacing(LeafNode)
    /// The path of an external commit: somebody joins without being added.
    case joining
}

/// What the application thinks of a leaf.
public enum LeafVerdict: Hashable, Sendable {
    /// The leaf is who it says it is and carries what it must.
    case accepted
    /// The leaf is refused, and everything that brings it; the number is the application's own.
    case refused(reason: UInt16)
}

/// Why a leaf is not let in (RFC 9420 section 7.3).
public enum LeafRefusal: Error, Hashable, Sendable {
    /// The signature on the leaf or its key package is not the member's.
    case invalidSignature
    /// The leaf is of another kind than its place calls for.
    case wrongSource
    /// The key package is for another suite or version, or its init key is its leaf's key.
    case wrongKeyPackage
    /// The key package may not be used now, or for longer than anybody should.
    case lifetime
    /// The leaf does not list what it or the group uses: suite, extensions, credentials, or what
    /// the group requires.
    case capabilities
    /// A key of the leaf is in use already.
    case keyInUse
    /// The leaf's encryption key, or the key package's init key, is one that nobody can seal to.
    case invalidKey
    /// The group has no place for another leaf.
    case groupFull
    /// The leaf's credential is another signature key's.
    case signatureKey
    /// The leaf has more bytes than leaves may have, or the tree would have with it.
    case tooLong
    /// The application refuses the leaf.
    case application(reason: UInt16)
}

/// The application's part in letting leaves in.
public struct LeafPolicy: Sendable {
    /// The caller's clock.
    public var time: UnixTime
    /// How far clocks may differ, in seconds.
    public var tolerance: UInt64
    /// The longest life that a key package may claim, in seconds.
    public var lifetimeMax: UInt64
    /// The application's judgement of identities.
    public var validator: any CredentialValidator
    /// On how many threads the signatures of a tree are checked that one is about to believe. What
    /// is found does not depend on it. At most `MLSLimits.threadsMax` are used.
    public var threadsMax = 1

    /// A policy for one operation.
    public init(
        now: UnixTime, tolerance: UInt64, lifetimeMax: UInt64,
        validator: any CredentialValidator
    ) {
        time = now
        self.tolerance = tolerance
        self.lifetimeMax = lifetimeMax
        self.validator = validator
    }

    /// A policy for one operation, whose validator is one function.
    ///
    /// - Parameter judge: Judges a leaf that is valid otherwise.
    public init(
        now: UnixTime, tolerance: UInt64, lifetimeMax: UInt64,
        judge: @escaping @Sendable (LeafNode, LeafOrigin) -> LeafVerdict
    ) {
        self.init(
            now: now, tolerance: tolerance, lifetimeMax: lifetimeMax,
            validator: LeafJudge(judgement: judge))
    }

    /// Asks the application about a leaf.
    func check(
        _ leaf: LeafNode, from origin: LeafOrigin, _ suite: CipherSuite
    ) throws(LeafRefusal) {
        if let key = validator.signatureKey(in: leaf.credential, for: suite) {
            guard key == leaf.signatureKey else { throw .signatureKey }
        }
        if case .refused(let reason) = validator.judge(leaf, from: origin) {
            throw .application(reason: reason)
        }
    }

    /// Checks the lifetime of a key package (RFC 9420 section 7.3).
    ///
    /// When it is now is looked at by who adds the client, and not by who follows: members'
    /// clocks and the days a message spends on its way must not decide who is in the group.
    func check(_ lifetime: Lifetime, from origin: LeafOrigin) throws(LeafRefusal) {
        guard let duration = lifetime.duration, duration <= lifetimeMax else { throw .lifetime }
        guard origin != .added else { return }
        guard lifetime.notBefore.seconds <= time.seconds.addingClamped(tolerance),
            lifetime.notAfter.seconds.addingClamped(tolerance) >= time.seconds
        else { throw .lifetime }
    }
}

extension UInt64 {
    fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
