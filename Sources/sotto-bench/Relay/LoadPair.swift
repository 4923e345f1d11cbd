// A conversation as a relay sees it: a lane, and the mailboxes that its posts go to.

import SottoCrypto
import SottoRelayProtocol

/// One conversation of a load. With one copy a post goes to the other device alone, as in a
/// system without lanes; with two, as in Sotto, to the sender's own mailbox as well.
final class LoadPair {
    let lane: LoadLane
    let mailboxes: [LoadMailbox]
    private(set) var deliveredCount = 0
    /// Told of each delivery, and from which of the mailboxes.
    var onDelivered: (_ mailbox: Int) throws -> Void = { _ in }
    private var owners: [LoadConnection] = []

    init(at relay: TargetedRelay, copies: Int, bytes: Int, using entropy: inout Entropy) throws {
        var mailboxes: [LoadMailbox] = []
        for _ in 0..<copies {
            let owner = try relay.connect()
            mailboxes.append(try LoadMailbox(on: owner, using: &entropy))
        }
        self.mailboxes = mailboxes
        lane = try LoadLane(
            on: try relay.connect(), to: mailboxes.map(\.recipient), bytes: bytes, using: &entropy)
    }

    /// Connects the owners, which take everything that is there and that comes.
    func subscribe(
        at relay: TargetedRelay, on loop: LoadLoop, acksEach: Bool = false, isCalm: Bool = false
    ) throws {
        for (index, mailbox) in mailboxes.enumerated() {
            let owner = try relay.connect()
            try mailbox.authenticate(on: owner)
            listen(to: owner, index, acksEach)
            owner.send(.subscribe(credit: Self.credit))
            loop.add(owner, isCalm: isCalm)
            owners.append(owner)
        }
    }

    private func listen(to owner: LoadConnection, _ index: Int, _ acksEach: Bool) {
        var newest: UInt64 = 0
        var acked: UInt64 = 0
        var credited: UInt64 = 0
        owner.ears.delivered = { [unowned self, unowned owner] sequence, _ in
            newest = sequence
            deliveredCount += 1
            try onDelivered(index)
            guard acksEach else { return }
            acked = sequence
            owner.send(.ack(sequence: sequence))
        }
        owner.ears.paused = { [unowned owner] in
            if newest > acked {
                acked = newest
                owner.send(.ack(sequence: newest))
            }
            if newest - credited >= UInt64(Self.credit / 2) {
                owner.send(.credit(UInt32(newest - credited)))
                credited = newest
            }
        }
    }

    private static let credit: UInt32 = 4_096
}
