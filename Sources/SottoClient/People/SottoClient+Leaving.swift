// Leaving for good: nothing stays at the relay, nothing in the home.

import SottoClientCore
import SottoClientStore
import SottoCrypto
import SottoIdentity
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

extension SottoClient {
    /// Deletes the account: its user name, record, key packages and mailbox at the relay, and then
    /// the home. What was said stays with those it was said to.
    ///
    /// After an error the home is still there, and calling this again goes on; the client is closed
    /// in any case.
    ///
    /// - Throws: `.notFound(.home)`, `.notTrusted`, `.network`.
    public func deleteAccount(timeout: Duration = .seconds(20)) async throws(ClientError) {
        let account = try account()
        let record = try query { (store) throws(StoreError) in try store.record(.publication) }
        // From here on nothing must be published any more.
        await close()
        try await leave(account, record, timeout)
        try await closeMailbox(of: account, timeout)
        home.remove()
    }

    private nonisolated func leave(
        _ account: OwnAccount, _ record: StoredRecord?, _ timeout: Duration
    ) async throws(ClientError) {
        var versions: (record: UInt64, stock: UInt64) = (0, 0)
        if case .publication(let stored)? = record {
            versions = (stored.recordVersion, stored.stockVersion)
        }
        let known = versions
        try await visit(account, within: timeout) { visit throws(ClientError) in
            if let own = account.userName { try await visit.giveBack(own) }
            try await visit.remove(
                at: account.card.locator.renamed(), version: known.record
            ) { version throws(CryptoError) in account.removal(of: .record, version: version) }
            try await visit.remove(
                at: account.stock, version: known.stock
            ) { version throws(CryptoError) in account.removal(of: .stock, version: version) }
        }
    }

    private nonisolated func closeMailbox(
        of account: OwnAccount, _ timeout: Duration
    ) async throws(ClientError) {
        try await visit(account, within: timeout) { visit throws(ClientError) in
            do throws(RelayRequestError) {
                _ = try await visit.connection.authenticate(
                    account.mailbox, mailboxKey: account.mailboxKey)
                try await visit.connection.closeMailbox()
            } catch {
                // It is gone already.
                guard case .refused(.notPermitted) = error else { throw ClientError(error) }
            }
        }
    }
}
