// What a leaf of a group has to carry to be somebody's.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoIdentity

@Suite struct LeafIdentityTests {
    private func leaf(
        _ account: TestAccount, identity: [UInt8]? = nil, key: [UInt8]? = nil,
        log: [UInt8]? = nil
    ) throws -> LeafIdentity {
        try LeafIdentity(
            credential: identity ?? account.log.account.bytes,
            signatureKey: key ?? account.device.publicKey,
            deviceLog: log ?? DeviceLogExtension(account.log).wireBytes)
    }

    @Test("[ID-5] a leaf whose credential, key and log agree is its account's")
    func agreement() throws {
        let account = try TestAccount()
        let leaf = try leaf(account)
        #expect(leaf.account == account.log.account)
        #expect(leaf.device == account.log.devices[0])
        #expect(leaf.log == account.log)
    }

    @Test("[ID-5] a leaf that claims another account, or signs with another key, is refused")
    func lies() throws {
        let (account, other) = (try TestAccount(), try TestAccount(2))
        #expect(throws: LeafIdentityError.otherAccount) {
            try leaf(account, identity: other.log.account.bytes)
        }
        #expect(throws: LeafIdentityError.otherAccount) { try leaf(account, identity: []) }
        #expect(throws: LeafIdentityError.otherAccount) {
            try leaf(account, log: DeviceLogExtension(other.log).wireBytes)
        }
        #expect(throws: LeafIdentityError.deviceNotActive) {
            try leaf(account, key: other.device.publicKey)
        }
        #expect(throws: LeafIdentityError.deviceNotActive) {
            try leaf(account, key: account.log.recoveryKey.bytes)
        }
    }

    @Test("[ID-6] head and length of the extension are those of its log")
    func headAndLength() throws {
        let account = try TestAccount()
        let bytes = DeviceLogExtension(account.log).wireBytes
        var head = bytes
        head[0] ^= 1
        var length = bytes
        length[35] = 2
        for changed in [head, length] {
            #expect(throws: LeafIdentityError.otherHead) { try leaf(account, log: changed) }
        }
    }

    @Test("[ID-7] a device-log extension that does not decode or is not valid is refused")
    func damage() throws {
        let account = try TestAccount()
        let bytes = DeviceLogExtension(account.log).wireBytes
        for count in 0..<bytes.count {
            #expect(throws: LeafIdentityError.self) {
                try leaf(account, log: Array(bytes.prefix(count)))
            }
        }
        #expect(throws: LeafIdentityError.malformed(.trailingBytes(1))) {
            try leaf(account, log: bytes + [0])
        }
        var entry = try ForgedEntry(account)
        entry.signers = []
        var writer = WireWriter()
        writer.fixed(bytes.prefix(36))
        writer.opaque(entry.bytes)
        #expect(throws: LeafIdentityError.deviceLog(.badSignatures(index: 0))) {
            try leaf(account, log: writer.bytes)
        }
        for changed in flipped(bytes, stride: 7) {
            #expect(throws: LeafIdentityError.self) { try leaf(account, log: changed) }
        }
    }

    @Test("[ID-7] mailbox and lane extensions are fixed in size and come back as they were")
    func otherExtensions() throws {
        var entropy = entropy()
        let mailbox = MailboxExtension(
            address: MailboxAddressField(
                relay: .random(using: &entropy), mailbox: .random(using: &entropy)),
            token: DeliveryTokenField(made: entropy.bytes(48)))
        #expect(mailbox.wireBytes.count == 96)
        #expect(try MailboxExtension(wireBytes: mailbox.wireBytes) == mailbox)
        let lane = LaneExtension(
            lane: .random(using: &entropy), relayKey: .random(using: &entropy))
        #expect(lane.wireBytes.count == 64)
        #expect(try LaneExtension(wireBytes: lane.wireBytes) == lane)
        for count in 0..<96 {
            #expect(throws: WireError.self) {
                try MailboxExtension(wireBytes: mailbox.wireBytes.prefix(count))
            }
        }
        for count in 0..<64 {
            #expect(throws: WireError.self) {
                try LaneExtension(wireBytes: lane.wireBytes.prefix(count))
            }
        }
        #expect(throws: WireError.trailingBytes(1)) {
            try LaneExtension(wireBytes: lane.wireBytes + [0])
        }
    }

    @Test("[ID-8] both sides compute one safety number, of 12 groups of 5 digits")
    func safetyNumber() throws {
        let (alice, bob) = (try TestAccount(1).log.account, try TestAccount(2).log.account)
        let number = SafetyNumber(alice, bob)
        #expect(number == SafetyNumber(bob, alice))
        #expect(number.groups.count == 12)
        #expect(number.text.count == 71)
        for group in number.groups {
            #expect(group.count == 5 && group.allSatisfy(\.isNumber))
        }
        #expect(number != SafetyNumber(alice, try TestAccount(3).log.account))
        let half = Labelled.hash("safety number", min(alice, bob).bytes)
        let first = half.prefix(5).reduce(0) { $0 * 256 + Int($1) } % 100_000
        #expect(Int(number.groups[0]) == first)
    }
}
