// Which blobs a relay takes, keeps and removes; what each step leaves, the next start can mend.

package import SottoCrypto
package import SottoRelayProtocol

/// The decisions on blobs, over an index and the files it names. For one caller at a time.
///
/// The index is changed before the files follow. A crash between the two leaves a file that no
/// row names, or an upload that its row calls a blob already; `mend` puts both right [BLOB-7].
package struct BlobKeeper: Sendable {
    private let index: any BlobIndex
    /// The bytes; appending to and reading from them needs no decision.
    package let files: any BlobFiles
    private let secret: BlobSecret
    private let quotas: BlobQuotas
    private var allowances: BlobAllowances

    /// A keeper of these files.
    package init(
        index: any BlobIndex, files: any BlobFiles, masterKey: Secret, quotas: BlobQuotas
    ) {
        self.index = index
        self.files = files
        self.quotas = quotas
        secret = BlobSecret(masterKey: masterKey)
        allowances = BlobAllowances(quotas)
    }

    /// An upload as its client sees it.
    package struct Status: Sendable, Equatable {
        /// The bytes that there are.
        package let offset: UInt64
        /// The bytes that there will be.
        package let bytes: UInt64
        /// What it has become, if it is whole.
        package let blob: BlobID?
        /// The day on which it is forgotten.
        package let expires: UInt64
    }

    // MARK: Tokens

    /// A token for a mailbox's next blob, which its allowance pays for now [BLOB-2].
    package mutating func mint(
        _ bytes: UInt64, for mailbox: MailboxID, now: Timestamp, using entropy: inout Entropy
    ) throws(BlobRefusal) -> BlobToken {
        guard bytes <= quotas.blobBytes else { throw .tooLarge }
        guard allowances.take(bytes, for: mailbox, on: now.day) else { throw .overAllowance }
        return secret.mint(
            bytesMax: bytes, expires: UInt32(clamping: now.day + BlobLimits.uploadDays),
            using: &entropy)
    }

    private func check(_ token: BlobToken, _ now: Timestamp) throws(BlobRefusal) {
        guard secret.admits(token), now.day < UInt64(token.expires) else { throw .notPermitted }
    }

    // MARK: Uploads

    /// Begins the upload of a token, or finds it begun with the same size [BLOB-3].
    package func begin(
        _ token: BlobToken, bytes: UInt64, now: Timestamp
    ) throws(BlobRefusal) -> Status {
        try check(token, now)
        guard bytes > 0, bytes <= token.bytesMax, bytes <= quotas.blobBytes else {
            throw .tooLarge
        }
        if let row = try stored({ index throws(RelayStoreError) in try index.upload(token.upload) })
        {
            guard row.bytes == bytes else { throw .conflict }
            return try status(token.upload, row)
        }
        let taken = try stored { index throws(RelayStoreError) in try index.blobBytes() }
        let (total, isMore) = taken.addingReportingOverflow(bytes)
        guard !isMore, total <= quotas.totalBytes else { throw .full }
        let (room, isTooMuch) = bytes.addingReportingOverflow(BlobLimits.bytesKeptFree)
        guard !isTooMuch, files.freeBytes() >= room else { throw .full }
        let row = UploadRow(bytes: bytes, state: .open, expires: UInt64(token.expires))
        try change([.upload(token.upload, row)])
        return Status(offset: 0, bytes: bytes, blob: nil, expires: row.expires)
    }

    /// How far the upload of a token is.
    package func status(
        of token: BlobToken, now: Timestamp
    ) throws(BlobRefusal) -> Status {
        try check(token, now)
        let row = try stored { index throws(RelayStoreError) in try index.upload(token.upload) }
        guard let row else { throw .notFound }
        return try status(token.upload, row)
    }

    private func status(_ id: UploadID, _ row: UploadRow) throws(BlobRefusal) -> Status {
        switch row.state {
        case .complete(let blob):
            return Status(offset: row.bytes, bytes: row.bytes, blob: blob, expires: row.expires)
        case .open:
            let count = try onDisk { files throws(BlobFileError) in try files.count(of: id) }
            return Status(
                offset: min(count, row.bytes), bytes: row.bytes, blob: nil, expires: row.expires)
        }
    }

    /// Makes an upload a blob, its bytes whole, synced and hashed [BLOB-4].
    ///
    /// - Returns: Its address. The same again if that was done before.
    package func complete(
        _ token: BlobToken, as blob: BlobID, now: Timestamp
    ) throws(BlobRefusal) -> Status {
        try check(token, now)
        let found = try stored { index throws(RelayStoreError) in try index.upload(token.upload) }
        guard var row = found else { throw .notFound }
        if case .open = row.state {
            let before = try stored { index throws(RelayStoreError) in try index.blob(blob) }
            row.state = .complete(blob)
            let expires = max(before?.expires ?? 0, now.day + quotas.days)
            try change([
                .upload(token.upload, row),
                .blob(blob, BlobRow(bytes: row.bytes, expires: expires)),
            ])
            try onDisk { files throws(BlobFileError) in
                try files.keep(token.upload, as: blob)
            }
        }
        return try status(token.upload, row)
    }

    /// Gives an upload up that is not whole. Its token may begin another.
    package func discard(_ token: BlobToken, now: Timestamp) throws(BlobRefusal) {
        try check(token, now)
        let row = try stored { index throws(RelayStoreError) in try index.upload(token.upload) }
        guard let row else { throw .notFound }
        guard case .open = row.state else { throw .conflict }
        try change([.upload(token.upload, nil)])
        try onDisk { files throws(BlobFileError) in try files.discard(token.upload) }
    }

    /// The size of a blob that is there.
    package func find(_ blob: BlobID, now: Timestamp) throws(BlobRefusal) -> BlobRow {
        let row = try stored { index throws(RelayStoreError) in try index.blob(blob) }
        guard let row, now.day < row.expires else { throw .notFound }
        return row
    }

    // MARK: The seams

    private func stored<Value>(
        _ body: (any BlobIndex) throws(RelayStoreError) -> Value
    ) throws(BlobRefusal) -> Value {
        do throws(RelayStoreError) { return try body(index) } catch { throw .unavailable }
    }

    private func change(_ writes: [BlobWrite]) throws(BlobRefusal) {
        do throws(RelayStoreError) { try index.change(writes) } catch {
            throw error == .full ? .full : .unavailable
        }
    }

    private func onDisk<Value>(
        _ body: (any BlobFiles) throws(BlobFileError) -> Value
    ) throws(BlobRefusal) -> Value {
        do throws(BlobFileError) { return try body(files) } catch {
            throw error == .full ? .full : .unavailable
        }
    }
}

