// Every label that the relay protocol hashes, derives, authenticates or signs under [WIRE-8].

import SottoCrypto
import SottoWire

enum Label {
    static let relayID = "relay id"
    static let relayHello = "relay hello"
    static let register = "register"
    static let authenticate = "authenticate"
    static let invitation = "invitation"
    static let registrationWork = "registration work"
    static let deliverySecret = "delivery secret"
    static let deliveryToken = "delivery token"
    static let tokenPin = "token pin"
    static let pinnedLane = "pinned lane"
    static let gapMark = "gap mark"
    static let mailboxSealing = "mailbox sealing"
    static let postBody = "post body"
    static let laneToken = "lane token"
    static let laneStart = "lane start"
    static let laneHead = "lane head"
    static let laneEnvelope = "lane envelope"
    static let keptCommit = "kept commit"
    static let headBatch = "head batch"
    static let putRecord = "put record"
    static let recordBody = "record body"
    static let putStock = "put stock"
    static let stockBody = "stock body"
    static let removeRecord = "remove record"
    static let removeStock = "remove stock"
}

extension FixedBytes {
    /// A labelled hash as a value of this kind, whose size must be that of SHA-256.
    static func hash(_ label: String, _ content: some Collection<UInt8>) -> Self {
        Self(made: Labelled.hash(label, content))
    }
}
