// The hashes that chain all commits of a group (RFC 9420 section 8.2).

package import SottoCrypto
import SottoWire

/// The two running hashes, each over the other's last value.
package enum TranscriptHash {
    /// The hash after a commit, which the epoch's secrets are bound to.
    package static func confirmed(
        _ commit: AuthenticatedContent, after interim: [UInt8], _ suite: CipherSuite
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.value(commit.wireFormat)
        writer.fixed(commit.content.encoded)
        writer.opaque(commit.auth.signature)
        return suite.hash(parts: [interim[...], writer.bytes[...]])
    }

    /// The hash after the confirmation tag of that commit, which the next one is chained to.
    package static func interim(
        _ confirmationTag: [UInt8], after confirmed: [UInt8], _ suite: CipherSuite
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.opaque(confirmationTag)
        return suite.hash(parts: [confirmed[...], writer.bytes[...]])
    }
}
