// Making, opening and closing homes.

public import Logging
import SottoClientCore
import SottoClientStore
import SottoContent
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

extension SottoClient {
    /// A home that was just made.
    public struct Creation: Sendable {
        /// The client of the new home.
        public let client: SottoClient
        /// What gives the account back when every device is lost: 8 groups of 5 letters. To be
        /// shown once and written down; it is kept nowhere.
        public let recoveryCode: String
        /// `nil` when others can find the account already. Else why not yet: the account is made,
        /// and every later ``SottoClient/run()`` or ``SottoClient/drain(timeout:)`` goes on with
        /// that.
        public let unpublished: ClientError?
    }

    /// Makes a home and an account in it.
    ///
    /// The relay is asked first: when it cannot be reached, nothing is left behind.
    ///
    /// - Parameters:
    ///   - home: A folder that is empty or not there.
    ///   - relay: `wss://HOST[:PORT]`, or `ws://HOST:PORT` for this machine.
    ///   - relayID: The hash of the relay's key, 64 hexadecimal digits; `nil` trusts the key that
    ///     the relay shows now.
    ///   - name: What others are told.
    ///   - invitation: A code that the relay's host gave out; `nil` where none is needed.
    ///   - timeout: For everything together.
    /// - Throws: `.network`, `.notTrusted(.relayKeyWrong)`, `.refused(.homeExists)`, `.misuse`.
    public static func create(
        home: String, relay: String, relayID: String? = nil, name: String? = nil,
        invitation: String? = nil, timeout: Duration = .seconds(20), logger: Logger? = nil
    ) async throws(ClientError) -> Creation {
        try await create(
            home: home, relay: relay, relayID: relayID, name: name, invitation: invitation,
            timeout: timeout, logger: logger, environment: ClientEnvironment())
    }

    /// As ``create(home:relay:relayID:name:invitation:timeout:logger:)``, in surroundings of the
    /// caller's.
    package static func create(
        home: String, relay: String, relayID: String? = nil, name: String? = nil,
        invitation: String? = nil, timeout: Duration = .seconds(20), logger: Logger? = nil,
        environment: ClientEnvironment
    ) async throws(ClientError) -> Creation {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: timeout)
        let origin: RelayOrigin
        do { origin = try RelayOrigin(relay) } catch { throw ClientError(error) }
        if let name, (try? DisplayName(name)) == nil { throw .misuse(.badName) }
        if let invitation, InvitationCode(text: invitation) == nil {
            throw .misuse(.badInvitation)
        }
        let trust = try Self.trust(relayID)
        let folder = HomeFolder(path: home)
        try clear(folder)
        let relayKey = try await shownKey(of: origin, trust, timeout, environment)

        var entropy = environment.entropy()
        let store: ClientStore
        do { store = try .create(home: folder, using: &entropy) } catch { throw ClientError(error) }
        let client = SottoClient(
            home: folder, store: store, environment: environment, logger: logger)
        if let invitation { try client.keepInvitation(invitation) }
        let code = try await client.found(origin: origin, relayKey: relayKey, name: name)
        do {
            try await client.drain(timeout: max(.zero, clock.now.duration(to: deadline)))
            return Creation(client: client, recoveryCode: code, unpublished: nil)
        } catch {
            return Creation(client: client, recoveryCode: code, unpublished: error)
        }
    }

    /// Opens a home. Needs no network.
    ///
    /// - Throws: `.notFound(.home)`, `.refused(.homeOfNewerVersion)`, or
    ///   `.notTrusted(.homeDoesNotOpen)`.
    public static func open(
        home: String, logger: Logger? = nil
    ) async throws(ClientError) -> SottoClient {
        try await open(home: home, logger: logger, environment: ClientEnvironment())
    }

    /// As ``open(home:logger:)``, in surroundings of the caller's.
    package static func open(
        home: String, logger: Logger? = nil, environment: ClientEnvironment
    ) async throws(ClientError) -> SottoClient {
        let folder = HomeFolder(path: home)
        do throws(StoreError) {
            let store = try ClientStore.open(home: folder)
            guard try store.record(.account) != nil else { throw .noHome }
            return SottoClient(
                home: folder, store: store, environment: environment, logger: logger)
        } catch {
            throw ClientError(error)
        }
    }

    /// Ends every use of this client; whoever waits gets `.misuse(.closed)`.
    public func close() async {
        let stopping = engine.task
        stopping?.cancel()
        await stopping?.value
        store?.close()
        store = nil
        audience.finish()
    }

    private func found(
        origin: RelayOrigin, relayKey: RelayKey, name: String?
    ) async throws(ClientError) -> String {
        do throws(ClientError) {
            let reply = try feed(
                .createAccount(origin: origin.description, relayKey: relayKey, name: name))
            guard case .created(let code) = reply else { throw ClientError.internalFault("reply") }
            return code
        } catch {
            await close()
            home.remove()
            throw error
        }
    }

    /// Makes room for a home where an earlier attempt ended before there was an account.
    private static func clear(_ folder: HomeFolder) throws(ClientError) {
        if folder.isCutOff { return folder.remove() }
        guard folder.holdsStore else { return }
        do throws(StoreError) {
            let store = try ClientStore.open(home: folder)
            let account = try store.record(.account)
            store.close()
            guard account == nil else { throw .homeExists }
            folder.remove()
        } catch {
            switch error {
            case .noHome: folder.remove()
            case .doesNotOpen: throw .refused(.homeExists)
            default: throw ClientError(error)
            }
        }
    }

    private static func trust(_ relayID: String?) throws(ClientError) -> RelayTrust {
        guard let relayID else { return .firstUse }
        guard let bytes = try? Hexadecimal.decode(relayID), let id = try? RelayID(bytes) else {
            throw .misuse(.badRelayID)
        }
        return .pinned(id)
    }

    private static func shownKey(
        of origin: RelayOrigin, _ trust: RelayTrust, _ timeout: Duration,
        _ environment: ClientEnvironment
    ) async throws(ClientError) -> RelayKey {
        do {
            let connection = try await RelayConnection.connect(
                to: origin, trusting: trust, entropy: environment.entropy(),
                options: environment.link(within: timeout))
            defer { connection.close() }
            return connection.hello.relayKey
        } catch {
            throw ClientError(error)
        }
    }
}
