// Tokens for blobs, asked for on a connection and decided where blobs are.

import NIOCore
import SottoRelayCore
import SottoRelayProtocol

extension RunningRelay {
    /// Mints a token for a mailbox's next blob [BLOB-2]. On the loop of who asks.
    func mintBlob(
        _ bytes: UInt64, for mailbox: MailboxID, on loop: any EventLoop,
        then: @escaping (Result<Answer, RelayRefusal>) -> Void
    ) {
        guard let blobs else { return then(.failure(.notPermitted)) }
        blobs.decide(on: loop) { keeper, now, entropy throws(BlobRefusal) in
            try keeper.mint(bytes, for: mailbox, now: now, using: &entropy)
        }.assumeIsolated().whenComplete { outcome in
            switch outcome {
            case .success(.success(let token)): then(.success(.mintBlob(token)))
            case .success(.failure(let refusal)): then(.failure(refusal.forMinting))
            case .failure:
                then(.failure(.unavailable(retryAfter: ServerLimits.busyRetry)))
            }
        }
    }
}

extension BlobRefusal {
    /// The same to who asks for a token.
    fileprivate var forMinting: RelayRefusal {
        switch self {
        case .tooLarge: .tooLarge
        case .overAllowance: .rateLimited(retryAfter: ServerLimits.allowanceRetry)
        case .full, .unavailable, .conflict: .unavailable(retryAfter: ServerLimits.busyRetry)
        case .notPermitted, .notFound: .notPermitted
        }
    }
}
