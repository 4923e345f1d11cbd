// The user name that leads to us, if we took one.

package import SottoCrypto
package import SottoIdentity
package import SottoRelayProtocol
import SottoWire

/// A user name of ours, with what its record is found and sealed with.
package struct OwnUserName: Sendable, Equatable {
    /// The name.
    package let name: UserName
    /// What it comes to at our relay; kept, so that nobody is asked again.
    package let secret: NameSecret
    /// The version of its record that the relay holds; 0 for none.
    package var version: UInt64

    /// A name with a record of this version.
    package init(_ name: UserName, secret: NameSecret, version: UInt64) {
        self.name = name
        self.secret = secret
        self.version = version
    }
}

extension OwnUserName {
    func write(to writer: inout WireWriter) {
        writer.text(name.text)
        writer.secret(secret.secret)
        writer.uint64(version)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let text = try reader.text()
        do { name = try UserName(text) } catch { throw .malformed }
        secret = try NameSecret(try reader.secret())
        version = try reader.uint64()
    }
}

extension OwnAccount {
    /// The record of a user name of ours, signed [NAME-3] [NAME-4].
    ///
    /// - Throws: What making a key of 32 bytes throws, which is nothing.
    package func put(
        _ own: OwnUserName, version: UInt64, using entropy: inout Entropy
    ) throws(CryptoError) -> PutRecord {
        let record = NameRecord(
            own.name, of: id, card: card, at: relayKey.id.renamed(), signedBy: deviceKey)
        let key = try own.secret.writeKey(of: recordKey)
        return PutRecord(
            locator: own.secret.locator.renamed(), writeKey: WriteKey(made: key.publicKey),
            record: SottoRelayProtocol.Record(
                version: version, sealed: record.seal(for: own.secret, using: &entropy)),
            signedBy: key, at: relayKey)
    }

    /// What takes the record of a user name of ours away.
    ///
    /// - Throws: As ``put(_:version:using:)``.
    package func removal(
        of own: OwnUserName, version: UInt64
    ) throws(CryptoError) -> Removal {
        Removal(
            of: .record, locator: own.secret.locator.renamed(), version: version,
            signedBy: try own.secret.writeKey(of: recordKey), at: relayKey)
    }

    /// What takes our own record or our stock away.
    package func removal(of kind: Removal.Kind, version: UInt64) -> Removal {
        switch kind {
        case .record:
            Removal(
                of: kind, locator: card.locator.renamed(), version: version,
                signedBy: recordKey, at: relayKey)
        case .stock:
            Removal(
                of: kind, locator: stock, version: version, signedBy: stockKey, at: relayKey)
        }
    }
}

extension ClientCore {
    /// Notes the user name that leads to us now, or that none does.
    mutating func keep(_ name: OwnUserName?, _ work: inout Workspace) throws(Halt) -> Reply {
        var account = try work.account()
        var publication = try work.publication()
        account.userName = name
        publication.pendingName = nil
        work.put(.account(account), under: .account)
        work.put(.publication(publication), under: .publication)
        return .done
    }

    /// Signs the record of our user name anew, whenever our own is.
    func renewName(
        _ account: OwnAccount, _ publication: inout PublicationRecord, _ work: inout Workspace
    ) throws(Halt) {
        guard let own = account.userName else { return }
        do {
            publication.pendingName = try account.put(
                own, version: own.version + 1, using: &work.entropy)
        } catch {
            throw .impossible
        }
    }

    /// The relay holds the record of our user name in this version.
    ///
    /// - Parameter isOurs: Whether it is the one that we put; else we put it again, on top.
    mutating func named(
        _ version: UInt64, isOurs: Bool, _ publication: inout PublicationRecord,
        _ work: inout Workspace
    ) throws(Halt) {
        var account = try work.account()
        publication.pendingName = nil
        account.userName?.version = version
        if !isOurs {
            session.hurry(.putName)
            try renewName(account, &publication, &work)
        }
        work.put(.account(account), under: .account)
    }

    /// The relay refused a step of keeping our user name.
    mutating func namingRefused(
        _ errand: Errand, _ refusal: RelayRefusal, _ work: inout Workspace
    ) throws(Halt) {
        let account = try work.account()
        guard let own = account.userName else { return }
        switch (errand, refusal) {
        case (.putName, .conflict):
            ask(.readName, .getRecord(own.secret.locator.renamed()), &work)
        case (.putName, .notPermitted):
            // The relay came back with an older store, and somebody else was faster.
            _ = try keep(nil, &work)
            try raise(.userNameLost, &work)
        case (.readName, .notFound):
            var publication = try work.publication()
            try named(0, isOurs: false, &publication, &work)
            work.put(.publication(publication), under: .publication)
            try publish(&work)
        default: break
        }
    }
}
