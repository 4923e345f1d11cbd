// Bytes as tests write and damage them.

/// The bytes that `hex` spells.
func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex)
    return stride(from: 0, to: digits.count, by: 2).compactMap { index in
        UInt8(String(digits[index...index + 1]), radix: 16)
    }
}

extension [UInt8] {
    /// A copy with one bit changed.
    func flipping(_ bit: Int) -> [UInt8] {
        var copy = self
        copy[bit / 8] ^= 1 << (bit % 8)
        return copy
    }
}
