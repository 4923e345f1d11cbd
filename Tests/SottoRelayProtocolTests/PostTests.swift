// What a post may hold, and that it stays the same post.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct PostTests {
    var samples: Samples

    init() throws { samples = try Samples() }

    @Test("[LANE-5] a post has the same body hash where it is made and where it is read")
    mutating func bodyHash() throws {
        let post = samples.commit()
        let received = try Post(wireBytes: post.wireBytes)
        #expect(received.bodyHash == post.bodyHash)
        let other = samples.message()
        #expect(other.bodyHash != post.bodyHash)
    }

    @Test("[LANE-7] a mailbox named twice is malformed")
    mutating func twice() throws {
        let recipient = samples.recipient()
        let post = Post(
            id: .random(using: &samples.entropy), lane: samples.lane,
            laneToken: .random(using: &samples.entropy), envelope: [1],
            recipients: [recipient, samples.recipient(), recipient])
        #expect(throws: WireError.malformed) { try Post(wireBytes: post.wireBytes) }
        let welcome = Welcome(recipient: recipient, envelope: [1])
        let part = CommitPart(
            nextTokenHash: .zero, welcomes: [welcome, welcome])
        #expect(throws: WireError.malformed) { try CommitPart(wireBytes: part.wireBytes) }
    }

    @Test("[LANE-7] a mailbox may be a recipient and get a Welcome")
    mutating func recipientAndWelcome() throws {
        let recipient = samples.recipient()
        let part = CommitPart(
            nextTokenHash: .zero,
            welcomes: [Welcome(recipient: recipient, envelope: [1])])
        let post = Post(
            id: .random(using: &samples.entropy), lane: samples.lane,
            laneToken: .random(using: &samples.entropy), commit: part, envelope: [1],
            recipients: [recipient])
        #expect(try Post(wireBytes: post.wireBytes) == post)
    }

    @Test("what is over a limit is refused as that, before it is read")
    mutating func limits() throws {
        let envelope = [UInt8](repeating: 0, count: RelayLimits.envelopeBytesMax + 1)
        let tooLong = samples.message(envelope)
        #expect(
            throws: WireError.lengthOverLimit(
                length: envelope.count, limit: RelayLimits.envelopeBytesMax)
        ) { try Post(wireBytes: tooLong.wireBytes) }

        let longest = samples.message(Array(envelope.dropLast()))
        #expect(try Post(wireBytes: longest.wireBytes) == longest)

        let recipients = (0...RelayLimits.recipientsMax).map { _ in samples.recipient() }
        let tooMany = Post(
            id: .random(using: &samples.entropy), lane: samples.lane,
            laneToken: .random(using: &samples.entropy), envelope: [1], recipients: recipients)
        let limit = RelayLimits.recipientsMax * Recipient.count
        #expect(throws: WireError.lengthOverLimit(length: limit + 64, limit: limit)) {
            try Post(wireBytes: tooMany.wireBytes)
        }

        let welcomes = recipients.prefix(17).map { Welcome(recipient: $0, envelope: [1]) }
        let part = CommitPart(nextTokenHash: .zero, welcomes: welcomes)
        #expect(throws: WireError.lengthOverLimit(length: 17, limit: 16)) {
            try CommitPart(wireBytes: part.wireBytes)
        }
    }

    @Test("the largest post and its entries fit a frame")
    mutating func largest() throws {
        let envelope = [UInt8](repeating: 1, count: RelayLimits.envelopeBytesMax)
        let recipients = (0..<RelayLimits.recipientsMax).map { _ in samples.recipient() }
        let post = Post(
            id: .random(using: &samples.entropy), lane: samples.lane,
            laneToken: .random(using: &samples.entropy), envelope: envelope,
            recipients: recipients)
        let frame = ClientFrame.request(Request(id: 1, body: .post(post)))
        #expect(frame.wireBytes.count <= RelayLimits.frameBytesMax)
    }
}
