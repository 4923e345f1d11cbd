// Groups that change at random, replayable from one number.

import InteropClient
import SottoCrypto
import SottoMLS

/// A long history of a group: additions, removals and updates, by value and by
/// reference, committed by whoever can, and joins by commits of the joiners' own.
struct RandomWalk {
    private let stage: Stage
    private var entropy: Entropy
    private var members: [String]
    private var names = 0
    private let membersMax: Int

    init(_ stage: Stage, seed: UInt64, membersMax: Int) throws {
        self.stage = stage
        self.membersMax = membersMax
        let bytes = (0..<32).map { UInt8(truncatingIfNeeded: seed >> (8 * ($0 % 8))) }
        entropy = Entropy(seed: Secret(copying: bytes))
        members = ["founder"]
        try stage.createGroup("founder")
    }

    /// Changes the group `count` times, and has the members converse in the end.
    mutating func run(commits count: Int) throws {
        for _ in 0..<count {
            // One change in five comes from outside.
            if Int.random(in: 0..<5, using: &entropy) == 0 {
                try joinExternally()
            } else {
                try commit()
            }
        }
        try stage.converse(members)
    }

    /// Has somebody join by a commit of its own: a member that lost its state, or somebody new.
    private mutating func joinExternally() throws {
        let returns = members.count > 1 && (full || Bool.random(using: &entropy))
        guard returns || !full else { return try commit() }
        let joiner = returns ? members.randomElement(using: &entropy) : newNames(1).first
        let others = members.filter { $0 != joiner }
        guard let joiner, let teller = others.randomElement(using: &entropy) else { return }
        try stage.joinExternally(
            joiner, told: teller, members: others,
            isTreeApart: Bool.random(using: &entropy), removesPrior: returns)
        members = others + [joiner]
    }

    private var full: Bool { members.count >= membersMax }

    private mutating func commit() throws {
        let leaving = pick(Int.random(in: 0...members.count / 3, using: &entropy), members)
        let staying = members.filter { !leaving.contains($0) }
        let updating = pick(Int.random(in: 0..<staying.count, using: &entropy), staying)
        let committers = staying.filter { !updating.contains($0) }
        guard let committer = committers.randomElement(using: &entropy) else { return }
        let joining = newNames(
            Int.random(in: 0...min(4, membersMax - staying.count), using: &entropy))

        var (references, values): ([JSON], [JSON]) = ([], [])
        for name in updating { references.append(try stage.propose(name, .updateProposal)) }
        for name in joining {
            let keyPackage = try stage.createKeyPackage(name)
            if let proposer = proposer(among: staying) {
                references.append(
                    try stage.propose(proposer, .addProposal, ["key_package": keyPackage]))
            } else {
                values.append(stage.addition(of: keyPackage))
            }
        }
        for name in leaving {
            if let proposer = proposer(among: staying) {
                references.append(
                    try stage.propose(
                        proposer, .removeProposal, ["removed_id": .words(name)]))
            } else {
                values.append(stage.removal(of: name))
            }
        }
        try stage.commit(
            committer, references: references, values: values,
            members: staying.filter { $0 != committer }, joiners: joining,
            isPathForced: Bool.random(using: &entropy),
            isTreeApart: Bool.random(using: &entropy))
        members = staying + joining
    }

    /// Somebody to propose a change, or nobody: then it is committed by value.
    private mutating func proposer(among members: [String]) -> String? {
        Bool.random(using: &entropy) ? members.randomElement(using: &entropy) : nil
    }

    private mutating func pick(_ count: Int, _ names: [String]) -> [String] {
        Array(names.shuffled(using: &entropy).prefix(count))
    }

    private mutating func newNames(_ count: Int) -> [String] {
        names += count
        return (names - count..<names).map { "actor\($0)" }
    }
}
