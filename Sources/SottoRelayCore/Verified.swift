// Requests whose signature was checked, which is done before they reach the relay's one writer.

import SottoCrypto
package import SottoRelayProtocol

/// A request that was signed by the key it names. Only the checks in this file make one.
package struct Verified<Request: Sendable>: Sendable {
    /// The request.
    package let request: Request
    /// How much work it shows, in bits; for a registration alone [REG-4].
    package let workBits: Int

    fileprivate init(_ request: Request, workBits: Int = 0) {
        self.request = request
        self.workBits = workBits
    }
}

extension Verified<Register> {
    /// Checks a registration on its connection [MBX-2].
    package init(
        _ register: Register, on binding: ConnectionBinding
    ) throws(RelayRefusal) {
        do { try register.verify(on: binding) } catch { throw .notPermitted }
        self.init(register, workBits: register.workBits(on: binding))
    }
}

extension Verified<PutRecord> {
    /// Checks a put at this relay [DIR-1].
    package init(_ put: PutRecord, at relayKey: RelayKey) throws(RelayRefusal) {
        do { try put.verify(at: relayKey) } catch { throw .notPermitted }
        self.init(put)
    }
}

extension Verified<PutStock> {
    /// Checks a put at this relay [DIR-1].
    package init(_ put: PutStock, at relayKey: RelayKey) throws(RelayRefusal) {
        do { try put.verify(at: relayKey) } catch { throw .notPermitted }
        self.init(put)
    }
}

extension Verified<Removal> {
    /// Checks a removal at this relay [DIR-5].
    package init(_ removal: Removal, at relayKey: RelayKey) throws(RelayRefusal) {
        do { try removal.verify(at: relayKey) } catch { throw .notPermitted }
        self.init(removal)
    }
}
