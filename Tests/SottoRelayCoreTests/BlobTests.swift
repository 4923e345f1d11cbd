// Who may upload how much, what becomes of it, and which bytes of it are asked for.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite("Blobs")
struct BlobTests {
    private let store = MemoryBlobs()
    private var keeper: BlobKeeper
    private var entropy = Entropy.system()
    private let mailbox: MailboxID
    private let key = Secret(copying: Array(repeating: 1, count: 32))
    private static let day: UInt64 = 20_000

    init() {
        let quotas = BlobQuotas(
            blobBytes: 100, totalBytes: 250, mailboxBytes: 90, days: 30)
        keeper = BlobKeeper(index: store, files: store, masterKey: key, quotas: quotas)
        mailbox = .random(using: &entropy)
    }

    private func at(_ days: UInt64) -> Timestamp {
        Timestamp(milliseconds: (Self.day + days) * 86_400_000 + 5)
    }

    private mutating func mint(
        _ bytes: UInt64, for mailbox: MailboxID? = nil, on days: UInt64 = 0
    ) throws(BlobRefusal) -> BlobToken {
        try keeper.mint(bytes, for: mailbox ?? self.mailbox, now: at(days), using: &entropy)
    }

    private func why(_ body: () throws(BlobRefusal) -> Void) -> BlobRefusal? {
        do throws(BlobRefusal) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    /// Why a token is not minted; nothing if it would be.
    private func refusal(of bytes: UInt64, on days: UInt64 = 0) -> BlobRefusal? {
        var copy = self
        do throws(BlobRefusal) {
            _ = try copy.mint(bytes, on: days)
            return nil
        } catch {
            return error
        }
    }

    private mutating func mintForAnybody(_ bytes: UInt64) throws(BlobRefusal) -> BlobToken {
        try mint(bytes, for: .random(using: &entropy))
    }

    @Test("a store in memory conforms", arguments: BlobStoreConformance.all)
    func conforms(_ conformance: BlobStoreConformance) throws {
        let store = MemoryBlobs()
        try conformance.run(store, store)
    }

    @Test("[BLOB-1] a token admits what it says, until its day, at the relay that minted it")
    mutating func tokens() throws {
        let token = try mint(50)
        let other = BlobKeeper(
            index: store, files: store, masterKey: Secret(copying: Array(repeating: 2, count: 32)),
            quotas: BlobQuotas())
        #expect(
            why { () throws(BlobRefusal) in _ = try other.begin(token, bytes: 50, now: at(0)) }
                == .notPermitted)
        let keeper = keeper
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.begin(token, bytes: 51, now: at(0)) }
                == .tooLarge)
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.begin(token, bytes: 0, now: at(0)) }
                == .tooLarge)
        _ = try keeper.begin(token, bytes: 50, now: at(1))
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.begin(token, bytes: 50, now: at(2)) }
                == .notPermitted)
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.status(of: token, now: at(2)) }
                == .notPermitted)
    }

    @Test("[BLOB-1] no bit of a token can be changed")
    mutating func flipped() throws {
        let token = try mint(50)
        let bytes = token.wireBytes
        #expect(bytes.count == BlobToken.count)
        #expect("\(token)" == "BlobToken(60 bytes)")
        for bit in 0..<8 * bytes.count {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            let other = try BlobToken(wireBytes: changed)
            #expect(
                why { () throws(BlobRefusal) in _ = try keeper.begin(other, bytes: 50, now: at(0)) }
                    == .notPermitted)
        }
    }

    @Test("[BLOB-2] a mailbox uploads as much as its allowance, which comes back over the days")
    mutating func allowance() throws {
        _ = try mint(60)
        #expect(refusal(of: 31) == .overAllowance)
        _ = try mint(30)
        #expect(refusal(of: 1) == .overAllowance)
        // Another one is not touched.
        _ = try mintForAnybody(90)
        // 90 over 30 days: 3 a day.
        _ = try mint(6, on: 2)
        #expect(refusal(of: 4, on: 3) == .overAllowance)
        // A clock that went back gives nothing.
        #expect(refusal(of: 1, on: 0) == .overAllowance)
        _ = try mint(90, on: 40)
        #expect(refusal(of: 101, on: 90) == .tooLarge)
    }

    @Test("[BLOB-5] all together hold no more than the quota, what is only begun included")
    mutating func total() throws {
        var tokens: [BlobToken] = []
        for _ in 0..<3 { tokens.append(try mintForAnybody(90)) }
        _ = try keeper.begin(tokens[0], bytes: 90, now: at(0))
        _ = try keeper.begin(tokens[1], bytes: 90, now: at(0))
        let keeper = keeper
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.begin(tokens[2], bytes: 71, now: at(0)) }
                == .full)
        // Begun again is not begun twice.
        _ = try keeper.begin(tokens[0], bytes: 90, now: at(0))
        try keeper.discard(tokens[0], now: at(0))
        _ = try keeper.begin(tokens[2], bytes: 90, now: at(0))
        store.leave(freeBytes: BlobLimits.bytesKeptFree + 39)
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.begin(tokens[0], bytes: 40, now: at(0)) }
                == .full)
        store.leave(freeBytes: BlobLimits.bytesKeptFree + 40)
        _ = try keeper.begin(tokens[0], bytes: 40, now: at(0))
    }

    @Test("[BLOB-3] [BLOB-4] an upload is begun once, grows, and becomes the blob of its hash")
    mutating func whole() throws {
        let token = try mint(10)
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.status(of: token, now: at(0)) }
                == .notFound)
        let begun = try keeper.begin(token, bytes: 10, now: at(0))
        #expect(begun.offset == 0 && begun.bytes == 10 && begun.blob == nil)
        #expect(begun.expires == Self.day + BlobLimits.uploadDays)
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.begin(token, bytes: 9, now: at(0)) }
                == .conflict)
        try store.append([1, 2, 3, 4], to: token.upload, at: 0)
        #expect(try keeper.status(of: token, now: at(0)).offset == 4)
        try store.append([5, 6, 7, 8, 9, 10], to: token.upload, at: 4)
        let blob = try store.address(of: token.upload)
        for _ in 0..<2 {
            let status = try keeper.complete(token, as: blob, now: at(0))
            #expect(status.blob == blob && status.offset == 10)
        }
        #expect(try keeper.find(blob, now: at(0)).bytes == 10)
        #expect(
            why { () throws(BlobRefusal) in try keeper.discard(token, now: at(0)) } == .conflict)
        #expect(try store.blobBytes() == 10)
    }

    @Test("[BLOB-5] a blob is kept for its days, and longer if it is uploaded again")
    mutating func expiry() throws {
        var blob = BlobID.zero
        for day: UInt64 in [0, 10] {
            let token = try mint(1, on: day)
            _ = try keeper.begin(token, bytes: 1, now: at(day))
            try store.append([7], to: token.upload, at: 0)
            blob = try store.address(of: token.upload)
            _ = try keeper.complete(token, as: blob, now: at(day))
        }
        #expect(try store.blobBytes() == 1)
        while try keeper.sweep(now: at(39)) {}
        #expect(try keeper.find(blob, now: at(39)).bytes == 1)
        #expect(
            why { () throws(BlobRefusal) in _ = try keeper.find(blob, now: at(40)) } == .notFound)
        while try keeper.sweep(now: at(40)) {}
        #expect(try !store.holds(blob) && store.blobBytes() == 0)
    }

    @Test("[BLOB-5] an upload that is not whole in time is forgotten with its bytes")
    mutating func abandoned() throws {
        let token = try mint(10)
        _ = try keeper.begin(token, bytes: 10, now: at(0))
        try store.append([1], to: token.upload, at: 0)
        while try keeper.sweep(now: at(1)) {}
        #expect(try store.count(of: token.upload) == 1)
        while try keeper.sweep(now: at(2)) {}
        #expect(try store.count(of: token.upload) == 0 && store.blobBytes() == 0)
    }

    @Test(
        "[BLOB-9] one range is understood; several and rubbish are the whole",
        arguments: [
            ([], .whole), (["bytes=0-0"], .part(0..<1)), (["bytes=2-4"], .part(2..<5)),
            (["BYTES=2-4"], .part(2..<5)), (["bytes=2-"], .part(2..<10)),
            (["bytes=-3"], .part(7..<10)), (["bytes=-30"], .part(0..<10)),
            (["bytes=9-99999999999999999"], .part(9..<10)), (["bytes=10-"], .beyond),
            (["bytes=10-11"], .beyond), (["bytes=-0"], .beyond), (["bytes=4-2"], .whole),
            (["bytes=-"], .whole), (["bytes="], .whole), (["bytes=1-2,4-5"], .whole),
            (["bytes=a-b"], .whole), (["bytes=+1-2"], .whole), (["bytes=1--2"], .whole),
            (["bytes= 1-2"], .whole), (["items=1-2"], .whole), (["1-2"], .whole),
            (["bytes=0-0", "bytes=1-1"], .whole),
            (["bytes=99999999999999999999-"], .whole),
        ] as [([String], ByteRange)])
    func ranges(fields: [String], expected: ByteRange) {
        #expect(ByteRange(fields, of: 10) == expected)
    }

    @Test("[BLOB-9] nothing has no range")
    func emptyRange() {
        #expect(ByteRange(["bytes=0-"], of: 0) == .beyond)
        #expect(ByteRange(["bytes=-1"], of: 0) == .beyond)
        #expect(ByteRange(["bytes=0-"], of: .max) == .part(0..<UInt64.max))
    }
}
