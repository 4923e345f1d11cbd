// Sealing of columns, and the keyed hashes that rows are found by.

import SottoCrypto
import SottoWire

/// What opens and closes the columns of one store [REST-1].
struct ColumnSeal: Sendable {
    private let storeID: [UInt8]
    private let dataKey: Secret
    private let indexKey: Secret

    /// Which column of which row a value belongs to: the associated data of its sealing, so that no
    /// value passes for another's.
    struct Place {
        let table: String
        let row: [UInt8]
        let column: String
    }

    init(storeID: [UInt8], dataKey: Secret) {
        self.storeID = storeID
        self.dataKey = dataKey
        indexKey = Labelled.derive(dataKey, "store index", context: storeID, count: 32)
    }

    /// Seals a value for its place.
    func seal(_ value: Secret, at place: Place, using entropy: inout Entropy) -> [UInt8] {
        value.withBytes { bytes in
            SymmetricSeal.seal(
                key: SealKey(made: dataKey), aad: Self.associatedData(storeID, place), bytes,
                using: &entropy)
        }
    }

    /// Opens what was sealed for a place.
    ///
    /// - Throws: `.doesNotOpen` for what was sealed elsewhere or changed since.
    func open(_ sealed: [UInt8], at place: Place) throws(StoreError) -> Secret {
        do {
            return try SymmetricSeal.openSecret(
                key: SealKey(dataKey), aad: Self.associatedData(storeID, place), sealed)
        } catch {
            throw .doesNotOpen
        }
    }

    /// What a row is found by: says nothing without the key [REST-2].
    func rowKey(_ kind: UInt8, _ id: [UInt8]) -> [UInt8] {
        Array(
            Labelled.mac(key: indexKey, "row key", [kind] + id).prefix(StoreLimits.rowKeyBytes))
    }

    /// Wraps the data key of a new store under the home's key.
    static func wrap(
        _ dataKey: Secret, storeID: [UInt8], under key: Secret, using entropy: inout Entropy
    ) -> [UInt8] {
        dataKey.withBytes { bytes in
            SymmetricSeal.seal(
                key: SealKey(made: key), aad: associatedData(storeID, dataKeyPlace), bytes,
                using: &entropy)
        }
    }

    /// The seal of a store, with the data key that the home's key opens.
    ///
    /// - Throws: `.doesNotOpen` for another home's key.
    init(storeID: [UInt8], wrapped: [UInt8], under key: Secret) throws(StoreError) {
        do {
            let dataKey = try SymmetricSeal.openSecret(
                key: SealKey(key), aad: Self.associatedData(storeID, Self.dataKeyPlace),
                wrapped)
            _ = try SealKey(dataKey)
            self.init(storeID: storeID, dataKey: dataKey)
        } catch {
            throw .doesNotOpen
        }
    }

    private static func associatedData(_ storeID: [UInt8], _ place: Place) -> [UInt8] {
        var writer = WireWriter()
        writer.opaque(storeID)
        writer.opaque(place.table.utf8)
        writer.opaque(place.row)
        writer.opaque(place.column.utf8)
        return writer.bytes
    }

    private static let dataKeyPlace = Place(table: "store", row: [], column: "data_key")
}
