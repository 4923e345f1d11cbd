// What is to be refused, beside what is to be accepted in its place.

import SottoCrypto
import SottoMLS

/// One defect: a file of `vectors/mls/negative/`, which is called after it.
struct NegativeCase {
    /// What somebody does with what arrives.
    enum Operation: String {
        /// Looks at a key package before adding its client.
        case keyPackage = "key-package"
        /// Joins by a Welcome.
        case join
        /// Makes a commit to join by, from a GroupInfo.
        case externalJoin = "external-join"
        /// Hears a message as a member.
        case process
    }

    /// The file's name, without `.json`.
    let name: String
    let operation: Operation
    /// The section of RFC 9420 that the defect breaks.
    let section: String
    /// The kind of refusal (vectors/README.md).
    let failure: String
    /// What both halves need.
    let shared: JSON
    let good: JSON
    let bad: JSON

    /// The file.
    var written: JSON {
        shared.adding([
            "defect": .string(name), "operation": .string(operation.rawValue),
            "section": .string(section), "failure": .string(failure), "good": good, "bad": bad,
        ])
    }

    static let order = [
        "defect", "section", "operation", "failure", "cipher_suite", "now", "good", "bad",
    ]
}

/// A list of defects of one kind.
protocol NegativeCases: Sendable {
    /// The cases. Equal sources give equal cases.
    func cases(_ source: inout VectorSource) throws -> [NegativeCase]
}

enum NegativeLists {
    static let all: [any NegativeCases] = [
        KeyPackageDefects(),
        WelcomeDefects(),
        TreeDefects(),
        MessageDefects(),
        ProposalDefects(),
        CommitDefects(),
        PathDefects(),
        ExternalCommitDefects(),
        OutsideProposalDefects(),
        GroupInfoDefects(),
    ]

    /// All cases, in the smallest suite: what they break, no suite decides.
    static func cases(seed: String) throws -> [NegativeCase] {
        try all.flatMap { list in
            var source = VectorSource(
                seed, format: "negative \(type(of: list))", suite: .x25519AES128)
            return try list.cases(&source)
        }
    }
}
