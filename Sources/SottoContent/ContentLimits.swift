// The bounds of message content (draft-ietf-mimi-content-08 section 6 and spec/conversation.md).

/// Limits of this target; those of CBOR itself are the codec's.
package enum ContentLimits {
    /// The longest content message or status report that is read, in bytes: a lane envelope's
    /// largest size class. With the MLS message around it somewhat less fits [ENV-5].
    package static let contentBytesMax = 262_144
    /// How deep nested parts may lie in each other, the body included (draft, section 6.3).
    package static let partDepthMax = 4
    /// How deep arrays, maps and tags of extensions may lie, the extensions map included.
    package static let extensionDepthMax = 4
    /// The longest value of one extension, in bytes (draft, section 4.3).
    package static let extensionValueBytesMax = 4_095
    /// The longest text that names an extension, in UTF-8 bytes.
    package static let extensionNameBytesMax = 255
    /// The longest URI of a sender or room, in UTF-8 bytes: its length has two bytes.
    package static let uriBytesMax = 65_535
    /// The longest text that is sent, in UTF-8 bytes [CONT-3].
    package static let textBytesMax = 65_536
    /// The longest display name, in Unicode scalar values [CONT-4].
    package static let nameScalarsMax = 64
    /// How many statuses one report carries [CONT-7].
    package static let statusesMax = 1_024
}
