// Commits and the hashes over them, written down.

import SottoCrypto
import SottoMLS
import SottoWire

extension TranscriptHashesFormat: GeneratedFile {
    var fileName: String { "transcript-hashes" }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        let suite = source.suite
        let context = GroupContext(
            suite: suite, groupID: GroupID(source.digest()), epoch: 7, treeHash: source.digest(),
            confirmedTranscriptHash: source.digest(), extensions: [:])
        let content = FramedContent(
            groupID: context.groupID, epoch: context.epoch, sender: .member(LeafIndex(1)),
            authenticatedData: source.bytes(3),
            body: .commit(
                Commit(proposals: [.proposal(.remove(LeafIndex(2)))], path: nil)))
        var commit = AuthenticatedContent(
            signing: content, wireFormat: .publicMessage, context: context,
            signer: try source.signer())
        let (interim, key) = (source.digest(), source.secret())
        let confirmed = TranscriptHash.confirmed(commit, after: interim, suite)
        commit.auth.confirmationTag = suite.confirmationTag(
            key: key, confirmedTranscriptHash: confirmed)
        let inputs: JSON = [
            "cipher_suite": .suite(suite), "confirmation_key": .hex(key),
            "authenticated_content": .hex(wire: commit),
            "interim_transcript_hash_before": .hex(interim),
        ]
        return [try Self.derived(inputs, suite)]
    }

    /// The case with the hashes after its commit.
    static func derived(_ vector: JSON, _ suite: CipherSuite) throws -> JSON {
        let (commit, tag) = try commit(in: vector)
        let confirmed = TranscriptHash.confirmed(
            commit, after: try vector.bytes("interim_transcript_hash_before"), suite)
        return vector.adding([
            "confirmed_transcript_hash_after": .hex(confirmed),
            "interim_transcript_hash_after": .hex(
                TranscriptHash.interim(tag, after: confirmed, suite)),
        ])
    }

    /// The commit of a case, and its confirmation tag.
    static func commit(
        in vector: JSON
    ) throws -> (content: AuthenticatedContent, tag: [UInt8]) {
        let commit = try AuthenticatedContent(wireBytes: vector.bytes("authenticated_content"))
        guard let tag = commit.auth.confirmationTag else {
            throw JSONError(description: "the content is no commit")
        }
        return (commit, tag)
    }
}
