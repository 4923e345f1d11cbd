// Storage of trees: a copy that changes a path copies a few chunks, not the tree.

/// An array in three levels of chunks, which its copies share until they write to them.
///
/// A chunk that nothing was written to is not there: its elements are all `blank`.
struct ChunkedArray<Element: Sendable>: Sendable {
    private let blank: Element
    private var chunks: [[[Element]]] = []
    private(set) var count: Int

    private static var width: Int { 16 }

    /// As many copies of an element.
    init(repeating element: Element, count: Int) {
        blank = element
        self.count = count
    }

    subscript(index: Int) -> Element {
        get {
            let place = Place(index)
            guard place.top < chunks.count, !chunks[place.top].isEmpty else { return blank }
            let chunk = chunks[place.top][place.middle]
            return chunk.isEmpty ? blank : chunk[place.low]
        }
        _modify {
            let place = Place(index)
            makeChunk(at: place)
            yield &chunks[place.top][place.middle][place.low]
        }
    }

    /// The elements of all chunks that are there, from left to right.
    var written: some Sequence<(index: Int, element: Element)> {
        chunks.indices.lazy.flatMap { top in
            chunks[top].indices.lazy.flatMap { middle in
                chunks[top][middle].indices.lazy.map { low in
                    (Place(top, middle, low).index, chunks[top][middle][low])
                }
            }
        }
    }

    /// Makes the array longer.
    mutating func grow(to newCount: Int) { count = Swift.max(count, newCount) }

    /// Makes the array shorter.
    mutating func shrink(to newCount: Int) {
        guard newCount < count else { return }
        count = newCount
        let end = Place(newCount)
        guard end.top < chunks.count else { return }
        chunks.removeLast(chunks.count - end.top - 1)
        guard !chunks[end.top].isEmpty else { return }
        for middle in end.middle + 1..<Swift.max(end.middle + 1, Self.width) {
            chunks[end.top][middle] = []
        }
        guard !chunks[end.top][end.middle].isEmpty else { return }
        for low in end.low..<Self.width { chunks[end.top][end.middle][low] = blank }
    }

    private mutating func makeChunk(at place: Place) {
        while chunks.count <= place.top { chunks.append([]) }
        if chunks[place.top].isEmpty {
            chunks[place.top] = Array(repeating: [], count: Self.width)
        }
        if chunks[place.top][place.middle].isEmpty {
            chunks[place.top][place.middle] = Array(repeating: blank, count: Self.width)
        }
    }

    private struct Place {
        let top: Int
        let middle: Int
        let low: Int

        init(_ top: Int, _ middle: Int, _ low: Int) {
            self.top = top
            self.middle = middle
            self.low = low
        }

        init(_ index: Int) {
            self.init(index / (width * width), index / width % width, index % width)
        }

        var index: Int { (top * width + middle) * width + low }
    }
}
