// Storage of the tree: a copy that changes a path copies a few chunks, not the tree.

/// An array in chunks that its copies share until they write to them.
struct ChunkedArray<Element: Sendable>: Sendable {
    private var chunks: [[Element]] = []
    private(set) var count = 0

    private static var chunkCount: Int { 32 }

    /// As many copies of an element.
    init(repeating element: Element, count: Int) { grow(to: count, filling: element) }

    subscript(index: Int) -> Element {
        get { chunks[index / Self.chunkCount][index % Self.chunkCount] }
        _modify { yield &chunks[index / Self.chunkCount][index % Self.chunkCount] }
    }

    /// Makes the array longer.
    mutating func grow(to newCount: Int, filling element: Element) {
        while count < newCount {
            let room = Self.chunkCount - count % Self.chunkCount
            let added = Swift.min(room, newCount - count)
            if room == Self.chunkCount { chunks.append([]) }
            chunks[chunks.count - 1].append(contentsOf: repeatElement(element, count: added))
            count += added
        }
    }

    /// Makes the array shorter.
    mutating func shrink(to newCount: Int) {
        guard newCount < count else { return }
        let whole = (newCount + Self.chunkCount - 1) / Self.chunkCount
        chunks.removeLast(chunks.count - whole)
        if let last = chunks.indices.last {
            let kept = newCount - last * Self.chunkCount
            chunks[last].removeLast(chunks[last].count - kept)
        }
        count = newCount
    }
}
