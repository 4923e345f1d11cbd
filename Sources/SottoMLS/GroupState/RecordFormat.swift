// How state is written down: by hand, with a version in front.

import SottoCrypto
import SottoWire

/// Why stored state is not taken up again.
public enum RecordError: Error, Hashable, Sendable {
    /// Another version of this library wrote it, and this one does not read it.
    case unknownVersion(UInt8)
    /// It is not what this library writes.
    case malformed
    /// It is of another group, epoch or signer than the rest.
    case mismatch
}

/// The frame of every record: a version byte, then the record.
enum RecordFormat {
    /// The version that is written, and the only one that is read.
    static let version: UInt8 = 2

    static func write(_ body: (inout WireWriter) -> Void) -> Secret {
        Secret.encoding { writer in
            writer.uint8(version)
            body(&writer)
        }
    }

    static func read<Value>(
        _ record: Secret, _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(RecordError) -> Value {
        let found = record.withBytes { $0.first }
        guard let found else { throw .malformed }
        guard found == version else { throw .unknownVersion(found) }
        do {
            return try record.decode { (reader) throws(WireError) -> Value in
                _ = try reader.uint8()
                return try body(&reader)
            }
        } catch {
            throw .malformed
        }
    }
}
