// What MLS adds to the primitives that a message cannot do without.

import ArgumentParser
import SottoCrypto
import SottoMLS

struct MLSBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mls",
        abstract: "Protecting and unprotecting 1 KiB, beside the primitives that it takes.",
        discussion: """
            A message takes one signature, two sealings (content, sender data) and five \
            derivations (key, nonce and the ratchet's next secret; key and nonce of the sender \
            data). Their sum is measured in the same run.
            """)

    @OptionGroup var report: ReportOptions

    @Option(help: "Messages a round.")
    var messages = 200

    func run() throws {
        var report = Report("mls", "CPU time a message of 1 KiB")
        for suite in [CipherSuite.x25519AES128, .mlkem768X25519AES128] {
            var bench = try MLSPair(suite)
            let cost = try bench.measure(messages: messages)
            let floor = try PrimitiveCosts(suite)
            report.add(cost, floor, suite)
        }
        try report.print(self.report)
    }
}

extension Report {
    fileprivate mutating func add(
        _ cost: (protect: Duration, unprotect: Duration), _ floor: PrimitiveCosts,
        _ suite: CipherSuite
    ) {
        let digits = String(suite.rawValue, radix: 16, uppercase: true)
        let name = "0x" + String(repeating: "0", count: 4 - digits.count) + digits
        for (what, taken, least) in [
            ("protect", cost.protect, floor.protect),
            ("unprotect", cost.unprotect, floor.unprotect),
        ] {
            add("\(name) \(what)", Double(microseconds: taken), .microseconds)
            add("\(name) \(what), its primitives", Double(microseconds: least), .microseconds)
            add("\(name) \(what), ratio", taken / least, .times)
        }
    }
}

/// What the primitives of one message cost (RFC 9420 sections 6.1, 6.3 and 9).
private struct PrimitiveCosts {
    let protect: Duration
    let unprotect: Duration

    init(_ suite: CipherSuite) throws {
        var entropy = Entropy.system()
        let content = entropy.bytes(1_024)
        let signer = try suite.makeSignatureKey(using: &entropy)
        let signature = suite.signWithLabel(signer, label: "FramedContentTBS", content: content)
        let key = entropy.secret(suite.keyLength)
        let nonce = entropy.bytes(suite.nonceLength)
        let secret = entropy.secret(suite.hashLength)
        let plaintext = content + signature
        let senderData = Array(content.prefix(12))
        let sealed = try suite.seal(key: key, nonce: nonce, aad: [], plaintext)
        let sealedSender = try suite.seal(key: key, nonce: nonce, aad: [], senderData)

        let derive = CPUTime.ofCall {
            use(suite.deriveTreeSecret(secret, label: "key", generation: 7, length: 16))
        }
        let sign = CPUTime.ofCall {
            use(suite.signWithLabel(signer, label: "FramedContentTBS", content: content))
        }
        let verify = try CPUTime.ofCall {
            try suite.verifyWithLabel(
                signer.publicKey, label: "FramedContentTBS", content: content,
                signature: signature)
        }
        let seal = try CPUTime.ofCall {
            use(try suite.seal(key: key, nonce: nonce, aad: [], plaintext))
            use(try suite.seal(key: key, nonce: nonce, aad: [], senderData))
        }
        let open = try CPUTime.ofCall {
            use(try suite.open(key: key, nonce: nonce, aad: [], sealed))
            use(try suite.open(key: key, nonce: nonce, aad: [], sealedSender))
        }
        protect = sign + seal + derive * 5
        unprotect = verify + open + derive * 5
    }
}

/// Two members of a group.
private struct MLSPair {
    private var entropy = Entropy.system()
    private var sender: Group
    private var receiver: Group
    private let policy: LeafPolicy

    init(_ suite: CipherSuite) throws {
        let now = UnixTime(seconds: 1_800_000_000)
        let lifetime = Lifetime(
            notBefore: UnixTime(seconds: now.seconds - 3_600),
            notAfter: UnixTime(seconds: now.seconds + 86_400))
        policy = LeafPolicy(now: now, tolerance: 3_600, lifetimeMax: 100 * 86_400) { _, _ in
            .accepted
        }
        func leaf(_ name: String) -> LeafConfiguration {
            LeafConfiguration(
                credential: .basic(identity: Array(name.utf8)),
                capabilities: Capabilities(cipherSuites: [suite], extensions: []), extensions: [:])
        }
        let (alice, bob) = (
            try suite.makeSignatureKey(using: &entropy), try suite.makeSignatureKey(using: &entropy)
        )
        sender = try Group.create(
            id: .random(using: &entropy), suite: suite, leaf: leaf("alice"), lifetime: lifetime,
            extensions: [:], signer: alice, using: &entropy)
        let package = try OwnKeyPackage.make(
            suite: suite, signer: bob, leaf: leaf("bob"), lifetime: lifetime, using: &entropy)
        let commit = try sender.commit([.add(package.keyPackage)], policy: policy, using: &entropy)
        guard let bytes = commit.welcome,
            case .welcome(let welcome) = try MLSMessage(encoded: bytes)
        else { throw BenchError.noWelcome }
        _ = try sender.mergePendingCommit(now: now)
        receiver = try Group.join(welcome, with: package, signer: bob, policy: policy)
    }

    /// The median of a few rounds of messages in order.
    mutating func measure(
        messages: Int, rounds: Int = 7
    ) throws -> (protect: Duration, unprotect: Duration) {
        var protect: [Duration] = []
        var unprotect: [Duration] = []
        let text = entropy.bytes(1_024)
        for _ in 0..<rounds {
            let start = CPUTime.ofThisProcess()
            var sent: [[UInt8]] = []
            for _ in 0..<messages { sent.append(try sender.protect(text, using: &entropy).message) }
            let middle = CPUTime.ofThisProcess()
            for message in sent {
                use(try receiver.process(try MLSMessage(encoded: message), policy: policy))
            }
            let end = CPUTime.ofThisProcess()
            protect.append((middle - start) / messages)
            unprotect.append((end - middle) / messages)
        }
        return (protect.percentile(0.5), unprotect.percentile(0.5))
    }
}
