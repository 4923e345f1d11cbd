// What tus 1.0 says in the heads of requests and answers.

import NIOCore
import NIOHTTP1
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The words of the tus protocol, version 1.0.0, with creation, expiration and termination.
enum Tus {
    static let version = "1.0.0"

    /// What a request on an upload is refused for, before its token is looked at.
    enum Fault: Error, Equatable {
        case version, malformed, type, notFound, method, noToken

        var answer: HTTPAnswer {
            switch self {
            case .version: Tus.answer(.preconditionFailed, [("Tus-Version", Tus.version)])
            case .malformed: Tus.answer(.badRequest)
            case .type: Tus.answer(.unsupportedMediaType)
            case .notFound: Tus.answer(.notFound)
            case .method:
                Tus.answer(.methodNotAllowed, [("Allow", "HEAD, PATCH, DELETE, OPTIONS")])
            case .noToken: Tus.unauthorized
            }
        }
    }

    static func checkVersion(_ head: HTTPRequestHead) throws(Fault) {
        guard head.headers["Tus-Resumable"] == [version] else { throw .version }
    }

    static func checkType(_ head: HTTPRequestHead) throws(Fault) {
        let type = head.headers.first(name: "Content-Type")?.lowercased()
        guard type == "application/offset+octet-stream" else { throw .type }
    }

    /// The number of a field that is there once.
    static func number(_ name: String, _ head: HTTPRequestHead) throws(Fault) -> UInt64 {
        let fields = head.headers[name]
        guard fields.count == 1, let text = fields.first, 1...19 ~= text.utf8.count,
            text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let number = UInt64(text)
        else { throw .malformed }
        return number
    }

    /// The token in `Authorization: Sotto-Blob HEX`.
    static func token(_ head: HTTPRequestHead) throws(Fault) -> BlobToken {
        let fields = head.headers["Authorization"]
        let parts = fields.first?.split(separator: " ") ?? []
        guard fields.count == 1, parts.count == 2, parts[0].lowercased() == "sotto-blob",
            parts[1].utf8.count == 2 * BlobToken.count,
            let bytes = try? Hexadecimal.decode(parts[1]),
            let token = try? BlobToken(wireBytes: bytes)
        else { throw .noToken }
        return token
    }

    // MARK: Answers

    static func answer(
        _ status: HTTPResponseStatus, _ fields: [(String, String)] = []
    ) -> HTTPAnswer {
        HTTPAnswer(status, [("Tus-Resumable", version)] + fields)
    }

    /// What is there of an upload.
    static func answer(
        _ status: HTTPResponseStatus, to upload: BlobKeeper.Status,
        _ fields: [(String, String)] = []
    ) -> HTTPAnswer {
        var all = fields
        all.append(("Upload-Offset", String(upload.offset)))
        all.append(("Upload-Length", String(upload.bytes)))
        all.append(("Upload-Expires", HTTPDay(upload.expires).text))
        if let blob = upload.blob {
            all.append(
                ("Content-Location", RelayPath.blobs + "/" + Hexadecimal.encode(blob.bytes)))
        }
        return answer(status, all)
    }

    static func created(_ upload: BlobKeeper.Status, _ id: UploadID) -> HTTPAnswer {
        let location = RelayPath.uploads + "/" + Hexadecimal.encode(id.bytes)
        return answer(.created, to: upload, [("Location", location)])
    }

    static func answer(to refusal: BlobRefusal) -> HTTPAnswer {
        switch refusal {
        case .notPermitted: unauthorized
        case .notFound: answer(.notFound)
        case .tooLarge: answer(.payloadTooLarge)
        case .conflict: answer(.conflict)
        case .overAllowance: answer(.tooManyRequests)
        case .full: answer(.insufficientStorage)
        case .unavailable: answer(.serviceUnavailable, [("Retry-After", "5")])
        }
    }

    static var unauthorized: HTTPAnswer {
        answer(.unauthorized, [("WWW-Authenticate", "Sotto-Blob")])
    }

    static var capabilities: HTTPAnswer {
        answer(
            .noContent,
            [
                ("Tus-Version", version), ("Tus-Extension", "creation,expiration,termination"),
                ("Tus-Max-Size", String(RelayLimits.blobBytesMax)),
            ])
    }
}

/// The first moment of a day as HTTP writes it (RFC 9110 section 5.6.7).
struct HTTPDay {
    let text: String

    /// - Parameter day: Of those since 1970.
    init(_ day: UInt64) {
        // Days of the era that begins on 1 March of the year 0 (the usual civil calendar).
        let shifted = Int(clamping: day) + 719_468
        let era = shifted / 146_097
        let ofEra = shifted % 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let date = ofYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let number = date < 10 ? "0\(date)" : "\(date)"
        let weekday = Self.weekdays[Int(clamping: day) % 7]
        text = "\(weekday), \(number) \(Self.months[month - 1]) \(year) 00:00:00 GMT"
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
