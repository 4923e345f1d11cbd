// A lane of a load: who posts into it, and how many posts are on their way.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// Posts of one lane, made once and sent again and again under other ids.
final class LoadLane {
    private(set) var connection: LoadConnection
    private(set) var accepted = 0
    private(set) var unanswered = 0
    /// Told each time that a post is accepted, with the number of its request.
    var onAccepted: (UInt32) throws -> Void = { _ in }
    private var frame: [UInt8]
    private var entropy: Entropy

    /// Opens a lane; the opening commit goes to the recipients too.
    init(
        on connection: LoadConnection, to recipients: [Recipient], bytes: Int,
        using entropy: inout Entropy
    ) throws {
        let lane = LaneID.random(using: &entropy)
        let token = LaneToken.random(using: &entropy)
        let opening = Post(
            id: .random(using: &entropy), lane: lane, laneToken: .random(using: &entropy),
            commit: CommitPart(.opensLane, nextTokenHash: token.hash, welcomes: []),
            envelope: entropy.bytes(16), recipients: recipients)
        guard case .post(let answer) = try connection.ask(.post(opening)),
            answer.statuses.allSatisfy({ $0 == .stored })
        else { throw BenchError.notStored }
        let post = Post(
            id: .zero, lane: lane, laneToken: token, envelope: entropy.bytes(bytes),
            recipients: recipients)
        frame = ClientFrame.request(Request(id: 0, body: .post(post))).wireBytes
        self.connection = connection
        self.entropy = Entropy(seed: entropy.secret(32))
        listen()
    }

    /// Goes on with another connection.
    func move(to connection: LoadConnection) {
        self.connection = connection
        listen()
    }

    private func listen() {
        connection.ears.answered = { [unowned self] id, answer in try answered(id, answer) }
    }

    /// Queues one more post, and answers the number of its request.
    @discardableResult
    func post() -> UInt32 {
        let id = connection.nextRequest()
        for (index, shift) in stride(from: 24, through: 0, by: -8).enumerated() {
            frame[Self.requestID + index] = UInt8(truncatingIfNeeded: id >> shift)
        }
        frame.replaceSubrange(Self.postID..<Self.postID + 16, with: entropy.bytes(16))
        connection.socket.send(frame)
        unanswered += 1
        return id
    }

    private func answered(_ id: UInt32, _ answer: ArraySlice<UInt8>) throws {
        // The statuses are the end of the answer; each is `stored`.
        guard answer.last == RecipientStatus.stored.rawValue else { throw BenchError.notStored }
        unanswered -= 1
        accepted += 1
        try onAccepted(id)
    }

    /// Where the number of the request and the id of the post lie in a frame.
    private static let requestID = 1
    private static let postID = 6
}