// MARK: - What is too old, and what a crash has left

extension BlobKeeper {
    /// Removes what is too old, some rows of each kind.
    ///
    /// - Returns: Whether there may be more.
    package func sweep(now: Timestamp) throws(BlobRefusal) -> Bool {
        let max = BlobLimits.sweepRowsMax
        let day = now.day
        let uploads = try stored { index throws(RelayStoreError) in
            try index.expiredUploads(on: day, max: max)
        }
        let blobs = try stored { index throws(RelayStoreError) in
            try index.expiredBlobs(on: day, max: max)
        }
        guard !uploads.isEmpty || !blobs.isEmpty else { return false }
        try change(uploads.map { .upload($0, nil) } + blobs.map { .blob($0, nil) })
        for upload in uploads {
            try onDisk { files throws(BlobFileError) in try files.discard(upload) }
        }
        for blob in blobs {
            try onDisk { files throws(BlobFileError) in try files.remove(blob) }
        }
        return true
    }

    /// Puts right what a crash has left: files without a row go, uploads that became blobs are
    /// kept as such, and rows without a file go [BLOB-7].
    ///
    /// - Returns: How many files and rows were not as they should be.
    @discardableResult
    package func mend() throws(BlobRefusal) -> Int {
        var count = 0
        for upload in try onDisk({ files throws(BlobFileError) in try files.uploads() }) {
            let row = try stored { index throws(RelayStoreError) in try index.upload(upload) }
            switch row?.state {
            case .open: continue
            case .complete(let blob):
                let row = try stored { index throws(RelayStoreError) in try index.blob(blob) }
                try onDisk { files throws(BlobFileError) in
                    if row == nil {
                        try files.discard(upload)
                    } else {
                        try files.keep(upload, as: blob)
                    }
                }
            case nil:
                try onDisk { files throws(BlobFileError) in try files.discard(upload) }
            }
            count += 1
        }
        for byte in UInt8.min...UInt8.max {
            for blob in try onDisk({ files throws(BlobFileError) in
                try files.blobs(beginning: byte)
            }) where try stored({ index throws(RelayStoreError) in try index.blob(blob) }) == nil {
                try onDisk { files throws(BlobFileError) in try files.remove(blob) }
                count += 1
            }
        }
        return try count + mendRows()
    }

    private func mendRows() throws(BlobRefusal) -> Int {
        var count = 0
        var last: BlobID?
        while true {
            let some = try stored { index throws(RelayStoreError) in
                try index.blobs(after: last, max: BlobLimits.sweepRowsMax)
            }
            guard !some.isEmpty else { return count }
            last = some.last
            var missing: [BlobWrite] = []
            for blob in some {
                let isThere = try onDisk { files throws(BlobFileError) in
                    try files.holds(blob)
                }
                if !isThere { missing.append(.blob(blob, nil)) }
            }
            if !missing.isEmpty { try change(missing) }
            count += missing.count
        }
    }
}
