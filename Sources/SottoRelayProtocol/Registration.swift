// What a relay asks of who opens a mailbox, and how that is shown (spec/relay.md section 3).

import SottoCrypto
package import SottoWire

/// What a relay says in its hello that a new mailbox needs [REG-1].
package struct RegistrationTerms: Hashable, Sendable {
    /// Who may open a mailbox.
    package enum Policy: UInt8, Sendable {
        /// Anybody.
        case open = 0
        /// Who shows an invitation.
        case invitation = 1
        /// Nobody.
        case closed = 2
    }

    /// Who may open a mailbox.
    package var policy: Policy
    /// The zero bits that the hash of a proof of work begins with; 0 for no work.
    package var workBits: Int

    /// The terms of a relay.
    package init(policy: Policy = .open, workBits: Int = 0) {
        self.policy = policy
        self.workBits = workBits
    }

    /// The type of the extension of the relay's hello.
    package static let extensionType: UInt16 = 1

    /// What a hello says of these terms; nothing where anybody may register without work.
    package var extensions: [HelloExtension] {
        guard self != RegistrationTerms() else { return [] }
        return [
            HelloExtension(type: Self.extensionType, data: [policy.rawValue, UInt8(workBits)])
        ]
    }

    /// What a hello's extensions say; nothing when they say what no relay says.
    package init?(_ extensions: [HelloExtension]) {
        self.init()
        guard let said = extensions.first(where: { $0.type == Self.extensionType }) else { return }
        guard said.data.count == 2, let policy = Policy(rawValue: said.data[0]),
            said.data[1] <= RelayLimits.workBitsMax
        else { return nil }
        self.policy = policy
        workBits = Int(said.data[1])
    }
}

/// What a registration shows of a relay's terms.
package struct RegistrationPass: Hashable, Sendable {
    /// The invitation, if one is shown.
    package var invitation: InvitationCode?
    /// The number that was found by work.
    package var work: UInt64?

    /// Nothing to show, unless something is given.
    package init(invitation: InvitationCode? = nil, work: UInt64? = nil) {
        self.invitation = invitation
        self.work = work
    }

    private static let invitationType: UInt16 = 1
    private static let workType: UInt16 = 2

    /// The extensions of the registration.
    package var extensions: [HelloExtension] {
        var extensions: [HelloExtension] = []
        if let invitation {
            extensions.append(HelloExtension(type: Self.invitationType, data: invitation.bytes))
        }
        if let work {
            var writer = WireWriter()
            writer.uint64(work)
            extensions.append(HelloExtension(type: Self.workType, data: writer.bytes))
        }
        return extensions
    }

    /// What extensions show; what is not of its size shows nothing.
    init(_ extensions: [HelloExtension]) {
        for shown in extensions {
            switch shown.type {
            case Self.invitationType: invitation = try? InvitationCode(shown.data)
            case Self.workType where shown.data.count == 8:
                work = shown.data.reduce(0) { $0 << 8 | UInt64($1) }
            default: break
            }
        }
    }
}

/// A secret that lets its holder open a mailbox [REG-2].
package typealias InvitationCode = FixedBytes<InvitationCodeKind>
/// What an ``InvitationCode`` is.
package enum InvitationCodeKind: FixedBytesKind { package static let byteCount = 10 }

/// What a relay keeps of an invitation.
package typealias InvitationHash = FixedBytes<InvitationHashKind>
/// What an ``InvitationHash`` is.
package enum InvitationHashKind: FixedBytesKind { package static let byteCount = 32 }

extension FixedBytes<InvitationCodeKind> {
    /// What a relay keeps of the code.
    package var hash: InvitationHash { .hash(Label.invitation, bytes) }

    /// The letters and digits of a code: those that are not taken for each other.
    private static var alphabet: [UInt8] { Array("0123456789abcdefghjkmnpqrstvwxyz".utf8) }

    /// The code as people pass it on: sixteen letters and digits in groups of four.
    package var text: String {
        var bits: UInt64 = 0
        var count = 0
        var text = ""
        for byte in bytes {
            bits = bits << 8 | UInt64(byte)
            count += 8
            while count >= 5 {
                count -= 5
                if [4, 9, 14].contains(text.utf8.count) { text += "-" }
                text.unicodeScalars.append(
                    Unicode.Scalar(Self.alphabet[Int(bits >> UInt64(count) & 31)]))
            }
        }
        return text
    }

    /// Reads a code as people write it: capital letters, `o` for 0, `i` and `l` for 1, and
    /// hyphens or spaces anywhere are allowed.
    package init?(text: String) {
        var bits: UInt64 = 0
        var count = 0
        var found: [UInt8] = []
        for character in text.lowercased().utf8 where !"- ".utf8.contains(character) {
            let letter: UInt8 =
                switch character {
                case UInt8(ascii: "o"): UInt8(ascii: "0")
                case UInt8(ascii: "i"), UInt8(ascii: "l"): UInt8(ascii: "1")
                default: character
                }
            guard let value = Self.alphabet.firstIndex(of: letter), found.count < 10 else {
                return nil
            }
            bits = bits << 5 | UInt64(value)
            count += 5
            if count >= 8 {
                count -= 8
                found.append(UInt8(truncatingIfNeeded: bits >> UInt64(count)))
            }
        }
        guard count == 0, let code = try? InvitationCode(found) else { return nil }
        self = code
    }
}

/// Work that costs who registers some time, bound to one connection [REG-4].
package struct RegistrationWork: Sendable {
    private let prefix: [UInt8]

    /// The work for a mailbox on a connection.
    package init(mailbox: MailboxID, mailboxKey: MailboxKey, on binding: ConnectionBinding) {
        prefix = binding.signing { writer in
            writer.value(mailbox)
            writer.value(mailboxKey)
        }
    }

    /// The zero bits that the hash of a number begins with.
    package func bits(of number: UInt64) -> Int {
        var writer = WireWriter()
        writer.fixed(prefix)
        writer.uint64(number)
        let hash = Labelled.hash(Label.registrationWork, writer.bytes)
        let zeros = hash.prefix { $0 == 0 }.count
        return zeros * 8 + (zeros < hash.count ? hash[zeros].leadingZeroBitCount : 0)
    }

    /// Looks for a number, from one number on and for so many; nothing when there is none.
    package func find(bits wanted: Int, from start: UInt64, tries: UInt64) -> UInt64? {
        var number = start
        for _ in 0..<tries {
            if bits(of: number) >= wanted { return number }
            number &+= 1
        }
        return nil
    }
}
