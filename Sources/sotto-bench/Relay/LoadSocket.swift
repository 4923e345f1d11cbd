// A WebSocket client on a plain socket: what loads a relay must itself cost little.

import Foundation
import SottoRelayProtocol

/// One connection of a load: frames out and in, by one thread.
///
/// Frames that the relay sends are taken as they lie; none of them is ever in fragments.
final class LoadSocket {
    let descriptor: Int32
    /// The frames that were sent and received.
    private(set) var frameCount = 0
    private var input: [UInt8] = []
    private var read = 0
    private var output: [UInt8] = []
    private var sent = 0
    private var mask: UInt64

    /// Connects and becomes a WebSocket; waits until it is one.
    init(host: String, port: Int) throws {
        descriptor = try Self.connect(host: host, port: port)
        mask = UInt64.random(in: 0...UInt64.max)
        try upgrade(host: host, port: port)
    }

    deinit { close(descriptor) }

    /// Whether something waits to be sent.
    var hasOutput: Bool { sent < output.count }

    /// From now on neither reading nor writing waits.
    func neverWait() { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }

    /// Queues a binary message.
    func send(_ message: [UInt8]) {
        frameCount += 1
        output.append(0x82)
        switch message.count {
        case ..<126: output.append(0x80 | UInt8(message.count))
        case ..<65_536:
            output.append(0x80 | 126)
            for shift in [8, 0] { output.append(UInt8(truncatingIfNeeded: message.count >> shift)) }
        default:
            output.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                output.append(UInt8(truncatingIfNeeded: message.count >> shift))
            }
        }
        mask = mask &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let key = UInt32(truncatingIfNeeded: mask >> 32)
        withUnsafeBytes(of: key) { key in output.append(contentsOf: key) }
        let start = output.count
        output.append(contentsOf: message)
        output.withUnsafeMutableBytes { bytes in
            Self.mask(UnsafeMutableRawBufferPointer(rebasing: bytes[start...]), with: key)
        }
    }

    /// Sends what waits, as far as the system takes it.
    func flush() throws {
        while hasOutput {
            let count = output.withUnsafeBytes { bytes in
                Foundation.send(
                    descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                if errno == EAGAIN { return }
                throw BenchError.connectionLost
            }
            sent += count
        }
        output.removeAll(keepingCapacity: output.count <= Self.bufferKept)
        sent = 0
    }

    /// Takes in what has arrived; a blocking socket waits for it.
    func receive(through scratch: inout [UInt8]) throws {
        let count = scratch.withUnsafeMutableBytes { bytes in
            recv(descriptor, bytes.baseAddress, bytes.count, 0)
        }
        guard count > 0 else {
            if count < 0, errno == EAGAIN { return }
            throw BenchError.connectionLost
        }
        input.removeFirst(read)
        read = 0
        input.append(contentsOf: scratch[..<count])
    }

    /// The next whole message, if it is there.
    func nextMessage() throws -> ArraySlice<UInt8>? {
        while let (opcode, message) = nextFrame() {
            switch opcode {
            case 0x2: return message
            case 0x8: throw BenchError.connectionLost
            default: continue
            }
        }
        if read == input.count, input.count > Self.bufferKept {
            input = []
            read = 0
        }
        return nil
    }

    private func nextFrame() -> (opcode: UInt8, message: ArraySlice<UInt8>)? {
        guard input.count - read >= 2 else { return nil }
        var start = read + 2
        var length = Int(input[read + 1] & 0x7F)
        if length >= 126 {
            let size = length == 126 ? 2 : 8
            guard input.count >= start + size else { return nil }
            length = input[start..<start + size].reduce(0) { $0 << 8 | Int($1) }
            start += size
        }
        guard input.count >= start + length else { return nil }
        frameCount += 1
        defer { read = start + length }
        return (input[read] & 0x0F, input[start..<start + length])
    }

    private static let bufferKept = 4_096
}

// MARK: - Becoming one

extension LoadSocket {
    private static func connect(host: String, port: Int) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else {
            throw BenchError.cannotConnect(host, port)
        }
        defer { freeaddrinfo(found) }
        let address = first.pointee
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0,
            Foundation.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0
        else { throw BenchError.cannotConnect(host, port) }
        var isOn: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private func upgrade(host: String, port: Int) throws {
        let request = """
            GET /v1 HTTP/1.1\r
            Host: \(host):\(port)\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: c290dG8tYmVuY2ggbG9hZA==\r
            \r

            """
        output = Array(request.utf8)
        try flush()
        var scratch = [UInt8](repeating: 0, count: 1_024)
        let end = Array("\r\n\r\n".utf8)
        while true {
            try receive(through: &scratch)
            let heads = input.indices.dropLast(3)
            guard let head = heads.first(where: { input[$0..<$0 + 4].elementsEqual(end) }) else {
                continue
            }
            guard input.starts(with: "HTTP/1.1 101".utf8) else { throw BenchError.notARelay }
            read = head + 4
            return
        }
    }

    /// Masks eight bytes at a time (RFC 6455 section 5.3).
    private static func mask(_ bytes: UnsafeMutableRawBufferPointer, with key: UInt32) {
        let wide = UInt64(key) << 32 | UInt64(key)
        var offset = 0
        while offset + 8 <= bytes.count {
            let masked = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ wide
            bytes.storeBytes(of: masked, toByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        withUnsafeBytes(of: key) { key in
            for index in offset..<bytes.count { bytes[index] ^= key[index % 4] }
        }
    }
}
