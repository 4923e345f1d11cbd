// What is asked of the relay's directory at once, with the user waiting.

import SottoClientCore
import SottoCrypto
import SottoIdentity
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

/// A connection that belongs to nobody, while something is looked up or put.
struct RelayVisit {
    let account: OwnAccount
    let connection: RelayConnection
    var entropy: Entropy

    /// What lies at a locator; nothing when there is nothing.
    func record(
        at locator: Locator
    ) async throws(ClientError) -> SottoRelayProtocol.Record? {
        do throws(RelayRequestError) {
            return try await connection.record(at: locator)
        } catch {
            guard case .refused(.notFound) = error else { throw ClientError(error) }
            return nil
        }
    }

    /// Puts the record of a name, on top of what is there if that is ours [NAME-4].
    mutating func take(_ name: UserName) async throws(ClientError) -> OwnUserName {
        let secret = try await secret(of: name)
        let held = try await record(at: secret.locator.renamed())?.version ?? 0
        let own = OwnUserName(name, secret: secret, version: held + 1)
        let put: PutRecord
        do { put = try account.put(own, version: own.version, using: &entropy) } catch {
            throw .internalFault("a key that is none")
        }
        do throws(RelayRequestError) {
            try await connection.putRecord(put)
        } catch {
            guard case .refused(.notPermitted) = error else { throw ClientError(error) }
            throw .refused(.userNameTaken)
        }
        return own
    }

    /// The card that a name leads to, with what lies under it [NAME-3].
    mutating func find(
        _ name: UserName, at now: SottoRelayProtocol.Timestamp
    ) async throws(ClientError) -> (Card, [UInt8]) {
        let secret = try await secret(of: name)
        guard let sealed = try await record(at: secret.locator.renamed())?.sealed else {
            throw .notFound(.userName)
        }
        let found: NameRecord
        do { found = try NameRecord(opening: sealed, with: secret) } catch {
            throw .notTrusted(.recordInvalid)
        }
        guard found.account != account.id else { throw .refused(.ownLink) }
        guard let record = try await record(at: found.card.locator.renamed())?.sealed else {
            throw .notFound(.record)
        }
        do {
            let owner = try UnverifiedRecord(opening: record, with: found.card)
                .verified(at: now.milliseconds)
            try found.verify(is: name, at: account.relayKey.id.renamed(), of: owner.log)
        } catch let error as SottoIdentity.RecordError {
            throw .notTrusted(TrustFault(error))
        } catch {
            throw .notTrusted(.recordInvalid)
        }
        return (found.card, record)
    }

    /// Gives a user name back; anybody can take it then.
    func giveBack(_ own: OwnUserName) async throws(ClientError) {
        try await remove(at: own.secret.locator.renamed(), version: own.version) {
            version throws(CryptoError) in try account.removal(of: own, version: version)
        }
    }

    /// Removes what lies at a locator, whatever its version is by now.
    func remove(
        at locator: Locator, version: UInt64,
        _ removal: (UInt64) throws(CryptoError) -> Removal
    ) async throws(ClientError) {
        var version = version
        for _ in 0..<Self.attemptsMax {
            let signed: Removal
            do { signed = try removal(version) } catch {
                throw .internalFault("a key that is none")
            }
            do throws(RelayRequestError) {
                return try await connection.remove(signed)
            } catch {
                guard case .refused(.conflict) = error else { throw ClientError(error) }
                version = try await newest(signed.kind, at: locator)
            }
        }
        throw .network(.timedOut("removing what another device puts"))
    }

    /// How often a removal is tried while somebody else of ours puts.
    private static let attemptsMax = 5

    private func newest(
        _ kind: Removal.Kind, at locator: Locator
    ) async throws(ClientError) -> UInt64 {
        switch kind {
        case .record: return try await record(at: locator)?.version ?? 0
        case .stock:
            do { return try await connection.countStock(at: locator).version } catch {
                guard case .refused(.notFound) = error else { throw ClientError(error) }
                return 0
            }
        }
    }

    /// What a name comes to at this relay: one question to it, and a tenth of a second of work.
    private mutating func secret(of name: UserName) async throws(ClientError) -> NameSecret {
        do {
            let blinding = try OPRF.Blinding(name.secret, using: &entropy)
            let answer = try await connection.evaluate(NameElement(made: blinding.blinded))
            return try NameSecret(
                of: name, at: account.relayKey.id.renamed(),
                output: blinding.output(of: answer.bytes))
        } catch let error as RelayRequestError {
            throw ClientError(error)
        } catch {
            throw .notTrusted(.relayMisbehaves)
        }
    }
}
