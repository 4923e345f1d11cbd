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
    /// Where blobs are kept; a home without it takes none.
    package let blobs: BlobStore?

    /// A home of its parts.
    package init(
        store: any RelayStore, privateKey: SignaturePrivateKey, secrets: RelaySecrets,
        blobs: BlobStore? = nil
    ) {
        self.store = store
        self.blobs = blobs
        self.privateKey = privateKey
        self.secrets = secrets
    }
}

/// Which blobs there are, and their bytes.
package struct BlobStore: Sendable {
    /// Which there are.
    package let index: any BlobIndex
    /// Their bytes.
    package let files: any BlobFiles

    /// An index with its files.
    package init(index: any BlobIndex, files: any BlobFiles) {
        self.index = index
        self.files = files
    }
}
