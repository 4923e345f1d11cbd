// Where the keys come from that are mixed into an epoch's secrets (RFC 9420 section 8.4).

public import SottoCrypto
import SottoWire

/// The keys that an application has and a group cannot find by itself.
public struct PreSharedKeys: Sendable {
    private var keys: [PreSharedKeyID.Key: Secret] = [:]

    /// No keys.
    public init() {}

    /// The key that the application knows by this name.
    public subscript(external id: [UInt8]) -> Secret? {
        get { keys[.external(id: id)] }
        set { keys[.external(id: id)] = newValue }
    }

    /// The resumption key of an epoch of a group: `Group.resumptionKey`, while it was there.
    public subscript(resumption group: GroupID, epoch: UInt64) -> Secret? {
        get { keys[.resumption(group, epoch)] }
        set { keys[.resumption(group, epoch)] = newValue }
    }

    /// The key of this name, whatever it is to be used for.
    subscript(key: PreSharedKeyID.Key) -> Secret? {
        guard case .resumption(_, let group, let epoch) = key else { return keys[key] }
        return keys[.resumption(group, epoch)]
    }
}

extension PreSharedKeyID.Key {
    fileprivate static func resumption(_ group: GroupID, _ epoch: UInt64) -> Self {
        .resumption(usage: .application, group: group, epoch: epoch)
    }
}

/// Why a key is not there.
enum MissingPreSharedKey: Error {
    /// It may be in records that were not loaded.
    case records([GroupRecordKey])
    /// The application has to say it.
    case key(PreSharedKeyID)
}

extension PreSharedKeys {
    /// `psk_secret` of these keys; `nil`, which stands for zeros, if there are none.
    ///
    /// - Parameter find: Where else a key may be.
    func combined(
        _ ids: [PreSharedKeyID], _ suite: CipherSuite,
        find: (PreSharedKeyID.Key) throws(MissingPreSharedKey) -> Secret?
    ) throws(MissingPreSharedKey) -> Secret? {
        guard !ids.isEmpty else { return nil }
        var found: [PreSharedKey] = []
        for id in ids {
            if let given = self[id.key] {
                found.append(PreSharedKey(id: id, secret: given))
            } else if let known = try find(id.key) {
                found.append(PreSharedKey(id: id, secret: known))
            } else {
                throw .key(id)
            }
        }
        return PreSharedKey.combine(found, suite)
    }
}

extension GroupContext {
    /// A use of a key in a group with this context, with a fresh nonce, to be proposed from outside
    /// or committed by who joins.
    public func preSharedKeyID(
        _ key: PreSharedKeyID.Key, using entropy: inout Entropy
    ) -> PreSharedKeyID {
        PreSharedKeyID(key: key, nonce: entropy.bytes(suite.hashLength))
    }
}

extension Group {
    /// Shows in later epochs, and in other groups, that one was a member in this epoch
    /// (section 8.6).
    public var resumptionKey: Secret { current.secrets.resumption }

    /// A use of a key in this group, with a fresh nonce, to be proposed.
    public func preSharedKeyID(
        _ key: PreSharedKeyID.Key, using entropy: inout Entropy
    ) -> PreSharedKeyID {
        context.preSharedKeyID(key, using: &entropy)
    }

    /// `psk_secret` of the next epoch.
    func secret(
        of ids: [PreSharedKeyID], given: PreSharedKeys
    ) throws(MissingPreSharedKey) -> Secret? {
        try given.combined(ids, suite) { (key) throws(MissingPreSharedKey) in
            guard case .resumption(_, id, let epoch) = key else { return nil }
            return try resumptionKey(of: epoch)
        }
    }

    /// Whether a key is here, or in a record that is to be loaded.
    func hasKey(_ id: PreSharedKeyID, given: PreSharedKeys) -> Bool {
        do throws(MissingPreSharedKey) {
            _ = try secret(of: [id], given: given)
            return true
        } catch {
            if case .records = error { return true }
            return false
        }
    }

    /// The resumption key of an epoch that is kept, `nil` if it is not kept.
    func resumptionKey(of epoch: UInt64) throws(MissingPreSharedKey) -> Secret? {
        guard epoch != self.epoch else { return resumptionKey }
        guard pastEpochs.contains(where: { $0.number == epoch }) else { return nil }
        guard let past = loaded[epoch]?.past else { throw .records([.pastEpoch(epoch)]) }
        return past.resumption
    }
}
