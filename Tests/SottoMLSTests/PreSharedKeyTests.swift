// Keys that members share already, mixed into an epoch.

import SottoCrypto
import SottoMLS
import Testing

@Suite("Pre-shared keys")
struct PreSharedKeyTests {
    private let name: [UInt8] = [1, 2, 3]

    private func keys(_ byte: UInt8 = 7) -> PreSharedKeys {
        var keys = PreSharedKeys()
        keys[external: name] = Secret(copying: [byte])
        return keys
    }

    @Test(
        "[MLS-54] an external key goes into the epoch of members and joiners",
        arguments: CipherSuite.all)
    func external(suite: CipherSuite) throws {
        var members = try makeGroup(["alice", "bob"], suite: suite)
        var carol = try TestClient("carol", suite: suite)
        let keyPackage = try carol.keyPackage()
        let id = members[0].preSharedKeyID(.external(id: name))
        let commit = try members[0].commits(
            [.add(keyPackage.keyPackage), .preSharedKey(id)], keys: keys())
        guard case .commit(let summary) = try members[1].hears(commit.message, keys: keys()) else {
            throw TestError.notACommit
        }
        #expect(summary.preSharedKeys == [id])
        try members[0].hears(commit.message)
        #expect(throws: JoinError.missingPreSharedKey(id)) {
            try carol.join(commit.welcome, with: keyPackage)
        }
        #expect(throws: JoinError.welcome(.notDecryptable)) {
            try carol.join(commit.welcome, with: keyPackage, keys: keys(8))
        }
        let joined = try carol.join(commit.welcome, with: keyPackage, keys: keys())
        members.append(TestMember(client: carol, group: joined))
        expectAgreement(members)
    }

    @Test("[MLS-41] who lacks a key is told which, stays in its epoch, and can try again")
    func missing() throws {
        var members = try makeGroup(["alice", "bob"])
        let id = members[0].preSharedKeyID(.external(id: name))
        #expect(throws: CommitError.missingPreSharedKey(id)) {
            try members[0].commits([.preSharedKey(id)])
        }
        let commit = try members[0].commits([.preSharedKey(id)], keys: keys())
        let before = members[1].records
        #expect(throws: ProcessError.missingPreSharedKey(id)) {
            try members[1].hears(commit.message)
        }
        #expect(throws: ProcessError.commit(.confirmationTag)) {
            try members[1].hears(commit.message, keys: keys(8))
        }
        #expect(members[1].records == before)
        try members[1].hears(commit.message, keys: keys())
        try members[0].hears(commit.message)
        expectAgreement(members)
    }

    @Test("the order of keys is the order of their proposals, by reference too")
    func order() throws {
        var members = try makeGroup(["alice", "bob", "carol"])
        let first = members[0].preSharedKeyID(.external(id: name))
        let second = members[1].preSharedKeyID(.external(id: name))
        let proposal = try members[0].proposes(.preSharedKey(first))
        for index in [1, 2] { try members[index].hears(proposal.message) }
        let commit = try members[1].commits([.preSharedKey(second)], keys: keys())
        for index in members.indices {
            guard case .commit(let summary) = try members[index].hears(commit.message, keys: keys())
            else { throw TestError.notACommit }
            #expect(summary.preSharedKeys == [second, first])
        }
        expectAgreement(members)
    }

    @Test("resumption keys of this group are found by themselves, as long as they are kept")
    func resumption() throws {
        var members = try makeGroup(["alice", "bob"])
        let first = members[0].group.resumptionKey
        #expect(first == members[1].group.resumptionKey)
        for epoch in 1...UInt64(MLSLimits.pastEpochsMax + 1) {
            let ids = [1, members[0].group.epoch].map { epoch in
                members[0].preSharedKeyID(
                    .resumption(usage: .application, group: members[0].group.id, epoch: epoch))
            }
            let commit = try members[0].commits(ids.map { .preSharedKey($0) })
            for index in members.indices { try members[index].hears(commit.message) }
            #expect(members[1].group.epoch == epoch + 1)
            expectAgreement(members)
        }
        let id = members[0].preSharedKeyID(
            .resumption(usage: .application, group: members[0].group.id, epoch: 1))
        #expect(throws: CommitError.missingPreSharedKey(id)) {
            try members[0].commits([.preSharedKey(id)])
        }
        var keys = PreSharedKeys()
        keys[resumption: members[0].group.id, 1] = first
        let commit = try members[0].commits([.preSharedKey(id)], keys: keys)
        for index in members.indices { try members[index].hears(commit.message, keys: keys) }
        expectAgreement(members)
    }

    @Test("a resumption key of an epoch whose record was not loaded is asked for")
    func notLoaded() throws {
        var members = try makeGroup(["alice", "bob"])
        let next = try members[0].commits()
        for index in members.indices { try members[index].hears(next.message) }
        let id = members[0].preSharedKeyID(
            .resumption(usage: .application, group: members[0].group.id, epoch: 1))
        let commit = try members[0].commits([.preSharedKey(id)]) { $0.framing = .publicMessage }
        var (bob, records) = try members[1].emptied()
        #expect(throws: ProcessError.missing([.pastEpoch(1)])) { try bob.hears(commit.message) }
        try bob.load([.pastEpoch(1)], from: records)
        try bob.hears(commit.message)
        #expect(bob.group.epoch == 3)
    }

    @Test("a resumption key of another group is given by who was in it")
    func otherGroup() throws {
        var members = try makeGroup(["alice", "bob"])
        let other = try makeGroup(["carol", "alice", "bob"])[1].group
        let id = members[0].preSharedKeyID(
            .resumption(usage: .application, group: other.id, epoch: other.epoch))
        var keys = PreSharedKeys()
        keys[resumption: other.id, other.epoch] = other.resumptionKey
        let commit = try members[0].commits([.preSharedKey(id)], keys: keys)
        #expect(throws: ProcessError.missingPreSharedKey(id)) {
            try members[1].hears(commit.message)
        }
        for index in members.indices { try members[index].hears(commit.message, keys: keys) }
        expectAgreement(members)
    }

    @Test("names of keys that nobody may propose, or not together")
    func refused() throws {
        var members = try makeGroup(["alice", "bob"])
        let group = members[0].group
        let id = members[0].preSharedKeyID(.external(id: name))
        let short = PreSharedKeyID(key: id.key, nonce: Array(id.nonce.dropLast()))
        let founding = [ResumptionUsage.reInit, .branch].map { usage in
            members[0].preSharedKeyID(
                .resumption(usage: usage, group: group.id, epoch: group.epoch))
        }
        let lies: [(ProposalFault, [PreSharedKeyID])] = [
            (.preSharedKeyTwice, [id, id]), (.preSharedKeyNonce, [short]),
            (.preSharedKeyUsage, [founding[0]]), (.preSharedKeyUsage, [founding[1]]),
        ]
        for (fault, ids) in lies {
            #expect(throws: CommitError.proposals(fault)) {
                try members[0].commits(ids.map { .preSharedKey($0) }, keys: keys())
            }
            guard ids.count == 1 else { continue }
            #expect(throws: ProposeError.proposal(fault)) {
                try members[0].proposes(.preSharedKey(ids[0]))
            }
        }
    }
}
