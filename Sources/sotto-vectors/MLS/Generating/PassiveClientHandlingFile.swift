// Commits of every kind, as heard by who takes no part.

import SottoCrypto
import SottoMLS

/// `passive-client-handling-commit.json`.
struct PassiveClientHandlingFile: GeneratedFile {
    let fileName = "passive-client-handling-commit"

    /// All that the commits hold themselves, then all that they refer to.
    func cases(_ source: inout VectorSource) throws -> [JSON] {
        [try byValue(&source), try byReference(&source)]
    }

    private func byValue(_ source: inout VectorSource) throws -> JSON {
        var scene = try PassiveScene(&source)
        try scene.commit(VectorCommitPlan(), &source)
        try scene.commit(VectorCommitPlan(newcomerCount: 1, path: false), &source)
        try scene.commit(VectorCommitPlan(newcomerCount: 1), &source)
        try scene.commit(VectorCommitPlan(proposals: [.remove(LeafIndex(2))]), &source)
        let key = try scene.group.use(of: .external(id: scene.keyName), &source)
        try scene.commit(VectorCommitPlan(proposals: [key], path: false), &source)
        let resumption = PreSharedKeyID.Key.resumption(
            usage: .application, group: scene.group.id, epoch: scene.group.epoch - 1)
        let past = try scene.group.use(of: resumption, &source)
        try scene.commit(VectorCommitPlan(proposals: [past]), &source)
        let extensions = PassiveScene.extensions(&source)
        try scene.commit(VectorCommitPlan(proposals: [extensions]), &source)
        try scene.joinExternally(&source)
        try scene.joinExternally(replacing: LeafIndex(0), &source)
        return scene.passive.written
    }

    private func byReference(_ source: inout VectorSource) throws -> JSON {
        var scene = try PassiveScene(&source)
        scene.framing = .privateMessage
        try scene.propose(&source) { group, framing, source in
            try group.proposeAdd(by: LeafIndex(0), framing, &source)
        }
        try scene.commit(VectorCommitPlan(), &source)
        try scene.propose(&source) { group, framing, source in
            try group.proposeUpdate(by: LeafIndex(2), framing, &source)
        }
        try scene.propose(&source) { group, framing, source in
            let key = try group.use(of: .external(id: Array("key 0".utf8)), &source)
            return try group.propose(key, by: LeafIndex(0), framing, &source)
        }
        try scene.commit(VectorCommitPlan(), &source)
        scene.framing = .publicMessage
        try scene.propose(&source) { group, framing, source in
            try group.propose(.remove(LeafIndex(2)), by: LeafIndex(2), framing, &source)
        }
        try scene.propose(&source) { group, framing, source in
            try group.propose(
                PassiveScene.extensions(&source), by: LeafIndex(0), framing, &source)
        }
        try scene.commit(VectorCommitPlan(), &source)
        let reInit = ReInit(
            groupID: .random(using: &source.entropy), suite: source.suite, extensions: [:])
        try scene.propose(&source) { group, framing, source in
            try group.propose(.reInit(reInit), by: LeafIndex(0), framing, &source)
        }
        try scene.commit(VectorCommitPlan(path: false), &source)
        return scene.passive.written
    }
}

/// A group and a member of it that only listens. The first member commits.
struct PassiveScene {
    var group: VectorGroup
    private(set) var passive: PassiveClient
    var framing = HandshakeFraming.publicMessage

    /// The name of a key that everybody knows.
    let keyName = Array("key 0".utf8)

    init(_ source: inout VectorSource) throws {
        group = try VectorGroup(count: 1, &source)
        _ = try group.sharedKey(&source)
        let commit = try group.commit(by: 0, adding: 1, path: false, &source)
        passive = try PassiveClient(commit.newcomers[0], commit, group, ratchetTree: nil)
    }

    static func extensions(_ source: inout VectorSource) -> Proposal {
        .groupContextExtensions([VectorClient.extensionType: source.bytes(7)])
    }

    mutating func propose(
        _ source: inout VectorSource,
        _ body: (inout VectorGroup, HandshakeFraming, inout VectorSource) throws -> [UInt8]
    ) throws {
        passive.hear(proposal: try body(&group, framing, &source))
    }

    mutating func joinExternally(
        replacing former: LeafIndex? = nil, _ source: inout VectorSource
    ) throws {
        passive.hear(try group.joinExternally(replacing: former, &source), group)
    }

    mutating func commit(
        _ plan: VectorCommitPlan, by committer: LeafIndex = LeafIndex(0),
        _ source: inout VectorSource
    ) throws {
        var plan = plan
        plan.framing = framing
        passive.hear(try group.commit(plan, by: committer, &source), group)
    }
}
