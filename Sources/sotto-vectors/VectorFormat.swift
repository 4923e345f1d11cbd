// What a published format of vectors has to be able to do here.

/// How one case ended.
enum VectorOutcome: Equatable, Sendable {
    case passed
    case failed(reason: String)
    /// Not run, for a reason that holds for every case like it.
    case skipped(reason: String)
}

/// One published format. It is listed in `VectorFormats.all` and found by the shape of a file.
protocol VectorFormat: Sendable {
    /// What the report calls it.
    var name: String { get }

    /// Whether a file has this format's shape. At most one format says so of a file.
    func recognises(_ file: VectorFile) -> Bool

    /// Runs one case, an element of the file. An error thrown is a failed case.
    func run(_ vector: JSON) throws -> VectorOutcome

    /// Runs a whole file. The default runs its cases one by one.
    func run(_ file: VectorFile) -> [VectorOutcome]
}

extension VectorFormat {
    func run(_ file: VectorFile) -> [VectorOutcome] {
        file.cases.map { vector in outcome { try run(vector) } }
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        .failed(reason: "a case of \(name) does not stand alone")
    }

    /// What `body` says, with a thrown error as a failure.
    func outcome(_ body: () throws -> VectorOutcome) -> VectorOutcome {
        do { return try body() } catch { return .failed(reason: "\(error)") }
    }
}

/// A value that is not what the vector says.
struct VectorMismatch: Error, CustomStringConvertible {
    let description: String
}

/// Throws unless the two are equal. `what` names the value in the report.
func expect<Value: Equatable>(_ what: String, _ ours: Value, equals theirs: Value) throws {
    if ours != theirs { throw VectorMismatch(description: "\(what) differs") }
}

/// Throws unless `condition` holds. `what` is the sentence that the report then shows.
func expect(_ what: String, _ condition: Bool) throws {
    if !condition { throw VectorMismatch(description: what) }
}
