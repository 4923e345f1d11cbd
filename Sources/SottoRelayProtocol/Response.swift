// What a relay answers (section 2).

package import SottoWire

/// The yes to a request, of the request's own kind.
package enum Answer: Hashable, Sendable {
    case ping
    case register(Owned)
    case authenticate(Owned)
    case mint(Minted)
    case subscribe
    case credit
    case ack
    case deny
    case newGeneration
    case setOpen
    case closeMailbox
    case mintBlob(BlobToken)
    indirect case post(Accepted)
    case putRecord
    case getRecord(Record)
    case putStock
    case takeStock(Taken)
    case countStock(StockCount)
    case ephemeral
    case links(Links)
    case removeRecord
    case removeStock
    case evaluate(NameElement)
}

extension Answer: WireCodable {
    /// The kind of request that this answers.
    package var type: RequestType {
        switch self {
        case .ping: .ping
        case .register: .register
        case .authenticate: .authenticate
        case .mint: .mint
        case .subscribe: .subscribe
        case .credit: .credit
        case .ack: .ack
        case .deny: .deny
        case .newGeneration: .newGeneration
        case .setOpen: .setOpen
        case .closeMailbox: .closeMailbox
        case .mintBlob: .mintBlob
        case .post: .post
        case .putRecord: .putRecord
        case .getRecord: .getRecord
        case .putStock: .putStock
        case .takeStock: .takeStock
        case .countStock: .countStock
        case .ephemeral: .ephemeral
        case .links: .links
        case .removeRecord: .removeRecord
        case .removeStock: .removeStock
        case .evaluate: .evaluate
        }
    }

    /// Reads an answer.
    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.value(RequestType.self) {
        case .ping: self = .ping
        case .register: self = .register(try reader.value())
        case .authenticate: self = .authenticate(try reader.value())
        case .mint: self = .mint(try reader.value())
        case .subscribe: self = .subscribe
        case .credit: self = .credit
        case .ack: self = .ack
        case .deny: self = .deny
        case .newGeneration: self = .newGeneration
        case .setOpen: self = .setOpen
        case .closeMailbox: self = .closeMailbox
        case .mintBlob: self = .mintBlob(try reader.value())
        case .post: self = .post(try reader.value())
        case .putRecord: self = .putRecord
        case .getRecord: self = .getRecord(try reader.value())
        case .putStock: self = .putStock
        case .takeStock: self = .takeStock(try reader.value())
        case .countStock: self = .countStock(try reader.value())
        case .ephemeral: self = .ephemeral
        case .links: self = .links(try reader.value())
        case .removeRecord: self = .removeRecord
        case .removeStock: self = .removeStock
        case .evaluate: self = .evaluate(try reader.value())
        }
    }

    /// Writes an answer.
    package func encode(to writer: inout WireWriter) {
        writer.value(type)
        switch self {
        case .ping, .subscribe, .credit, .ack, .deny, .newGeneration, .setOpen, .closeMailbox,
            .putRecord, .putStock, .ephemeral, .removeRecord, .removeStock:
            break
        case .register(let owned), .authenticate(let owned): writer.value(owned)
        case .mint(let minted): writer.value(minted)
        case .mintBlob(let token): writer.value(token)
        case .post(let accepted): writer.value(accepted)
        case .getRecord(let record): writer.value(record)
        case .takeStock(let taken): writer.value(taken)
        case .countStock(let count): writer.value(count)
        case .links(let links): writer.value(links)
        case .evaluate(let element): writer.value(element)
        }
    }
}

/// What became of one request.
package struct Response: Hashable, Sendable, WireCodable {
    /// The number of the request; 0 when none could be read.
    package let id: UInt32
    /// The answer, or why there is none.
    package let result: Result<Answer, RelayRefusal>

    /// The response to a request.
    package init(id: UInt32, result: Result<Answer, RelayRefusal>) {
        self.id = id
        self.result = result
    }

    /// Reads a response.
    package init(from reader: inout WireReader) throws(WireError) {
        id = try reader.uint32()
        result =
            try reader.flag()
            ? .failure(try reader.value()) : .success(try reader.value())
    }

    /// Writes a response.
    package func encode(to writer: inout WireWriter) {
        writer.uint32(id)
        switch result {
        case .success(let answer):
            writer.flag(false)
            writer.value(answer)
        case .failure(let refusal):
            writer.flag(true)
            writer.value(refusal)
        }
    }
}
