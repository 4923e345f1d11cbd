// Hosts in canonical form: names, and addresses in their shortest writing.

/// What a host is written as.
enum HostForm: Hashable, Sendable {
    case name, address4, address6
}

/// A host that is reached: a name, or an address.
struct HostName {
    /// The canonical writing, without brackets.
    let text: String
    let form: HostForm
    /// Whether it is this machine.
    let isLoopback: Bool

    /// The host of a URL, in lower case; an address of version 6 in brackets.
    init?(_ host: Substring) {
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard let groups = Self.groups(of: host.dropFirst().dropLast()) else { return nil }
            form = .address6
            text = Self.text(of: groups)
            isLoopback = groups == [0, 0, 0, 0, 0, 0, 0, 1]
        } else if let last = host.split(separator: ".", omittingEmptySubsequences: false).last,
            last.utf8.allSatisfy(Self.isDigit)
        {
            // What ends in a number is read as an address by some resolvers and not by others.
            guard let bytes = Self.bytes(of: host) else { return nil }
            form = .address4
            text = bytes.map { String($0) }.joined(separator: ".")
            isLoopback = bytes[0] == 127
        } else {
            guard Self.isName(host) else { return nil }
            form = .name
            text = String(host)
            isLoopback = host == "localhost"
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Labels of letters, digits and inner hyphens (RFC 1123 section 2.1).
    private static func isName(_ host: Substring) -> Bool {
        guard (1...253).contains(host.utf8.count) else { return false }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || isDigit(byte) || byte == 0x2D
                }
        }
    }
}

// MARK: - Addresses

extension HostName {
    /// Four decimal numbers. A leading zero is refused: some read what follows it as octal.
    private static func bytes(of text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit),
                part == "0" || !part.hasPrefix("0"), let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// The eight groups of an address of version 6 (RFC 4291 section 2.2).
    private static func groups(of text: Substring) -> [UInt16]? {
        guard let gap = text.firstRange(of: "::") else {
            let groups = pieces(of: text, mayEndInFour: true)
            return groups?.count == 8 ? groups : nil
        }
        let (head, tail) = (text[..<gap.lowerBound], text[gap.upperBound...])
        guard let before = head.isEmpty ? [] : pieces(of: head, mayEndInFour: false),
            let after = tail.isEmpty ? [] : pieces(of: tail, mayEndInFour: true),
            before.count + after.count < 8
        else { return nil }
        return before + Array(repeating: 0, count: 8 - before.count - after.count) + after
    }

    /// Groups between colons; the last may be two groups written as an address of version 4.
    private static func pieces(of text: Substring, mayEndInFour: Bool) -> [UInt16]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if part.contains(".") {
                guard mayEndInFour, index == parts.count - 1, let bytes = bytes(of: part) else {
                    return nil
                }
                groups += [
                    UInt16(bytes[0]) << 8 | UInt16(bytes[1]),
                    UInt16(bytes[2]) << 8 | UInt16(bytes[3]),
                ]
            } else {
                let isHex = part.utf8.allSatisfy { isDigit($0) || (0x61...0x66).contains($0) }
                guard (1...4).contains(part.utf8.count), isHex,
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
            guard groups.count <= 8 else { return nil }
        }
        return groups
    }

    /// The writing of RFC 5952: the first of the longest runs of zeros left out.
    private static func text(of groups: [UInt16]) -> String {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<(index + 1) }
        }
        if longest == 0..<5, groups[5] == 0xFFFF {
            let bytes = groups[6...].flatMap { [$0 >> 8, $0 & 0xFF] }
            return "::ffff:" + bytes.map { String($0) }.joined(separator: ".")
        }
        func written(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard longest.count > 1 else { return written(groups[...]) }
        return written(groups[..<longest.lowerBound]) + "::"
            + written(groups[longest.upperBound...])
    }
}
