// Negative vectors of MLS: the good half is accepted, the bad half refused.

import SottoCrypto
import SottoMLS
import SottoWire

/// `vectors/mls/negative/*.json`: one case a file.
struct NegativeFormat: VectorFormat {
    let name = "MLS negative"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["defect", "operation", "failure", "good", "bad"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard try vector.cipherSuite() != nil else { return try vector.skippedSuite() }
        let (good, bad) = (try vector.member("good"), try vector.member("bad"))
        switch NegativeCase.Operation(rawValue: try vector.string("operation")) {
        case .keyPackage:
            let place = try KeyPackagePlace(vector)
            try place.take(good)
            try refuses(vector) { try place.take(bad) }
        case .join:
            let place = JoiningPlace(client: try PassiveJoiner(vector))
            try place.take(good)
            try refuses(vector) { try place.take(bad) }
        case .externalJoin:
            let place = try OutsidePlace(vector)
            try place.take(good)
            try refuses(vector) { try place.take(bad) }
        case .process:
            var place = try ProcessingPlace(vector)
            try refuses(vector) { try place.take(bad) }
            try place.take(good)
        case nil: throw JSONError(description: "no such operation")
        }
        return .passed
    }

    private func refuses(_ vector: JSON, _ body: () throws -> Void) throws {
        let expected = try vector.string("failure")
        do { try body() } catch {
            try expect("refused as \(RefusalKind.of(error))", RefusalKind.of(error) == expected)
            return
        }
        throw VectorMismatch(description: "the bad half is accepted")
    }
}

/// Who looks at key packages.
private struct KeyPackagePlace {
    let policy: LeafPolicy

    init(_ vector: JSON) throws { policy = try .vectors(vector) }

    func take(_ half: JSON) throws {
        guard
            case .keyPackage(let keyPackage) = try MLSMessage(
                wireBytes: half.bytes("key_package"))
        else { throw JSONError(description: "it is no key package") }
        try keyPackage.validate(policy: policy)
    }
}

/// Who is invited.
private struct JoiningPlace {
    let client: PassiveJoiner

    func take(_ half: JSON) throws {
        let group = try client.join(half)
        try half.expectSecret("epoch_authenticator", group.epochAuthenticator)
    }
}

/// Who joins without an invitation.
private struct OutsidePlace {
    private let client: VectorClient
    private let policy: LeafPolicy

    init(_ vector: JSON) throws {
        let suite = try CipherSuite(rawValue: UInt16(vector.number("cipher_suite")))
        var source = VectorSource("anybody", format: "negative", suite: suite)
        client = try VectorClient("an outsider", &source)
        policy = try .vectors(vector)
    }

    func take(_ half: JSON) throws {
        guard
            case .groupInfo(let info) = try MLSMessage(wireBytes: half.bytes("group_info"))
        else { throw JSONError(description: "it is no GroupInfo") }
        var entropy = Entropy.system()
        _ = try Group.joinExternally(
            info, leaf: client.leaf, signer: client.signer, policy: policy, using: &entropy)
    }
}

/// Who is a member already.
private struct ProcessingPlace {
    private let client: PassiveJoiner
    private var group: Group
    private let policy: LeafPolicy

    init(_ vector: JSON) throws {
        client = try PassiveJoiner(vector)
        group = try client.join(vector)
        policy = try .vectors(vector)
        for message in try vector.array("before") { try hear(message.hexBytes ?? []) }
    }

    private mutating func hear(_ message: [UInt8]) throws {
        _ = try group.process(
            MLSMessage(wireBytes: message), preSharedKeys: client.keys, policy: policy)
    }

    /// Hears a message, and checks that a refusal leaves the group as it was.
    mutating func take(_ half: JSON) throws {
        let before = group.stored
        do { try hear(half.bytes("message")) } catch {
            try expect("the group is as it was", group.stored == before)
            throw error
        }
        guard half.has("epoch_authenticator") else { return }
        try half.expectSecret("epoch_authenticator", group.epochAuthenticator)
    }
}

extension Group {
    /// All that would be stored.
    fileprivate var stored: [GroupRecordKey: Secret] {
        var stored: [GroupRecordKey: Secret] = [:]
        for case .write(let key) in allRecords { stored[key] = encoded(key) }
        return stored
    }
}

extension LeafPolicy {
    /// Everybody is who they say, at the time that a case says.
    fileprivate static func vectors(_ vector: JSON) throws -> LeafPolicy {
        var policy = VectorClient.policy
        policy.time = UnixTime(seconds: UInt64(try vector.number("now")))
        return policy
    }
}
