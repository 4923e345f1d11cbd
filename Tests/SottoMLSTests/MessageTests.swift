// Application messages: order, repetition, tampering, late epochs, and keys that are gone.

import SottoCrypto
import SottoMLS
import Testing

@Suite("Application messages")
struct MessageTests {
    @Test("[CONV-6] messages are read in any order within the window")
    func outOfOrder() throws {
        var members = try makeGroup(["alice", "bob"])
        let messages = try (0..<40).map { try members[0].says("\($0)") }
        for number in [39, 0, 20, 1, 2, 38] + Array(3..<20) + Array(21..<38) {
            #expect(try members[1].reads(messages[number]) == "\(number)")
        }
    }

    @Test("[CONV-6] a message is read once; its key is gone afterwards")
    func replay() throws {
        var members = try makeGroup(["alice", "bob"])
        let messages = try (0..<3).map { try members[0].says("\($0)") }
        for number in [2, 0, 1] {
            try members[1].hears(messages[number])
            let before = members[1].records
            #expect(throws: ProcessError.spent) { try members[1].hears(messages[number]) }
            #expect(members[1].records == before)
        }
    }

    @Test("[CONV-6] no more keys are kept than the limit, the newest")
    func keptKeys() throws {
        var members = try makeGroup(["alice", "bob"])
        let kept = MLSLimits.skippedApplicationKeysMax
        let messages = try (0...kept + 1).map { try members[0].says("\($0)") }
        #expect(try members[1].reads(messages[kept + 1]) == "\(kept + 1)")
        #expect(throws: ProcessError.spent) { try members[1].hears(messages[0]) }
        #expect(try members[1].reads(messages[1]) == "1")
    }

