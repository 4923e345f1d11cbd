// Invitations of all kinds, as seen by who is invited.

import SottoCrypto
import SottoMLS

/// `passive-client-welcome.json`.
struct PassiveClientWelcomeFile: GeneratedFile {
    let fileName = "passive-client-welcome"

    /// With the tree in the Welcome and beside it, with and without a path and a pre-shared key,
    /// alone and with others.
    func cases(_ source: inout VectorSource) throws -> [JSON] {
        var cases: [JSON] = []
        for (others, path, treeInWelcome, withKey) in [
            (1, true, true, false), (1, false, false, true), (2, true, false, false),
            (2, false, true, true),
        ] {
            var group = try VectorGroup(count: others, &source)
            var plan = VectorCommitPlan(
                newcomerCount: others, path: path, treeInWelcome: treeInWelcome)
            if withKey { plan.proposals.append(try group.sharedKey(&source)) }
            let commit = try group.commit(plan, by: LeafIndex(UInt32(others - 1)), &source)
            let joiner = try PassiveClient(
                commit.newcomers[others - 1], commit, group,
                ratchetTree: treeInWelcome ? nil : group.ratchetTree)
            cases.append(joiner.written)
        }
        return cases
    }
}
