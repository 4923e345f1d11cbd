// What went wrong on the way in: entries kept whole, and alarms that the user must see.

package import SottoIdentity
package import SottoRelayProtocol
import SottoWire

/// Why an entry was put aside [ONCE-5].
package enum PutAsideCause: UInt8, Hashable, Sendable, CaseIterable {
    /// It does not open or decode.
    case undecodable = 1
    /// It belongs to a lane that we are not in.
    case unknownLane = 2
    /// Its head does not follow from the lane's [HEAD-2].
    case headDoesNotFollow = 3
    /// It could not be decrypted, or breaks the rules of MLS.
    case notDecryptable = 4
    /// Its content breaks its format [CONT-6].
    case invalidContent = 5
    /// The group that it brings or makes is none that we take [CHAT-2].
    case refusedGroup = 6
}

/// An entry that could not be processed, whole.
package struct PutAsideRecord: Hashable, Sendable, Storable {
    /// Why.
    package let cause: PutAsideCause
    /// When.
    package let at: Timestamp
    /// Its number in our mailbox.
    package let sequence: UInt64
    /// The entry as far as it opened: the opened entry, else what was delivered.
    package let bytes: [UInt8]
}

/// What the user must be told.
package enum AlarmKind: UInt8, Hashable, Sendable, CaseIterable {
    /// A head that the relay's key did not sign [HEAD-1].
    case headNotSigned = 1
    /// A head that does not follow from the one before [HEAD-2].
    case headDoesNotFollow = 2
    /// Two heads of one number, both signed [HEAD-3].
    case fork = 3
    /// A device log that is not the one we know.
    case accountForked = 4
    /// The relay came back with another store, or holds fewer entries than it has delivered.
    case relayRestored = 5
    /// Entries of our mailbox are gone that we never saw.
    case entriesLost = 6
    /// An entry could not be processed.
    case putAside = 7
    /// A member says that it was shown another head than we were [CONV-7].
    case viewsDiffer = 8
    /// Entries of a lane never came to our mailbox: the head leaves them out [HEAD-2].
    case gap = 9
    /// Somebody else holds our user name since the relay came back with another store [NAME-7].
    case userNameLost = 10

    /// Which alarms it may push out.
    package var ring: AlarmRing {
        switch self {
        case .fork: .proofs
        case .headNotSigned, .headDoesNotFollow, .accountForked, .relayRestored, .userNameLost:
            .lies
        case .entriesLost, .putAside, .viewsDiffer, .gap: .reports
        }
    }
}

/// Alarms that push out each other: of each ring the newest ``ClientLimits/alarmsMax`` are kept.
/// What a stranger can bring about has no power over what only the relay can.
package enum AlarmRing: UInt8, Hashable, Sendable, CaseIterable {
    /// What convicts the relay before anybody [HEAD-3].
    case proofs = 1
    /// What only the relay, or the owner of an account's keys, can bring about.
    case lies = 2
    /// What anybody can bring about who may write to us.
    case reports = 3
}

/// An alarm and its evidence.
package struct AlarmRecord: Hashable, Sendable, Storable {
    /// Its number in this home, in the order in which alarms were raised.
    package let number: Int64
    /// What happened.
    package let kind: AlarmKind
    /// With whom, where that is known.
    package let peer: AccountID?
    /// Why the entry was put aside, where one was.
    package let cause: PutAsideCause?
    /// When.
    package let at: Timestamp
    /// The signed heads that prove it, where there are such; for a third party to check.
    package let evidence: [SignedHead]
    /// The head that the peer says it was shown, where that is what differs [CONV-7].
    package let claim: SeenHead?
}

extension AlarmRecord {
    /// The proof that the relay told two orders, for others to judge [HEAD-6]; nothing where the
    /// alarm is another, or its heads prove none.
    package func forkProof(by relayKey: RelayKey) -> ForkProof? {
        guard kind == .fork, evidence.count == 2 else { return nil }
        let proof = ForkProof(relayKey: relayKey, first: evidence[0], second: evidence[1])
        do { try proof.verify() } catch { return nil }
        return proof
    }
}

extension PutAsideRecord {
    func write(to writer: inout WireWriter) {
        writer.uint8(cause.rawValue)
        writer.value(at)
        writer.uint64(sequence)
        writer.opaque(bytes)
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        guard let cause = PutAsideCause(rawValue: try reader.uint8()) else { throw .malformed }
        self.cause = cause
        at = try reader.value()
        sequence = try reader.uint64()
        bytes = try reader.opaque()
    }
}

extension AlarmRecord {
    func write(to writer: inout WireWriter) {
        writer.number(number)
        writer.uint8(kind.rawValue)
        writer.optional(peer)
        writer.ifPresent(cause) { $0.uint8($1.rawValue) }
        writer.value(at)
        writer.list(evidence) { $0.value($1) }
        writer.optional(claim)
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        number = try reader.number()
        guard let kind = AlarmKind(rawValue: try reader.uint8()) else { throw .malformed }
        self.kind = kind
        peer = try reader.optional()
        let cause = try reader.ifPresent { (reader) throws(WireError) in try reader.uint8() }
        if let cause {
            guard let cause = PutAsideCause(rawValue: cause) else { throw .malformed }
            self.cause = cause
        } else {
            self.cause = nil
        }
        at = try reader.value()
        evidence = try reader.list { (reader) throws(WireError) in try reader.value() }
        claim = try reader.optional()
    }
}
