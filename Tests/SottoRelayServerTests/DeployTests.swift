// What deploy/ says of the relay's metrics must be what the relay has.

import Foundation
import Testing

@testable import SottoRelayServer

@Suite("Deploy")
struct DeployTests {
    private func text(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appendingPathComponent("deploy/" + name), encoding: .utf8)
    }

    @Test("every metric that dashboard and alerts name is one of the relay's, by its kind")
    func names() throws {
        for file in ["grafana-dashboard.json", "prometheus-alerts.yml"] {
            let found = try text(file).matches(of: /sotto_relay_[a-z_]+/).map { String($0.output) }
            #expect(!found.isEmpty)
            for name in found {
                let base = name.hasSuffix("_bucket") ? String(name.dropLast(7)) : name
                let known = try #require(MeterName(rawValue: base), "\(file): \(name)")
                let isHistogram = if case .histogram = known.kind { true } else { false }
                #expect(isHistogram == (base != name), "\(file): \(name)")
            }
        }
    }

    @Test("the dashboard is JSON, and shows every metric")
    func dashboard() throws {
        let dashboard = try text("grafana-dashboard.json")
        _ = try JSONSerialization.jsonObject(with: Data(dashboard.utf8))
        for name in MeterName.allCases {
            #expect(dashboard.contains(name.rawValue), "\(name.rawValue)")
        }
    }
}
