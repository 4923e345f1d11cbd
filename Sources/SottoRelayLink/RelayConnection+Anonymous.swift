// What is asked of a relay on a connection that belongs to nobody (spec/relay.md sections 4, 5).

package import SottoRelayProtocol

extension RelayConnection {
    /// Posts into a lane. The same post again gets the same answer [LANE-5].
    package func post(_ post: Post) async throws(RelayRequestError) -> Accepted {
        guard case .post(let accepted) = try await request(.post(post)) else {
            throw .wrongAnswer
        }
        return accepted
    }

    /// Forwards an envelope to those of a lane's members that are there [EPH-1]. That it arrived is
    /// not known.
    package func forward(_ ephemeral: Ephemeral) async throws(RelayRequestError) {
        _ = try await request(.ephemeral(ephemeral))
    }

    /// Reads links of a lane's chain; `.refused(.notPermitted)` for a token of none of its
    /// epochs. Feed them to a `ChainVerifier`.
    package func links(_ links: GetLinks) async throws(RelayRequestError) -> Links {
        guard case .links(let found) = try await request(.links(links)) else {
            throw .wrongAnswer
        }
        return found
    }

    /// Writes a record. The same put again succeeds [DIR-2].
    package func putRecord(_ put: PutRecord) async throws(RelayRequestError) {
        _ = try await request(.putRecord(put))
    }

    /// Reads a record; `.refused(.notFound)` when there is none.
    package func record(at locator: Locator) async throws(RelayRequestError) -> Record {
        guard case .getRecord(let record) = try await request(.getRecord(locator)) else {
            throw .wrongAnswer
        }
        return record
    }

    /// Adds key packages to a stock. The same put again succeeds [DIR-2].
    package func putStock(_ put: PutStock) async throws(RelayRequestError) {
        _ = try await request(.putStock(put))
    }

    /// Takes a key package out of a stock [DIR-3]. Asking again takes another.
    package func takePackage(
        from locator: Locator
    ) async throws(RelayRequestError) -> Taken {
        guard case .takeStock(let taken) = try await request(.takeStock(locator)) else {
            throw .wrongAnswer
        }
        return taken
    }

    /// What a stock holds.
    package func countStock(
        at locator: Locator
    ) async throws(RelayRequestError) -> StockCount {
        guard case .countStock(let count) = try await request(.countStock(locator)) else {
            throw .wrongAnswer
        }
        return count
    }

    /// Removes a record or a stock; removing what is not there succeeds [DIR-5].
    package func remove(_ removal: Removal) async throws(RelayRequestError) {
        _ = try await request(.remove(removal))
    }

    /// What the relay's key makes of a blinded user name [NAME-5].
    package func evaluate(
        _ blinded: NameElement
    ) async throws(RelayRequestError) -> NameElement {
        guard case .evaluate(let element) = try await request(.evaluate(blinded)) else {
            throw .wrongAnswer
        }
        return element
    }
}
