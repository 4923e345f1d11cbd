// The store that simulations use does what every store must do.

import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct MemoryStoreTests {
    @Test("a store in memory conforms", arguments: RelayStoreConformance.all)
    func conforms(_ conformance: RelayStoreConformance) throws {
        try conformance.run(MemoryRelayStore(incarnation: .zero))
    }
}
