// An invitation, kept in the home until the relay has taken it.

import Foundation
import SottoClientStore
import SottoRelayProtocol

extension SottoClient {
    /// Keeps an invitation for the next connection, in place of one that was kept before.
    ///
    /// - Throws: `.misuse(.badInvitation)`, or that the home cannot be written.
    public nonisolated func keepInvitation(_ text: String) throws(ClientError) {
        guard let code = InvitationCode(text: text) else { throw .misuse(.badInvitation) }
        let path = home.invitationPath
        let isKept = FileManager.default.createFile(
            atPath: path, contents: Data(code.text.utf8), attributes: [.posixPermissions: 0o600])
        guard isKept else { throw ClientError(StoreError.inputOutput(code: errno)) }
    }

    /// The invitation that is kept, if any.
    nonisolated var invitation: InvitationCode? {
        FileManager.default.contents(atPath: home.invitationPath)
            .flatMap { InvitationCode(text: String(decoding: $0, as: UTF8.self)) }
    }

    /// The mailbox is open: the invitation is of no more use.
    nonisolated func forgetInvitation() { unlink(home.invitationPath) }
}
