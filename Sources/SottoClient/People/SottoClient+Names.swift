// User names: taking one, giving it back, and finding people by theirs.

import SottoClientCore
import SottoCrypto
import SottoIdentity
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

extension SottoClient {
    /// Takes a user name at our relay, in place of the one we had [NAME-1].
    ///
    /// Whoever knows it can find us as if they had our link. Taking one's own name again does
    /// nothing; after an attempt that was cut off it finishes it.
    ///
    /// - Throws: `.misuse(.badUserName)`, `.refused(.userNameTaken)`, `.limited(.rateLimited)`,
    ///   `.notTrusted`, `.network`.
    public func takeUserName(
        _ text: String, timeout: Duration = .seconds(20)
    ) async throws(ClientError) {
        let name: UserName
        do { name = try UserName(text) } catch { throw .misuse(.badUserName) }
        let account = try account()
        guard account.userName?.name != name else { return }
        let taken = try await visit(account, within: timeout) {
            visit throws(ClientError) in try await visit.take(name)
        }
        _ = try feed(.keepUserName(taken))
        if let before = account.userName { try await give(back: before, account, timeout) }
    }

    /// Gives our user name back; anybody can take it then. Does nothing when we have none.
    ///
    /// - Throws: `.notTrusted`, `.network`.
    public func dropUserName(timeout: Duration = .seconds(20)) async throws(ClientError) {
        let account = try account()
        guard let own = account.userName else { return }
        try await give(back: own, account, timeout)
        _ = try feed(.keepUserName(nil))
    }

    /// Takes the holder of a user name at our relay as a contact; the `@` before it may be left
    /// out. Without a name, the contact gets its user name as one.
    ///
    /// - Throws: `.misuse(.badUserName)`, `.notFound(.userName)`, and what
    ///   ``addContact(link:name:timeout:)`` throws.
    public func addContact(
        userName text: String, name: String? = nil, timeout: Duration = .seconds(20)
    ) async throws(ClientError) -> Contact {
        let userName: UserName
        do { userName = try UserName(text.hasPrefix("@") ? text.dropFirst() : text[...]) } catch {
            throw .misuse(.badUserName)
        }
        let account = try account()
        let now = environment.now()
        let (card, record) = try await visit(account, within: timeout) {
            visit throws(ClientError) in try await visit.find(userName, at: now)
        }
        let reply = try feed(.addContact(card: card, record: record, name: name), name: name)
        let added = try contact(reply)
        guard name == nil, added.name == nil else { return added }
        // Another contact may be called that; then this one goes by its own name.
        do { return try await rename(added.peer, to: userName.text) } catch { return added }
    }

    private func give(
        back own: OwnUserName, _ account: OwnAccount, _ timeout: Duration
    ) async throws(ClientError) {
        try await visit(account, within: timeout) { visit throws(ClientError) in
            try await visit.giveBack(own)
        }
    }

    /// Asks the relay on a connection that belongs to nobody and is closed afterwards.
    nonisolated func visit<Value: Sendable>(
        _ account: OwnAccount, within timeout: Duration,
        _ body: (inout RelayVisit) async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        let origin: RelayOrigin
        do { origin = try RelayOrigin(account.origin) } catch {
            throw .notTrusted(.homeDoesNotOpen)
        }
        let connection: RelayConnection
        do {
            connection = try await .connect(
                to: origin, trusting: .pinned(account.relayKey.id),
                entropy: environment.entropy(), options: environment.link(within: timeout))
        } catch {
            throw ClientError(error)
        }
        defer { connection.close() }
        var visit = RelayVisit(
            account: account, connection: connection, entropy: environment.entropy())
        return try await body(&visit)
    }
}
