// Arbitrary bytes into what reads content and envelopes: none traps, and what reads has one form.

import SottoContent
import SottoEnvelope
import SottoWire

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    if let content = try? MIMIContent(decoding: bytes) {
        precondition(content.encoded == bytes, "content with two forms")
        _ = content.reading
    }
    if let report = try? MessageStatusReport(decoding: bytes) {
        precondition(report.encoded == bytes, "a report with two forms")
    }
    _ = try? ApplicationData(wireBytes: bytes)
    _ = try? DeviceEnvelopeContent(wireBytes: bytes)
    _ = try? DisplayName(String(decoding: bytes, as: UTF8.self))
    return 0
}
