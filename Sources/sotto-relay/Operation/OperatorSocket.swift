// How the host's commands reach a relay that runs: the socket in its data folder.

import Foundation
import SottoRelayServer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A running relay's end for its host.
struct OperatorSocket {
    private let path: String

    init(data: String) { path = Self.path(data: data) }

    /// Where a relay of a data folder listens for its host.
    static func path(data: String) -> String { data + "/operator.sock" }

    /// Asks a running relay; nothing when none runs.
    func ask(_ request: OperatorRequest) throws(Failure) -> OperatorAnswer? {
        guard let line = try exchange(OperatorLine.text(of: request) + [UInt8(ascii: "\n")]) else {
            return nil
        }
        guard let answer = OperatorLine.read(OperatorAnswer.self, line) else {
            throw Failure(
                sentence: "the relay that runs is of another version than this program",
                code: Failure.fault)
        }
        if case .refused(let sentence) = answer {
            throw Failure(sentence: sentence, code: Failure.refused)
        }
        return answer
    }

    /// Asks a relay that must be running.
    func demand(_ request: OperatorRequest) throws(Failure) -> OperatorAnswer {
        guard let answer = try ask(request) else {
            throw Failure(
                sentence: "\(path): no relay runs on this data folder", code: Failure.network)
        }
        return answer
    }

    /// Sends a line and reads all that comes back; nothing when nobody listens.
    private func exchange(_ line: [UInt8]) throws(Failure) -> [UInt8]? {
        let descriptor = Self.openSocket()
        guard descriptor >= 0 else { throw unusable() }
        defer { close(descriptor) }
        guard try connects(descriptor) else { return nil }
        var sent = 0
        while sent < line.count {
            let count = line[sent...].withUnsafeBytes { bytes in
                send(descriptor, bytes.baseAddress, bytes.count, Self.quietly)
            }
            guard count > 0 else { throw unusable() }
            sent += count
        }
        var answer: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &part, part.count)
            guard count >= 0 else { throw unusable() }
            if count == 0 { return answer }
            answer += part.prefix(count)
        }
    }

    private func connects(_ descriptor: Int32) throws(Failure) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard bytes.count < place.count else { return false }
            place.copyBytes(from: bytes)
            return true
        }
        guard fits else {
            throw Failure(
                sentence: "\(path): too long for a socket; use a data folder with a shorter path",
                code: Failure.refused)
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result == 0 { return true }
        guard errno == ENOENT || errno == ECONNREFUSED else { throw unusable() }
        return false
    }

    private func unusable() -> Failure {
        Failure(
            sentence: "\(path): \(String(cString: strerror(errno)))", code: Failure.refused)
    }

    #if canImport(Glibc)
        private static func openSocket() -> Int32 {
            socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        }
        private static let quietly = Int32(MSG_NOSIGNAL)
    #else
        private static func openSocket() -> Int32 { socket(AF_UNIX, SOCK_STREAM, 0) }
        private static let quietly: Int32 = 0
    #endif
}
