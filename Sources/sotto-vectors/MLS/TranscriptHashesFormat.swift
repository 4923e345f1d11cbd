// The hashes over commits: `transcript-hashes.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// One case a cipher suite.
struct TranscriptHashesFormat: VectorFormat {
    let name = "MLS transcript-hashes"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.contains("interim_transcript_hash_before")
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        try vector.expectMadeAgain(Self.derived(vector, suite))
        let ours = suite.confirmationTag(
            key: try vector.secret("confirmation_key"),
            confirmedTranscriptHash: try vector.bytes("confirmed_transcript_hash_after"))
        try expect("the confirmation tag", ours, equals: Self.commit(in: vector).tag)
        return .passed
    }
}
