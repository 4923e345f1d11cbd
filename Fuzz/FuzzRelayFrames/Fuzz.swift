// Arbitrary bytes into what client and relay read: none traps, and what decodes has one form.

import SottoRelayProtocol
import SottoWire

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    hasOneForm(ClientFrame.self, bytes)
    staysItself(RelayFrame.self, bytes)
    hasOneForm(MailboxEntry.self, bytes)
    hasOneForm(DeliveryToken.self, bytes)
    hasOneForm(EphemeralEntry.self, bytes)
    hasOneForm(ForkProof.self, bytes)
    if let proof = try? ForkProof(wireBytes: bytes) { try? proof.verify() }
    _ = ClientFrame.requestID(in: bytes[...])
    return 0
}

/// A refusal's text and delay are read tolerantly, so a relay may have written its frame otherwise.
private func staysItself<Value: WireCodable & Equatable>(_: Value.Type, _ bytes: [UInt8]) {
    guard let value = try? Value(wireBytes: bytes) else { return }
    precondition((try? Value(wireBytes: value.wireBytes)) == value, "\(Value.self) changes")
}

private func hasOneForm<Value: WireCodable>(_: Value.Type, _ bytes: [UInt8]) {
    guard let value = try? Value(wireBytes: bytes) else { return }
    precondition(value.wireBytes == bytes, "\(Value.self) has two forms")
}
