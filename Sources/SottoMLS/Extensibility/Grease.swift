// Values that mean nothing, so that nobody comes to depend on knowing all values.

public import SottoCrypto

/// The numbers that are reserved for nonsense in most registries (RFC 9420 section 13.5).
///
/// What we read may hold them anywhere; they are kept and otherwise ignored, as any unknown number
/// is. What we write holds them where an application asks for it, with `greased(using:)`.
public enum Grease {
    /// `0x0A0A`, `0x1A1A` and so on up to `0xEAEA`.
    public static let values: [UInt16] = (0..<15).map { 0x0A0A + 0x1010 * $0 }

    /// Whether a number is one of `values`.
    public static func contains(_ value: UInt16) -> Bool { values.contains(value) }

    static func value(using entropy: inout Entropy) -> UInt16 {
        values[Int.random(in: values.indices, using: &entropy)]
    }

    /// Up to 16 bytes.
    static func data(using entropy: inout Entropy) -> [UInt8] {
        entropy.bytes(Int.random(in: 0...16, using: &entropy))
    }
}

extension Array {
    fileprivate mutating func insertAnywhere(_ element: Element, using entropy: inout Entropy) {
        insert(element, at: Int.random(in: 0...count, using: &entropy))
    }
}

extension Capabilities {
    /// These with one more suite, extension, proposal and credential that nobody has.
    public func greased(using entropy: inout Entropy) -> Capabilities {
        var greased = self
        greased.cipherSuites.insertAnywhere(Grease.value(using: &entropy), using: &entropy)
        greased.extensions.insertAnywhere(
            ExtensionType(rawValue: Grease.value(using: &entropy)), using: &entropy)
        greased.proposals.insertAnywhere(
            ProposalType(rawValue: Grease.value(using: &entropy)), using: &entropy)
        greased.credentials.insertAnywhere(
            CredentialType(rawValue: Grease.value(using: &entropy)), using: &entropy)
        return greased
    }
}

extension LeafConfiguration {
    /// This with one more leaf extension that means nothing, listed as it has to be, and the
    /// capabilities greased.
    ///
    /// Made once, it is kept from leaf to leaf: drawing anew at each would say more than it hides.
    public func greased(using entropy: inout Entropy) -> LeafConfiguration {
        var greased = self
        greased.capabilities = capabilities.greased(using: &entropy)
        let nonsense = greased.capabilities.extensions.filter { Grease.contains($0.rawValue) }
        if let type = nonsense.last, extensions[type] == nil {
            greased.extensions[type] = Grease.data(using: &entropy)
        }
        return greased
    }
}

extension Extensions {
    /// These with one more that means nothing: for key packages and GroupInfos, whose extensions
    /// nobody has to know. In a GroupContext every member would have to.
    public func greased(using entropy: inout Entropy) -> Extensions {
        var greased = self
        let type = ExtensionType(rawValue: Grease.value(using: &entropy))
        if greased[type] == nil { greased[type] = Grease.data(using: &entropy) }
        return greased
    }
}
