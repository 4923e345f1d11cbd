// Who a relay is: its key, and the life of its store.

package import SottoCrypto
package import SottoRelayProtocol
import SottoWire

/// A relay's signing key with what clients know it by.
package struct RelayIdentity: Sendable {
    /// The key that signs hellos and heads.
    package let privateKey: SignaturePrivateKey
    /// Its public half.
    package let relayKey: RelayKey
    /// The life of the relay's store.
    package let incarnation: Incarnation
    /// What its hello says beside that.
    package var announcement: [HelloExtension] = []

    /// The identity of a relay with this key and store.
    package init(privateKey: SignaturePrivateKey, incarnation: Incarnation) {
        self.privateKey = privateKey
        self.incarnation = incarnation
        relayKey = (try? RelayKey(privateKey.publicKey)) ?? .zero
    }
}
