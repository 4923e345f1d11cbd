// Things by the numbers that answers gave them.

/// Values that requests name by a number.
struct Register<Value: Sendable>: Sendable {
    private var values: [UInt32: Value] = [:]

    var count: Int { values.count }

    subscript(id: UInt32) -> Value? {
        get { values[id] }
        set { values[id] = newValue }
    }

    /// The value of this number, which the request has in the field `name`.
    subscript(existing id: UInt32, name: String) -> Value {
        get throws {
            guard let value = values[id] else {
                throw RPCError(.notFound, "The field \(name) names nothing: \(id).")
            }
            return value
        }
    }
}
