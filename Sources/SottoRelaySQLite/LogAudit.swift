// Every lane's chain computed anew from what a store holds, and compared with what was answered.

import Foundation
import GRDB
import SottoRelayCore
package import SottoRelayProtocol
import SottoWire

/// What an audit of a relay's log has found (spec/relay.md, Heads and Links).
package struct LogAudit: Equatable, Sendable {
    /// How many lanes there are.
    package var lanes = 0
    /// How many links were followed.
    package var links = 0
    /// How many heads were compared: those of the answers that are remembered.
    package var answers = 0
    /// What is wrong, the first hundred.
    package var faults: [Fault] = []
    /// How many things are wrong.
    package var faultCount = 0

    /// One thing that is wrong.
    package enum Fault: Equatable, Sendable {
        /// A link's predecessor is another head than the link before leads to.
        case brokenChain(LaneID, number: UInt64)
        /// A link is missing before this one.
        case missingLink(LaneID, number: UInt64)
        /// The newest link leads to another head than the lane has.
        case otherHead(LaneID, number: UInt64)
        /// An answer has another head than the chain: the relay told two orders.
        case answeredOtherwise(LaneID, number: UInt64)
        /// An answer does not decode.
        case undecodable
    }

    /// How many faults are kept.
    package static let faultsMax = 100

    /// Reads a relay's database and changes nothing; the relay may serve it meanwhile.
    ///
    /// - Parameter folder: The relay's data folder.
    package init(folder: String) throws(StoreInspection.Failure) {
        guard FileManager.default.fileExists(atPath: folder + "/relay.db") else {
            throw .unreadable("it has no relay.db")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "audit"
        do {
            let database = try DatabaseQueue(
                path: folder + "/relay.db", configuration: configuration)
            self = try database.read { try LogAudit($0) }
        } catch {
            throw .unreadable((error as? DatabaseError)?.message ?? "\(error)")
        }
    }

    private init(_ database: Database) throws {
        let bytes = try Data.fetchOne(database, sql: "SELECT incarnation FROM store") ?? Data()
        let chains = Chains(database, try Incarnation(bytes))
        try chains.follow(into: &self)
        try chains.checkAnswers(into: &self)
    }

    fileprivate mutating func note(_ fault: Fault) {
        faultCount += 1
        if faults.count < Self.faultsMax { faults.append(fault) }
    }
}

extension LogAudit.Fault {
    /// What is wrong, for an operator.
    package var sentence: String {
        switch self {
        case .brokenChain(let lane, let number):
            "lane \(Self.name(lane)): link \(number) does not follow from the one before"
        case .missingLink(let lane, let number):
            "lane \(Self.name(lane)): there is no link before \(number)"
        case .otherHead(let lane, let number):
            "lane \(Self.name(lane)): its links lead to another head than it has, at \(number)"
        case .answeredOtherwise(let lane, let number):
            "lane \(Self.name(lane)): another head \(number) was answered than the chain has"
        case .undecodable: "an answer that is remembered does not decode"
        }
    }

    private static func name(_ lane: LaneID) -> String {
        Hexadecimal.encode(lane.bytes.prefix(8))
    }
}

/// The chains of one store, within one access to it.
private struct Chains {
    private let database: Database
    private let tables: RelayTables
    private let incarnation: Incarnation

    init(_ database: Database, _ incarnation: Incarnation) {
        self.database = database
        self.incarnation = incarnation
        tables = RelayTables(database)
    }

    /// Follows each lane's links from the oldest that is kept to the head that the lane has.
    func follow(into audit: inout LogAudit) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, number, head FROM lanes ORDER BY id")
        while let row = try rows.next() {
            let newest = LaneHead(
                lane: try row.name(0), incarnation: incarnation, number: row.number(1),
                hash: try row.name(2))
            audit.lanes += 1
            try follow(to: newest, into: &audit)
        }
    }

    private func follow(to newest: LaneHead, into audit: inout LogAudit) throws {
        var head: LaneHead?
        var from: UInt64 = 0
        while true {
            let links = try tables.links(newest.lane, from: from, max: Self.linksTogether)
            for link in links {
                if let head, head.number + 1 != link.number {
                    audit.note(.missingLink(newest.lane, number: link.number))
                } else if let head, head.hash != link.previous {
                    audit.note(.brokenChain(newest.lane, number: link.number))
                }
                let before = LaneHead(
                    lane: newest.lane, incarnation: incarnation, number: link.number - 1,
                    hash: link.previous)
                head = before.following(
                    kind: link.kind, nextTokenHash: link.nextTokenHash,
                    envelope: link.envelopeHash)
                audit.links += 1
            }
            guard links.count == Self.linksTogether, let last = links.last else { break }
            from = last.number + 1
        }
        if let head, head != newest {
            audit.note(.otherHead(newest.lane, number: head.number))
        }
    }

    /// Compares the heads of the answers that are remembered with the chain. Their proofs are not
    /// kept: the relay makes them again when it repeats an answer.
    func checkAnswers(into audit: inout LogAudit) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT answer FROM posts ORDER BY arrival")
        while let row = try rows.next() {
            var answer = WireReader(try row.bytes(0))
            guard let claim: LaneHead = try? answer.value() else {
                audit.note(.undecodable)
                continue
            }
            audit.answers += 1
            guard claim.incarnation == incarnation, let held = try head(of: claim),
                held != claim.hash
            else { continue }
            audit.note(.answeredOtherwise(claim.lane, number: claim.number))
        }
    }

    /// The chain's head of a number, as far as it is kept.
    private func head(of claim: LaneHead) throws -> HeadHash? {
        guard let lane = try tables.lane(claim.lane) else { return nil }
        if lane.number == claim.number { return lane.head }
        let next = try tables.links(claim.lane, from: claim.number + 1, max: 1).first
        return next?.number == claim.number + 1 ? next?.previous : nil
    }

    /// The links that are read at once.
    private static let linksTogether = 1_024
}
