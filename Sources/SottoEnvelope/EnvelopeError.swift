// What can be wrong with an envelope.

package import SottoWire

/// Why an envelope was not made or not opened.
package enum EnvelopeError: Error, Equatable, Sendable {
    /// What is to be sealed does not fit into the largest envelope.
    case tooLarge
    /// The key to seal with, an epoch's or a recipient's, is none.
    case invalidKey
    /// The envelope is of a version that this reader does not know.
    case unknownVersion(UInt8)
    /// It was sealed under another key, kind, lane or mailbox, or was changed since.
    case notOpened
    /// It opens, and what is inside breaks its format.
    case malformed(WireError)
}
