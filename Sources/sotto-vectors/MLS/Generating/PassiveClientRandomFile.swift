// Walks that a seed chooses, as heard by who takes no part.

import SottoCrypto
import SottoMLS

/// `passive-client-random.json`.
struct PassiveClientRandomFile: GeneratedFile {
    let fileName = "passive-client-random"

    /// Ten members and thirty epochs; fewer where every key is large.
    func cases(_ source: inout VectorSource) throws -> [JSON] {
        let isLarge = source.suite.isHybrid
        var walk = try RandomWalk(membersMax: isLarge ? 3 : 10, &source)
        for _ in 0..<(isLarge ? 4 : 30) { try walk.step(&source) }
        return [walk.scene.passive.written]
    }
}

/// A group in which anybody but one proposes and commits anything.
struct RandomWalk {
    private(set) var scene: PassiveScene
    private let membersMax: Int

    init(membersMax: Int, _ source: inout VectorSource) throws {
        scene = try PassiveScene(&source)
        self.membersMax = membersMax
    }

    /// Some proposals, then a commit.
    mutating func step(_ source: inout VectorSource) throws {
        // Who joins does not know keys of epochs in which it was no member.
        let grows = scene.group.members.count < membersMax && source.number(below: 3) > 0
        if source.number(below: 8) == 0 {
            let former = grows ? nil : actor(&source)
            try scene.joinExternally(replacing: former, &source)
            return
        }
        for _ in 0..<source.number(below: 4) { try propose(grows: grows, &source) }
        var plan = VectorCommitPlan(path: source.number(below: 2) > 0)
        if grows, source.number(below: 2) > 0 { plan.newcomerCount = 1 }
        plan.treeInWelcome = source.number(below: 2) > 0
        scene.framing = framing(&source)
        let committer = actor(&source)
        if source.number(below: 4) == 0 {
            plan.proposals += try removal(of: committer, &source)
        }
        try scene.commit(plan, by: committer, &source)
    }

    private mutating func propose(grows: Bool, _ source: inout VectorSource) throws {
        scene.framing = framing(&source)
        let proposer = actor(&source)
        let removed = removable(&source)
        let kind = source.number(below: 6)
        try scene.propose(&source) { group, framing, source in
            let proposal: Proposal
            switch kind {
            case 0 where grows && group.members.count < 4:
                return try group.proposeAdd(by: proposer, framing, &source)
            case 1 where removed != nil:
                proposal = .remove(removed ?? proposer)
            case 2: proposal = PassiveScene.extensions(&source)
            case 3: proposal = try group.use(of: .external(id: Array("key 0".utf8)), &source)
            case 4 where !grows:
                let key = PreSharedKeyID.Key.resumption(
                    usage: .application, group: group.id, epoch: group.epoch)
                proposal = try group.use(of: key, &source)
            default: return try group.proposeUpdate(by: proposer, framing, &source)
            }
            return try group.propose(proposal, by: proposer, framing, &source)
        }
    }

    /// Anybody but who only listens.
    private func actor(_ source: inout VectorSource) -> LeafIndex {
        let actors = scene.group.leaves.filter { $0 != scene.passive.leaf }
        return actors[source.number(below: actors.count)]
    }

    private func removable(_ source: inout VectorSource) -> LeafIndex? {
        scene.group.members.count > 2 ? actor(&source) : nil
    }

    private func removal(
        of committer: LeafIndex, _ source: inout VectorSource
    ) throws -> [Proposal] {
        guard let leaf = removable(&source), leaf != committer else { return [] }
        return [.remove(leaf)]
    }

    private func framing(_ source: inout VectorSource) -> HandshakeFraming {
        source.number(below: 2) == 0 ? .publicMessage : .privateMessage
    }
}
