// Arbitrary bytes as an MLS message: none traps, and what decodes has one form.

import SottoMLS

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    if let message = try? MLSMessage(encoded: bytes) {
        precondition(message.encoded == bytes, "an MLSMessage has two forms")
    }
    if let keyPackage = try? KeyPackage(encoded: bytes) {
        precondition(keyPackage.encoded == bytes, "a KeyPackage has two forms")
    }
    return 0
}