    @Test("[CONV-6] a message too far ahead is refused and changes nothing")
    func tooFarAhead() throws {
        var members = try makeGroup(["alice", "bob"])
        let distance = Int(MLSLimits.forwardDistanceMax)
        let messages = try (0...distance + 1).map { try members[0].says("\($0)") }
        let before = members[1].records
        #expect(throws: ProcessError.tooFarAhead) {
            try members[1].hears(messages[distance + 1])
        }
        #expect(members[1].records == before)
        #expect(try members[1].reads(messages[distance]) == "\(distance)")
        #expect(try members[1].reads(messages[distance + 1]) == "\(distance + 1)")
    }

    @Test("each flipped bit of a message is refused and changes nothing")
    func flippedBits() throws {
        var members = try makeGroup(["alice", "bob"])
        let message = try members[0].says("hello", showing: [1, 2, 3])
        let before = members[1].records
        for bit in 0..<message.count * 8 {
            var changed = message
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: (any Error).self) { try members[1].hears(changed) }
        }
        #expect(members[1].records == before)
        #expect(try members[1].reads(message) == "hello")
    }

    @Test("each strict prefix of a message is refused")
    func prefixes() throws {
        var members = try makeGroup(["alice", "bob"])
        let message = try members[0].says("hello")
        for count in message.indices {
            #expect(throws: MLSDecodingError.self) {
                try members[1].hears(Array(message.prefix(count)))
            }
        }
        #expect(throws: MLSDecodingError.trailingBytes(1)) {
            try members[1].hears(message + [0])
        }
    }

    @Test("authenticated data and sender arrive with the message")
    func authenticatedData() throws {
        var members = try makeGroup(["alice", "bob"])
        let message = try members[0].says("hello", showing: [7, 8])
        guard case .application(let said) = try members[1].hears(message) else {
            throw TestError.notApplicationData
        }
        #expect(said.authenticatedData == [7, 8])
        #expect(said.sender == members[1].group.members[0])
        #expect(said.sender.signatureKey == members[0].client.signer.publicKey)
        #expect(said.epoch == 1)
    }

    @Test("padding hides the length up to its multiple")
    func padding() throws {
        var members = try makeGroup(["alice", "bob"])
        let sizes = try ["", "a", "hello"].map { try members[0].says($0).count }
        #expect(Set(sizes).count == 1)
    }

    @Test("one's own message is recognised, and another group's")
    func ownAndForeign() throws {
        var members = try makeGroup(["alice", "bob"])
        let message = try members[0].says("hello")
        #expect(throws: ProcessError.fromSelf) { try members[0].hears(message) }
        var others = try makeGroup(["carol", "dave"])
        #expect(throws: ProcessError.wrongGroup) { try others[1].hears(message) }
    }

    @Test("[CONV-5] late messages of the last epochs are read, older ones are not")
    func pastEpochs() throws {
        var members = try makeGroup(["alice", "bob"])
        var late: [[UInt8]] = []
        for epoch in 0..<MLSLimits.pastEpochsMax + 1 {
            late.append(try members[0].says("late \(epoch)"))
            let commit = try members[epoch % 2].commits()
            try members[0].hears(commit.message)
            try members[1].hears(commit.message)
        }
        #expect(throws: ProcessError.epochTooOld(1)) { try members[1].hears(late[0]) }
        for epoch in 1...MLSLimits.pastEpochsMax {
            #expect(try members[1].reads(late[epoch]) == "late \(epoch)")
            #expect(throws: ProcessError.spent) { try members[1].hears(late[epoch]) }
        }
    }

    @Test("[MLS-59] an epoch that ended too long ago cannot be read, and can be forgotten")
    func expiry() throws {
        var members = try makeGroup(["alice", "bob"])
        let late = try members[0].says("late")
        let commit = try members[0].commits()
        try members[1].hears(commit.message)
        var policy = TestClient.policy
        let end = TestClient.now.seconds + MLSLimits.pastEpochSecondsMax
        policy.time = UnixTime(seconds: end + 1)
        var bob = members[1].group
        #expect(throws: ProcessError.epochTooOld(1)) {
            try bob.process(MLSMessage(encoded: late), policy: policy)
        }
        #expect(bob.expirePastEpochs(now: UnixTime(seconds: end)).isEmpty)
        let changes = bob.expirePastEpochs(now: policy.time)
        #expect(changes == [.deleteEpoch(1), .write(.epoch)])
        #expect(bob.encoded(.pastEpoch(1)) == nil)
        #expect(bob.encoded(.secretTree(epoch: 1)) == nil)
        #expect(try members[1].reads(late) == "late")
    }

    @Test("[CONV-5] the secrets of an epoch beyond the limit are gone")
    func forgottenEpochs() throws {
        var members = try makeGroup(["alice", "bob"])
        let hello = try members[0].says("hello")
        try members[1].hears(hello)
        var dropped: [GroupChange] = []
        for _ in 0...MLSLimits.pastEpochsMax {
            let commit = try members[0].commits()
            try members[0].hears(commit.message)
            dropped += try members[1].group.process(
                MLSMessage(encoded: commit.message), policy: TestClient.policy
            ).changes.filter { if case .deleteEpoch = $0 { true } else { false } }
        }
        #expect(dropped == [.deleteEpoch(1)])
        #expect(members[1].records.keys.allSatisfy { $0.epochNumber != 1 })
        #expect(members[1].group.encoded(.ratchet(epoch: 1, LeafIndex(0))) == nil)
    }

    @Test("a key that is used twice after a crash is used with another nonce")
    func reuseGuard() throws {
        let members = try makeGroup(["alice", "bob"])
        var (once, again) = (members[0], members[0])
        again.client.entropy = Entropy(seed: Secret(copying: [7]))
        #expect(try once.says("hello") != again.says("hello"))
    }

    @Test("a message changes the ratchet of its sender, and the first one the secret tree")
    func changes() throws {
        var members = try makeGroup(["alice", "bob"])
        var entropy = members[0].client.entropy
        let first = try members[0].group.protect([1], using: &entropy)
        #expect(
            first.changes == [
                .write(.ratchet(epoch: 1, LeafIndex(0))), .write(.secretTree(epoch: 1)),
            ])
        let second = try members[0].group.protect([2], using: &entropy)
        #expect(second.changes == [.write(.ratchet(epoch: 1, LeafIndex(0)))])
        for message in [first, second] {
            let processed = try members[1].group.process(
                MLSMessage(encoded: message.message), policy: TestClient.policy)
            #expect(processed.changes == message.changes)
        }
    }
}
