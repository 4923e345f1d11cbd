// What a relay keeps of blobs beside their bytes (spec/relay.md section 12).

package import SottoRelayProtocol

/// An upload that was begun, and for a while one that is over.
package struct UploadRow: Sendable, Equatable {
    /// How far it is.
    package enum State: Sendable, Equatable {
        /// Bytes are still to come.
        case open
        /// It has become this blob.
        case complete(BlobID)
    }

    /// The bytes that the blob will have.
    package var bytes: UInt64
    /// How far it is.
    package var state: State
    /// The day on which it is forgotten.
    package var expires: UInt64

    /// An upload in this state.
    package init(bytes: UInt64, state: State, expires: UInt64) {
        self.bytes = bytes
        self.state = state
        self.expires = expires
    }
}

/// A blob that is whole.
package struct BlobRow: Sendable, Equatable {
    /// The bytes it has.
    package var bytes: UInt64
    /// The day on which it is removed.
    package var expires: UInt64

    /// A blob of this size.
    package init(bytes: UInt64, expires: UInt64) {
        self.bytes = bytes
        self.expires = expires
    }
}

/// One change. An index makes all changes of a transaction in the order given, or none.
package enum BlobWrite: Sendable, Equatable {
    /// Puts an upload in place of what was there; nothing removes it.
    case upload(UploadID, UploadRow?)
    /// Puts a blob in place of what was there; nothing removes it.
    case blob(BlobID, BlobRow?)
}

/// Where a relay keeps which blobs there are: a part of its store, and as durable.
///
/// One caller at a time; a `RelayStore` over the same disk may be used meanwhile.
package protocol BlobIndex: Sendable {
    /// The upload of this name.
    func upload(_ id: UploadID) throws(RelayStoreError) -> UploadRow?
    /// The blob at this address.
    func blob(_ id: BlobID) throws(RelayStoreError) -> BlobRow?
    /// The bytes of all blobs, and of all uploads that are open as if they were whole.
    func blobBytes() throws(RelayStoreError) -> UInt64
    /// Uploads that are forgotten on a day or were before, at most so many.
    func expiredUploads(on day: UInt64, max: Int) throws(RelayStoreError) -> [UploadID]
    /// Blobs that are removed on a day or were before, at most so many.
    func expiredBlobs(on day: UInt64, max: Int) throws(RelayStoreError) -> [BlobID]
    /// Blobs in the order of their addresses after one of them, at most so many.
    func blobs(after id: BlobID?, max: Int) throws(RelayStoreError) -> [BlobID]
    /// Makes all changes durably, or none.
    func change(_ writes: [BlobWrite]) throws(RelayStoreError)
}
