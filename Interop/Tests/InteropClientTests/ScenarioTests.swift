// The client driven against itself, as the working group's test runner drives clients.

import InteropClient
import SottoCrypto
import SottoMLS
import Testing

@Suite("Scenarios of the working group")
struct ScenarioTests {
    @Test("every scenario works in every suite", arguments: Scenario.all, Setting.all)
    func everyScenario(_ scenario: Scenario, _ setting: Setting) throws {
        try scenario.play(
            Stage(suite: setting.suite.rawValue, isEncrypted: setting.isEncrypted))
    }

    @Test("the scenarios use every operation on groups")
    func everyOperation() throws {
        var done: Set<RPC> = []
        for scenario in Scenario.all {
            let stage = Stage(suite: CipherSuite.x25519AES128.rawValue, isEncrypted: true)
            try scenario.play(stage)
            done.formUnion(stage.done)
        }
        #expect(Set(RPC.allCases).subtracting(done) == [.name, .supportedCiphersuites, .free])
    }

    @Test("every scenario works through the program", arguments: Scenario.all)
    func throughTheProgram(_ scenario: Scenario) throws {
        let stage = Stage(suite: CipherSuite.x25519AES128.rawValue, isEncrypted: true) {
            try ProgramPeer()
        }
        try scenario.play(stage)
    }
}

@Suite("Random histories")
struct RandomWalkTests {
    @Test("a group that changes at random agrees at every step", arguments: Setting.all)
    func everySuite(_ setting: Setting) throws {
        let stage = Stage(suite: setting.suite.rawValue, isEncrypted: setting.isEncrypted)
        var walk = try RandomWalk(stage, seed: 3, membersMax: 8)
        try walk.run(commits: 6)
    }

    @Test("a long history of many members, through the program", arguments: [1, 2] as [UInt64])
    func long(_ seed: UInt64) throws {
        let stage = Stage(suite: CipherSuite.x25519AES128.rawValue, isEncrypted: seed == 1) {
            try ProgramPeer()
        }
        var walk = try RandomWalk(stage, seed: seed, membersMax: 20)
        try walk.run(commits: 30)
    }
}
