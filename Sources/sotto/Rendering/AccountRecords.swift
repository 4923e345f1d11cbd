// What becomes of an account: the name that leads to it, and its end.
import SottoClient

/// `username`.
struct UserNameRecord: Encodable, Showable {
    let type = "user_name"
    let account: String
    let userName: String?

    enum CodingKeys: String, CodingKey {
        case type, account
        case userName = "user_name"
    }

    init(_ me: Me) {
        account = me.account.hex
        userName = me.userName
    }

    func human(_ style: Style) -> [String] {
        guard let userName else { return ["You have no user name."] }
        return ["\(style.bold("@" + userName)) leads to you, at your relay."]
    }
}

/// `delete-account`.
struct DeletedRecord: Encodable, Showable {
    let type = "deleted"
    let account: String

    func human(_ style: Style) -> [String] {
        ["The account is deleted: nothing of it is left at the relay or here."]
    }
}
