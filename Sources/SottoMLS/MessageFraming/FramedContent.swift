// What is said, where and by whom: the part of a message that is signed and hashed.

package import SottoWire

/// Content of one of the three kinds.
package enum ContentBody: Hashable, Sendable {
    /// Something the application says.
    case application([UInt8])
    /// A wish to change the group.
    case proposal(Proposal)
    /// A change of the group.
    case commit(Commit)

    /// Which kind it is.
    package var type: ContentType {
        switch self {
        case .application: .application
        case .proposal: .proposal
        case .commit: .commit
        }
    }

    init(_ type: ContentType, from reader: inout WireReader) throws(WireError) {
        switch type {
        case .application: self = .application(try reader.opaque())
        case .proposal: self = .proposal(try reader.value())
        case .commit: self = .commit(try reader.value())
        }
    }

    fileprivate func encode(to writer: inout WireWriter) {
        switch self {
        case .application(let data): writer.opaque(data)
        case .proposal(let proposal): writer.value(proposal)
        case .commit(let commit): writer.value(commit)
        }
    }
}

/// The content of a message with its place and its sender (RFC 9420 section 6).
///
/// It is encoded once, or kept as it was received, because it is signed, sealed and hashed.
package struct FramedContent: Sendable {
    /// The group it is said in.
    package let groupID: GroupID
    /// The epoch it is said in.
    package let epoch: UInt64
    /// Who says it.
    package let sender: Sender
    /// What the application shows beside it to everybody on the way.
    package let authenticatedData: [UInt8]
    /// What is said.
    package let body: ContentBody
    /// All of it on the wire.
    package let encoded: [UInt8]
    private let bodyStart: Int

    /// What is said, on the wire.
    package var encodedBody: ArraySlice<UInt8> { encoded[bodyStart...] }

    /// Content to be sent.
    package init(
        groupID: GroupID, epoch: UInt64, sender: Sender, authenticatedData: [UInt8],
        body: ContentBody
    ) {
        var writer = WireWriter()
        body.encode(to: &writer)
        self.init(
            groupID: groupID, epoch: epoch, sender: sender,
            authenticatedData: authenticatedData, body: body, encodedBody: writer.bytes[...])
    }

    /// Content whose body arrived by itself.
    init(
        groupID: GroupID, epoch: UInt64, sender: Sender, authenticatedData: [UInt8],
        body: ContentBody, encodedBody: ArraySlice<UInt8>
    ) {
        var writer = WireWriter()
        writer.reserve(encodedBody.count + authenticatedData.count + 128)
        writer.value(groupID)
        writer.uint64(epoch)
        writer.value(sender)
        writer.opaque(authenticatedData)
        writer.value(body.type)
        bodyStart = writer.count
        writer.fixed(encodedBody)
        self.groupID = groupID
        self.epoch = epoch
        self.sender = sender
        self.authenticatedData = authenticatedData
        self.body = body
        encoded = writer.bytes
    }
}

extension FramedContent: Hashable {
    package static func == (left: FramedContent, right: FramedContent) -> Bool {
        left.encoded == right.encoded
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}

extension FramedContent: WireCodable {
    // Every field has one encoding, so what is written again is what was read.
    package init(from reader: inout WireReader) throws(WireError) {
        let groupID: GroupID = try reader.value()
        let epoch = try reader.uint64()
        let sender: Sender = try reader.value()
        let authenticatedData = try reader.opaque()
        let type: ContentType = try reader.value()
        let (body, encodedBody) = try reader.capturing {
            (reader: inout WireReader) throws(WireError) -> ContentBody in
            try ContentBody(type, from: &reader)
        }
        self.init(
            groupID: groupID, epoch: epoch, sender: sender,
            authenticatedData: authenticatedData, body: body, encodedBody: encodedBody)
    }

    package func encode(to writer: inout WireWriter) { writer.fixed(encoded) }
}
