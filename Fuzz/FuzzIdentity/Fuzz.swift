// Arbitrary bytes into what reads cards, records, logs, links and codes: none traps.

import SottoCrypto
import SottoIdentity
import SottoWire

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    _ = try? UnverifiedRecord(bytes)
    if let log = try? UnverifiedDeviceLog(wireBytes: bytes) {
        _ = try? DeviceLog(validating: log)
    }
    _ = try? MailboxExtension(wireBytes: bytes)
    _ = try? LaneExtension(wireBytes: bytes)
    _ = try? Padding.unpad(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    _ = try? ContactLink(text)
    _ = try? RecoverySecret(code: text)
    return 0
}
