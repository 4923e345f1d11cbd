// What a client may ask of a relay (section 2).

package import SottoWire

/// The number that names a kind of request in a frame.
package enum RequestType: UInt8, Hashable, Sendable, CaseIterable, WireCodable {
    case ping = 1
    case register = 16
    case authenticate = 17
    case mint = 18
    case subscribe = 19
    case credit = 20
    case ack = 21
    case deny = 22
    case newGeneration = 23
    case setOpen = 24
    case closeMailbox = 27
    case mintBlob = 28
    case post = 32
    case putRecord = 33
    case getRecord = 34
    case putStock = 35
    case takeStock = 36
    case countStock = 37
    case ephemeral = 38
    case links = 39
    case removeRecord = 40
    case removeStock = 41
    case evaluate = 42

    /// Which kind of connection carries it, or nothing when both do [RELAY-7].
    package var connectionKind: ConnectionKind? {
        switch self {
        case .ping: nil
        case .register, .authenticate, .mint, .subscribe, .credit, .ack, .deny, .newGeneration,
            .setOpen, .closeMailbox, .mintBlob:
            .owner
        case .post, .putRecord, .getRecord, .putStock, .takeStock, .countStock, .ephemeral,
            .links, .removeRecord, .removeStock, .evaluate:
            .anonymous
        }
    }
}

/// The two kinds of connection, which are never one [RELAY-7].
package enum ConnectionKind: Hashable, Sendable {
    /// It has shown that it owns a mailbox.
    case owner
    /// It shows tokens and signatures, and not whose it is.
    case anonymous
}

/// One request and the number its answer will carry.
package struct Request: Hashable, Sendable {
    /// Chosen by the client; 0 is the relay's, for what answers no request.
    package let id: UInt32
    /// What is asked.
    package let body: Body

    /// A request under a number.
    package init(id: UInt32, body: Body) {
        self.id = id
        self.body = body
    }

    /// What is asked.
    package enum Body: Hashable, Sendable {
        /// Shows that both ends live.
        case ping
        /// Opens a mailbox. Answered with `Owned`.
        case register(Register)
        /// Makes this the owner's connection. Answered with `Owned`.
        case authenticate(Authenticate)
        /// Asks for delivery tokens.
        case mint(Mint)
        /// Starts deliveries with this credit.
        case subscribe(credit: UInt32)
        /// Adds to the credit.
        case credit(UInt32)
        /// Removes every entry up to this number.
        case ack(sequence: UInt64)
        /// Denies tokens by their labels.
        case deny(Deny)
        /// Begins this generation of tokens, the one after the present.
        case newGeneration(UInt32)
        /// Says whether open tokens admit anything.
        case setOpen(Bool)
        /// Removes the mailbox and everything in it.
        case closeMailbox
        /// Asks for a token that admits a blob.
        case mintBlob(MintBlob)
        /// Posts to a lane.
        case post(Post)
        /// Puts a record.
        case putRecord(PutRecord)
        /// Gets a record.
        case getRecord(Locator)
        /// Adds to a stock.
        case putStock(PutStock)
        /// Takes a package from a stock.
        case takeStock(Locator)
        /// Asks how much a stock holds.
        case countStock(Locator)
        /// Forwards to who is there.
        case ephemeral(Ephemeral)
        /// Asks for links of a lane's chain.
        case links(GetLinks)
        /// Removes a record or a stock.
        case remove(Removal)
        /// Has the relay's key evaluate a blinded user name.
        case evaluate(NameElement)
    }
}

extension Request.Body {
    /// What kind of request it is.
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
        case .remove(let removal): removal.kind == .record ? .removeRecord : .removeStock
        case .evaluate: .evaluate
        }
    }
}

extension Request: WireCodable {
    /// Reads a request.
    package init(from reader: inout WireReader) throws(WireError) {
        id = try reader.uint32()
        switch try reader.value(RequestType.self) {
        case .ping: body = .ping
        case .register: body = .register(try reader.value())
        case .authenticate: body = .authenticate(try reader.value())
        case .mint: body = .mint(try reader.value())
        case .subscribe: body = .subscribe(credit: try reader.uint32())
        case .credit: body = .credit(try reader.uint32())
        case .ack: body = .ack(sequence: try reader.uint64())
        case .deny: body = .deny(try reader.value())
        case .newGeneration: body = .newGeneration(try reader.uint32())
        case .setOpen: body = .setOpen(try reader.flag())
        case .closeMailbox: body = .closeMailbox
        case .mintBlob: body = .mintBlob(try reader.value())
        case .post: body = .post(try reader.value())
        case .putRecord: body = .putRecord(try reader.value())
        case .getRecord: body = .getRecord(try reader.value())
        case .putStock: body = .putStock(try reader.value())
        case .takeStock: body = .takeStock(try reader.value())
        case .countStock: body = .countStock(try reader.value())
        case .ephemeral: body = .ephemeral(try reader.value())
        case .links: body = .links(try reader.value())
        case .removeRecord: body = .remove(try Removal(of: .record, from: &reader))
        case .removeStock: body = .remove(try Removal(of: .stock, from: &reader))
        case .evaluate: body = .evaluate(try reader.value())
        }
    }

    /// Writes a request.
    package func encode(to writer: inout WireWriter) {
        writer.uint32(id)
        writer.value(body.type)
        switch body {
        case .ping, .closeMailbox: break
        case .register(let register): writer.value(register)
        case .authenticate(let authenticate): writer.value(authenticate)
        case .mint(let mint): writer.value(mint)
        case .subscribe(let credit), .credit(let credit): writer.uint32(credit)
        case .ack(let sequence): writer.uint64(sequence)
        case .deny(let deny): writer.value(deny)
        case .newGeneration(let generation): writer.uint32(generation)
        case .setOpen(let isOpen): writer.flag(isOpen)
        case .mintBlob(let mint): writer.value(mint)
        case .post(let post): writer.value(post)
        case .putRecord(let put): writer.value(put)
        case .getRecord(let locator), .takeStock(let locator), .countStock(let locator):
            writer.value(locator)
        case .putStock(let put): writer.value(put)
        case .ephemeral(let ephemeral): writer.value(ephemeral)
        case .links(let links): writer.value(links)
        case .remove(let removal): writer.value(removal)
        case .evaluate(let element): writer.value(element)
        }
    }
}
