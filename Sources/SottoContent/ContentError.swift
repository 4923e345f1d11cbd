// What can be wrong with content.

package import SottoWire

/// Why bytes are no content, or content cannot be sent.
package enum ContentError: Error, Equatable, Sendable {
    /// They are not CBOR as we read it.
    case notCBOR(WireError)
    /// The keys of a map are not in order, so that the same content has two forms.
    case notDeterministic
    /// They are CBOR of another shape than the draft's schema.
    case notInSchema
    /// Parts lie too deep in each other.
    case tooDeep
    /// An extension breaks the limits that the draft sets.
    case invalidExtension
    /// It names another sender or room than the one that it came from [CONT-2].
    case otherOrigin
    /// It is longer than what an envelope carries.
    case tooLarge
}
