// What a relay is made of, handed by whoever chooses the store to whoever serves it.

package import SottoCrypto

/// A relay's keys, and the store with everything else it must not lose.
///
/// A store's package opens one; `SottoRelayServer` serves it. Whoever holds it last closes the
/// store by letting go of it.
public struct RelayHome: Sendable {
    /// Where everything is kept.
    package let store: any RelayStore
    /// What signs hellos and heads.
    package let privateKey: SignaturePrivateKey
    /// The other keys that are not in the store.
    package let secrets: RelaySecrets

    /// A home of its parts.
    package init(store: any RelayStore, privateKey: SignaturePrivateKey, secrets: RelaySecrets) {
        self.store = store
        self.privateKey = privateKey
        self.secrets = secrets
    }
}
