// The bytes of blobs: a seam to whatever keeps files.

package import SottoRelayProtocol

/// Where the bytes of uploads and blobs lie. Its calls wait for a disk, and may be made from any
/// thread; two calls that change one upload or blob are never made at once.
package protocol BlobFiles: Sendable {
    /// How many bytes of an upload there are; 0 when none came.
    func count(of upload: UploadID) throws(BlobFileError) -> UInt64
    /// Puts bytes behind those of an upload that are there; `offset` says how many these are.
    func append(
        _ bytes: [UInt8], to upload: UploadID, at offset: UInt64
    ) throws(BlobFileError)
    /// Returns when every byte that an upload has survives the end of the machine.
    func sync(_ upload: UploadID) throws(BlobFileError)
    /// The address that the bytes of an upload have. Reads all of them.
    func address(of upload: UploadID) throws(BlobFileError) -> BlobID
    /// Makes an upload the blob at an address, durably. Nothing if that was done before.
    func keep(_ upload: UploadID, as blob: BlobID) throws(BlobFileError)
    /// Removes an upload's bytes, if there are any.
    func discard(_ upload: UploadID) throws(BlobFileError)
    /// Removes a blob's bytes, if they are there.
    func remove(_ blob: BlobID) throws(BlobFileError)
    /// Bytes of a blob from a place, as many as asked unless it ends before.
    func read(
        _ blob: BlobID, from offset: UInt64, count: Int
    ) throws(BlobFileError) -> [UInt8]
    /// Whether the bytes of a blob are there.
    func holds(_ blob: BlobID) throws(BlobFileError) -> Bool
    /// Every upload of which there are bytes.
    func uploads() throws(BlobFileError) -> [UploadID]
    /// The blobs whose address begins with this byte and whose bytes are there.
    func blobs(beginning byte: UInt8) throws(BlobFileError) -> [BlobID]
    /// The bytes that the disk has left.
    func freeBytes() -> UInt64
}

/// Why a file was not written or read. What is there is as it was, but for an end that was being
/// appended.
package enum BlobFileError: Error, Equatable, Sendable {
    /// There is no room left.
    case full
    /// There is no such file, or it has another length than was said.
    case notThere
    /// The disk fails; the code is the system's.
    case failed(code: Int32)
}

/// Why a relay does not do what is asked about a blob.
package enum BlobRefusal: Error, Equatable, Sendable {
    /// The token is not this relay's or its time is over.
    case notPermitted
    /// There is no such upload or blob.
    case notFound
    /// It is larger than the token or the relay admits.
    case tooLarge
    /// The upload was begun with another size, or is over.
    case conflict
    /// The mailbox has had as much as it may for now.
    case overAllowance
    /// The relay keeps as much as it may.
    case full
    /// The store or the disk fails.
    case unavailable
}

/// What an operator lets blobs take.
package struct BlobQuotas: Sendable, Equatable {
    /// The bytes of one blob.
    package var blobBytes: UInt64
    /// The bytes of all blobs together.
    package var totalBytes: UInt64
    /// The bytes that one mailbox may upload at once, and over the time that a blob is kept.
    package var mailboxBytes: UInt64
    /// How many days a blob is kept.
    package var days: UInt64

    /// Quotas; those not named are the defaults of the specification.
    package init(
        blobBytes: UInt64 = RelayLimits.blobBytesMax, totalBytes: UInt64 = 64 << 30,
        mailboxBytes: UInt64 = 8 << 30, days: UInt64 = 30
    ) {
        self.blobBytes = min(blobBytes, RelayLimits.blobBytesMax)
        self.totalBytes = totalBytes
        self.mailboxBytes = mailboxBytes
        self.days = max(1, days)
    }
}

/// The bounds of a relay's work on blobs.
package enum BlobLimits {
    /// The days within which an upload has to be whole, counted from when its token was minted.
    package static let uploadDays: UInt64 = 2
    /// The bytes of the disk that blobs leave free for what everything else needs.
    package static let bytesKeptFree: UInt64 = 128 << 20
    /// The mailboxes whose uploads are counted at once.
    package static let allowancesMax = 100_000
    /// The rows of a kind that one step of a sweep removes.
    package static let sweepRowsMax = 500
    /// The bytes of a blob that are read at once.
    package static let readBytesMax = 128 << 10
}
