// Arbitrary bytes into what reads content and envelopes: none traps, and what decodes has one form.

import SottoContent
import SottoCrypto
import SottoEnvelope
import SottoWire

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    fuzzContent(bytes)
    fuzzEnvelopes(bytes)
    return 0
}

private func fuzzContent(_ bytes: [UInt8]) {
    if let item = try? CBORValue(decoding: bytes) {
        precondition(item.encoded == bytes, "CBOR has two forms")
        precondition((try? CBORValue(decoding: item.encoded)) == item, "CBOR changes")
        _ = item.hasSortedKeys
    }
    if let content = try? MIMIContent(decoding: bytes) {
        precondition(content.encoded == bytes, "content has two forms")
        _ = content.reading
        _ = try? ContentMessage(decoding: bytes, from: MessageOrigin(account: [], group: []))
    }
    if let report = try? MessageStatusReport(decoding: bytes) {
        precondition(report.encoded == bytes, "a report has two forms")
    }
    if let data = try? ApplicationData(wireBytes: bytes) {
        precondition(data.wireBytes == bytes, "application data has two forms")
        switch data {
        case .content(let body), .status(let body): fuzzContent(body)
        }
    }
    let profile = MIMIContent(
        salt: .zero,
        body: NestedPart(
            disposition: .profile,
            content: .single(
                contentType: "application/vnd.sotto.profile+cbor", content: bytes)))
    _ = profile.reading
    _ = try? DisplayName(String(decoding: bytes, as: UTF8.self))
}

private func fuzzEnvelopes(_ bytes: [UInt8]) {
    if let body = try? Padding.unpad(bytes) {
        precondition(Padding.pad(body) == bytes, "padding has two forms")
    }
    if let content = try? DeviceEnvelopeContent(wireBytes: bytes) {
        precondition(content.wireBytes == bytes, "the content of an envelope has two forms")
    }
    let (lane, mailbox) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 16))
    _ = try? LaneEnvelope.open(bytes, kind: .message, lane: lane, key: .zero(32))
    _ = try? DeviceEnvelope.open(bytes, with: HPKEPrivateKey(.zero(32)), mailbox: mailbox)
}
