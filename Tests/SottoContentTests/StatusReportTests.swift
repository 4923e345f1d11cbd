// Status reports, and the application data that carries them.

import SottoWire
import Testing

@testable import SottoContent

@Suite struct StatusReportTests {
    private func id(_ first: UInt8) throws -> MessageID {
        try MessageID([1, first] + [UInt8](repeating: 7, count: 30))
    }

    @Test("[CONT-1] a report is a list of message ids and statuses, and comes back as it was")
    func roundTrip() throws {
        let report = try MessageStatusReport([
            .init(id(1), .read), .init(id(2), .delivered), .init(id(3), .unread),
            .init(id(4), MessageStatus(rawValue: 255)),
        ])
        let bytes = report.encoded
        #expect(bytes.prefix(5) == [0x84, 0x82, 0x58, 0x20, 0x01])
        #expect(bytes[36] == 0x02)
        #expect(try MessageStatusReport(decoding: bytes) == report)
        #expect(try MessageStatusReport(decoding: [0x80]).entries.isEmpty)
    }

    @Test("[CONT-7] every strict prefix of a report is refused")
    func prefixes() throws {
        let bytes = try MessageStatusReport([.init(id(1), .read), .init(id(2), .read)]).encoded
        for count in 0..<bytes.count {
            #expect(throws: ContentError.self) {
                try MessageStatusReport(decoding: Array(bytes.prefix(count)))
            }
        }
        #expect(throws: ContentError.notCBOR(.trailingBytes(1))) {
            try MessageStatusReport(decoding: bytes + [0])
        }
    }

    @Test("[CONT-7] a report outside the schema, or of more than 1,024 statuses, is refused")
    func refusals() throws {
        let message = CBORValue.bytes([UInt8](repeating: 1, count: 32))
        let wrong: [CBORValue] = [
            .map([]), .array([.null]), .array([.array([message])]),
            .array([.array([message, .unsigned(256)])]),
            .array([.array([message, .integer(-1)])]),
            .array([.array([message, .unsigned(1), .null])]),
            .array([.array([.bytes([1]), .unsigned(1)])]),
        ]
        for item in wrong {
            #expect(throws: ContentError.notInSchema) {
                try MessageStatusReport(decoding: item.encoded)
            }
        }
        let entry = CBORValue.array([message, .unsigned(1)])
        _ = try MessageStatusReport(
            decoding: CBORValue.array([CBORValue](repeating: entry, count: 1_024)).encoded)
        #expect(throws: ContentError.tooLarge) {
            try MessageStatusReport(
                decoding: CBORValue.array([CBORValue](repeating: entry, count: 1_025)).encoded)
        }
    }

    @Test("[CONT-1] application data says whether it is content or a status report")
    func applicationData() throws {
        for data in [ApplicationData.content([1, 2]), .status([]), .content([])] {
            #expect(try ApplicationData(wireBytes: data.wireBytes) == data)
        }
        #expect(ApplicationData.content([9]).wireBytes == [1, 1, 9])
        #expect(ApplicationData.status([9]).wireBytes == [2, 1, 9])
        #expect(throws: WireError.unknownValue(3)) {
            try ApplicationData(wireBytes: [3, 0] as [UInt8])
        }
        #expect(throws: WireError.trailingBytes(1)) {
            try ApplicationData(wireBytes: [1, 0, 0] as [UInt8])
        }
        let long = ApplicationData.content([UInt8](repeating: 0, count: 262_145)).wireBytes
        #expect(throws: WireError.lengthOverLimit(length: 262_145, limit: 262_144)) {
            try ApplicationData(wireBytes: long)
        }
    }
}
