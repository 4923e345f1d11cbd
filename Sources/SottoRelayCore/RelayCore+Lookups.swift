// Which rows a batch names, so that one visit to the store brings what is decided with.

import SottoRelayProtocol

extension RelayCore {
    /// The rows that operations name and that are not in memory. What hangs on what these rows say
    /// is asked for while deciding.
    mutating func rowsNamed(by operations: [RelayOperation]) -> [RowKey] {
        abandoned()
        for operation in operations {
            guard case .request(_, .post(let post)) = operation.body else { continue }
            _ = try? row(rows.posts.find(post.id), .post(post.id))
            _ = try? row(rows.lanes.find(post.lane), .lane(post.lane))
            lookUpMailboxes(of: post)
        }
        return batch.missing
    }
}
