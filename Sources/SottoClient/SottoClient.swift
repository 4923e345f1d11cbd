// The actor that an application links: one home, its engine, and its connections.

import Logging
import SottoClientCore
import SottoClientStore
import SottoCrypto

/// One account on one device, with everything it has said and heard.
///
/// Nothing touches the network but ``create(home:relay:relayID:name:invitation:timeout:logger:)``,
/// ``addContact(link:name:timeout:)``, ``run()``, ``drain(timeout:)``,
/// ``wait(for:of:timeout:)`` and ``inboxNext(consumer:max:wait:)`` with a wait. Each keeps the
/// connections up for as long as it runs. Several processes may open one home at once.
///
/// Close a client when it is not needed any more; a client that is dropped without that loses
/// nothing, but leaves the write-ahead log to whoever opens the home next.
public actor SottoClient {
    nonisolated let home: HomeFolder
    nonisolated let environment: ClientEnvironment
    nonisolated let logger: Logger?

    /// `nil` once the client is closed.
    var store: ClientStore?
    var core = ClientCore()
    var entropy: Entropy
    /// The connections, while somebody needs them.
    var engine = EngineState()
    /// Who is told what happens.
    var audience = Audience()

    init(
        home: HomeFolder, store: ClientStore, environment: ClientEnvironment, logger: Logger?
    ) {
        self.home = home
        self.environment = environment
        self.logger = logger
        self.store = store
        entropy = environment.entropy()
        audience.published = store.generation
    }

    /// Lets the engine decide on events, and does what it decides once that is on disk.
    ///
    /// Never suspends: the next event finds the home as this one left it.
    @discardableResult
    func feed(_ events: [Event]) throws(ClientError) -> [Reply] {
        var next = events
        var replies: [Reply]?
        while !next.isEmpty {
            let applied: Applied
            do throws(StoreError) {
                let now = environment.now()
                guard let result = try store?.apply(next, to: &core, now: now, using: &entropy)
                else { throw .noHome }
                applied = result
            } catch {
                let error = store == nil ? .misuse(.closed) : ClientError(error)
                // What was asked for is committed; only what follows from it is not.
                guard replies != nil else { throw error }
                fail(error)
                break
            }
            replies = replies ?? applied.replies
            next = perform(applied.effects)
            if applied.sawOthers, next.isEmpty, engine.isUp { next = [.resumed(from: 0)] }
        }
        publish()
        return replies ?? []
    }

    /// Lets the engine decide on what the user wants.
    func feed(_ intent: Intent, name: String? = nil) throws(ClientError) -> Reply {
        let reply = try feed([.intent(intent)]).first ?? .done
        if case .refused(let refusal) = reply { throw ClientError(refusal, name: name) }
        return reply
    }

    /// Asks the store.
    func query<Value>(
        _ body: (ClientStore) throws(StoreError) -> Value
    ) throws(ClientError) -> Value {
        guard let store else { throw .misuse(.closed) }
        do { return try body(store) } catch { throw ClientError(error) }
    }

    /// Does what may leave, in order, and answers what the engine is to be told next.
    private func perform(_ effects: [Effect]) -> [Event] {
        var next: [Event] = []
        for effect in effects {
            guard environment.mayLeave() else {
                abandon()
                return []
            }
            switch effect {
            case .request(let errand, let body): engine.carry(Order(errand: errand, body: body))
            case .acknowledge(let sequence): engine.acknowledge(sequence)
            case .named(let peer, let name): audience.tell(.named(PeerID(peer), name))
            case .resume(let place): next.append(.resumed(from: place))
            // Written already.
            case .write, .deleteEpoch, .deleteGroup: break
            }
        }
        return next
    }

    /// Stops dead, as if the process had died.
    private func abandon() {
        engine.task?.cancel()
        store = nil
    }
}
