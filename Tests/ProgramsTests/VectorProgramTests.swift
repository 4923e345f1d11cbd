// What `sotto-vectors` says of vectors that are not what they should be.
import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct VectorProgramTests {
    private static let negative = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("vectors/mls/negative", isDirectory: true)

    @Test("what negative vectors refuse is accepted without the defect, and refused as it says")
    func defects() async throws {
        let count = try Self.names().count
        #expect(count > 100)
        let kept = try await Self.verify { $0 }
        #expect(kept.status == 0)
        #expect(kept.output.hasSuffix("total: \(count) passed, 0 failed, 0 skipped\n"))

        let withoutDefects = try await Self.verify { $0.merging(["bad": $0["good"] ?? ""]) { $1 } }
        #expect(withoutDefects.status == 1)
        #expect(withoutDefects.count(of: "failed: the bad half is accepted") == count)

        let otherKinds = try await Self.verify { $0.merging(["failure": "another"]) { $1 } }
        #expect(otherKinds.status == 1)
        #expect(otherKinds.count(of: "failed: refused as ") == count)

        let swapped = try await Self.verify {
            $0.merging(["good": $0["bad"] ?? "", "bad": $0["good"] ?? ""]) { $1 }
        }
        #expect(swapped.status == 1)
        #expect(swapped.count(of: "0 passed, 1 failed") == count)
    }

    @Test("a seed says what is made, and another one makes something else")
    func seeds() async throws {
        func made(_ seed: String) async throws -> Data {
            let folder = try TemporaryFolder()
            let words = ["--seed", seed, "--suite", "1", "--format", "treekem"]
            let outcome = try await Program(
                "sotto-vectors", ["generate-mls", folder.url("made").path] + words
            ).outcome()
            #expect(outcome.status == 0)
            return try Data(contentsOf: folder.url("made/treekem.json"))
        }
        let first = try await made("a")
        #expect(try await made("a") == first)
        #expect(try await made("b") != first)
    }

    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: negative.path).sorted()
    }

    /// Verifies the negative vectors, each changed.
    private static func verify(
        _ change: ([String: Any]) -> [String: Any]
    ) async throws -> Program.Outcome {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let changed = folder.url("changed")
        try FileManager.default.createDirectory(at: changed, withIntermediateDirectories: true)
        for name in try names() {
            let data = try Data(contentsOf: negative.appendingPathComponent(name))
            let vector = try #require(
                try JSONSerialization.jsonObject(with: data) as? [String: Any])
            try JSONSerialization.data(withJSONObject: change(vector))
                .write(to: changed.appendingPathComponent(name))
        }
        return try await Program("sotto-vectors", ["verify", changed.path]).outcome()
    }
}

extension Program.Outcome {
    fileprivate func count(of text: String) -> Int {
        output.components(separatedBy: text).count - 1
    }
}
