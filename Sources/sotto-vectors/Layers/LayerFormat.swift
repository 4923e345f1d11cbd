// Our own vector files among the formats that `verify` knows.

/// A file of `vectors/`: an object that names its layer and lists cases.
struct LayerFormat: VectorFormat {
    let name = "Sotto"

    /// Every layer that has vectors. A new one is one line here.
    static let layers: [any VectorLayer] = [
        CardLayer(),
        DeviceLogLayer(),
        RecoveryCodeLayer(),
        SafetyNumberLayer(),
        UserNameLayer(),
        ContentLayer(),
        EnvelopeLayer(),
        DeliveryTokenLayer(),
        LaneLayer(),
        MailboxSealingLayer(),
        RelayFrameLayer(),
    ]

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["layer", "spec", "cases"])
    }

    func run(_ file: VectorFile) -> [VectorOutcome] {
        guard let document = file.cases.first, let cases = try? document.array("cases"),
            let named = try? document.string("layer"),
            let layer = Self.layers.first(where: { $0.name == named })
        else { return [.failed(reason: "no layer of ours")] }
        return cases.map { vector in outcome { try run(vector, layer) } }
    }

    private func run(_ vector: JSON, _ layer: any VectorLayer) throws -> VectorOutcome {
        let name = try vector.string("name")
        let expected = vector.has("failure") ? try vector.string("failure") : nil
        let output: JSON
        do {
            output = try layer.perform(
                try vector.string("operation"), try vector.member("input"))
        } catch {
            let kind = try FailureKind.of(error)
            return kind == expected
                ? .passed : .failed(reason: "\(name): fails with \(kind)")
        }
        if let expected { return .failed(reason: "\(name): does not fail with \(expected)") }
        let recorded = try vector.member("output")
        return output == recorded ? .passed : .failed(reason: "\(name): the output differs")
    }
}
