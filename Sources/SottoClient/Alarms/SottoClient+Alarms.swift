// Alarms that are kept until the user saw them, and after.

import SottoClientCore
import SottoClientStore
import SottoRelayProtocol
import SottoWire

extension SottoClient {
    /// What the user had to be told so far, whether anybody listened or not; the newest first.
    ///
    /// Alarms about the connection itself are errors of the calls that needed it, and not kept.
    ///
    /// - Parameter limit: At most 1,000.
    public func alarms(limit: Int = 100) throws(ClientError) -> [RaisedAlarm] {
        try query { (store) throws(StoreError) in try store.alarms(limit: limit) }
            .compactMap { RaisedAlarm($0) }
    }

    /// The alarms that nobody was shown yet, the oldest first and at most 1,000 [ALARM-2].
    public func unseenAlarms() throws(ClientError) -> [RaisedAlarm] {
        try query { (store) throws(StoreError) in try store.unseenAlarms() }
            .compactMap { RaisedAlarm($0) }
    }

    /// The newest proof that the relay told two histories, as a file that anybody can judge:
    /// `ForkProof` of spec/relay.md, section 4. Nothing if there is none.
    public func forkProof() throws(ClientError) -> [UInt8]? {
        let relayKey = try account().relayKey
        let alarms = try query { (store) throws(StoreError) in try store.alarms(limit: 1_000) }
        return alarms.lazy.compactMap { $0.forkProof(by: relayKey) }.first?.wireBytes
    }

    /// Notes that the user was shown these alarms and all before them, in any process [ALARM-2].
    public func markSeen(_ alarms: [RaisedAlarm]) throws(ClientError) {
        guard let newest = alarms.map(\.number).max() else { return }
        _ = try feed(.seeAlarms(through: newest))
    }
}
