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
        let commit = try AuthenticatedContent(wireBytes: vector.bytes("authenticated_content"))
        guard let tag = commit.auth.confirmationTag else {
            throw JSONError(description: "the content is no commit")
        }
        let confirmed = TranscriptHash.confirmed(
            commit, after: try vector.bytes("interim_transcript_hash_before"), suite)
        try expect(
            "the confirmed transcript hash", confirmed,
            equals: vector.bytes("confirmed_transcript_hash_after"))
        try expect(
            "the interim transcript hash", TranscriptHash.interim(tag, after: confirmed, suite),
            equals: vector.bytes("interim_transcript_hash_after"))
        let ours = suite.confirmationTag(
            key: try vector.secret("confirmation_key"), confirmedTranscriptHash: confirmed)
        try expect("the confirmation tag", ours, equals: tag)
        return .passed
    }
}
