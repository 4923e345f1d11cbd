// What commands show, as JSON: these field names are a promise to scripts (docs/cli.md lists them).
import SottoClient

/// `init` and `me`.
struct AccountRecord: Encodable {
    let type = "account"
    let account: String
    let name: String?
    let userName: String?
    let link: String
    let relay: String
    let relayID: String
    let safetyNumber: String
    let isPublished: Bool
    let waiting: Int
    let home: String
    /// Shown by `init` and never again.
    let recoveryCode: String?

    enum CodingKeys: String, CodingKey {
        case type, account, name, link, relay, waiting, home
        case userName = "user_name"
        case relayID = "relay_id"
        case safetyNumber = "safety_number"
        case isPublished = "published"
        case recoveryCode = "recovery_code"
    }

    init(_ me: Me, recoveryCode: String? = nil) {
        account = me.account.hex
        name = me.name
        userName = me.userName
        link = me.link
        relay = me.relay
        relayID = me.relayID
        safetyNumber = me.safetyNumber
        isPublished = me.isPublished
        waiting = me.waiting
        home = me.home
        self.recoveryCode = recoveryCode
    }
}

/// `contact add` and `contact list`.
struct ContactRecord: Encodable {
    let type = "contact"
    let account: String
    let name: String
    let suggestedName: String?
    let isVerified: Bool

    enum CodingKeys: String, CodingKey {
        case type, account, name
        case suggestedName = "suggested_name"
        case isVerified = "verified"
    }

    init(_ contact: Contact) {
        account = contact.peer.hex
        name = contact.displayName
        suggestedName = contact.suggestedName
        isVerified = contact.isVerified
    }
}

/// `verify`.
struct SafetyNumberRecord: Encodable {
    let type = "safety_number"
    let account: String
    let name: String
    let digits: String
    let isVerified: Bool

    enum CodingKeys: String, CodingKey {
        case type, account, name, digits
        case isVerified = "verified"
    }

    init(_ number: SafetyNumber, of peer: PeerID, name: String) {
        account = peer.hex
        self.name = name
        digits = number.digits
        isVerified = number.isVerified
    }
}

/// `list`.
struct ConversationRecord: Encodable {
    let type = "conversation"
    let account: String
    let name: String
    let isContact: Bool
    let isRequest: Bool
    let isVerified: Bool
    let unread: Int
    let group: String?
    let last: MessageRecord?

    enum CodingKeys: String, CodingKey {
        case type, account, name, unread, group, last
        case isContact = "contact"
        case isRequest = "request"
        case isVerified = "verified"
    }

    init(_ conversation: Conversation) {
        account = conversation.peer.hex
        name = conversation.displayName
        isContact = conversation.isContact
        isRequest = !conversation.isAccepted
        isVerified = conversation.isVerified
        unread = conversation.unread
        group = conversation.group
        last = conversation.last.map { MessageRecord($0, name: conversation.displayName) }
    }
}

/// `inbox ack`.
struct AcknowledgedRecord: Encodable {
    let type = "acknowledged"
    let consumer: String
    let sequence: Int64
}

/// `version`.
struct VersionRecord: Encodable {
    let type = "version"
    let version = SottoVersion.text
    let protocolVersion = SottoVersion.protocolVersion

    enum CodingKeys: String, CodingKey {
        case type, version
        case protocolVersion = "protocol"
    }
}

/// How a command failed.
struct FailureRecord: Encodable {
    let type = "error"
    let code: String
    let message: String
    let hint: String
    let isRetryable: Bool
    let exit: Int32
    let number: Int64?

    enum CodingKeys: String, CodingKey {
        case type, code, message, hint, exit, number
        case isRetryable = "retryable"
    }

    init(_ failure: Failure) {
        code = failure.code
        message = failure.message
        hint = failure.hint
        isRetryable = failure.isRetryable
        exit = failure.status.rawValue
        number = failure.queued?.value
    }
}
