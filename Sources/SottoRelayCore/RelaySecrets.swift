// The keys that a relay keeps outside its store, but for the one that it is known by.

package import SottoCrypto

/// What a relay derives from and what no copy of its store may hold [OPS-1].
package struct RelaySecrets: Sendable {
    /// What delivery secrets are derived from [TOK-2].
    package let master: Secret
    /// What user names are evaluated with [NAME-5].
    package let names: OPRF.PrivateKey

    /// The secrets of two keys of 32 bytes.
    ///
    /// - Throws: `.invalidLength` if the key of names has another size.
    package init(master: Secret, names: Secret) throws(CryptoError) {
        self.master = master
        self.names = try OPRF.PrivateKey(seed: names, info: Array("Sotto 1.0 user names".utf8))
    }
}
