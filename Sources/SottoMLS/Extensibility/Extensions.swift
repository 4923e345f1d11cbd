// Lists of extensions: each type once, in the order of who wrote the list.

package import SottoWire

/// What a key package, leaf, GroupInfo or GroupContext carries beyond its own fields
/// (RFC 9420 section 13.4).
///
/// No type occurs twice; a list that repeats one is refused when it is read.
public struct Extensions: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private var entries: [Entry] = []

    /// No extensions.
    public init() {}

    /// The extensions of the literal, in its order; of a repeated type the last one counts.
    public init(dictionaryLiteral elements: (ExtensionType, [UInt8])...) {
        for (type, data) in elements { self[type] = data }
    }

    /// The types in the list, in its order.
    public var types: [ExtensionType] { entries.map(\.type) }

    /// The content of the extension of this type; a new one goes to the end of the list.
    public subscript(type: ExtensionType) -> [UInt8]? {
        get { entries.first { $0.type == type }?.data }
        set {
            let place = entries.firstIndex { $0.type == type }
            switch (place, newValue) {
            case (let place?, let data?): entries[place].data = data
            case (let place?, nil): entries.remove(at: place)
            case (nil, let data?): entries.append(Entry(type: type, data: data))
            case (nil, nil): break
            }
        }
    }
}

extension Extensions: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        entries = try reader.vector()
        guard Set(types).count == entries.count else { throw .malformed }
    }

    package func encode(to writer: inout WireWriter) { writer.vector(entries) }
}

private struct Entry: Hashable, WireCodable {
    let type: ExtensionType
    var data: [UInt8]

    init(type: ExtensionType, data: [UInt8]) {
        self.type = type
        self.data = data
    }

    init(from reader: inout WireReader) throws(WireError) {
        type = try reader.value()
        data = try reader.opaque()
    }

    func encode(to writer: inout WireWriter) {
        writer.value(type)
        writer.opaque(data)
    }
}
