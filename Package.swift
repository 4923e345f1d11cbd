// swift-tools-version: 6.2
// The map of Sotto: one target an idea, arrows pointing at bytes and away from input and output.
import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

extension Target.Dependency {
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let sqlite = product(name: "GRDBSQLite", package: "GRDB.swift")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    /// A lock that the thread sanitizer sees; on Linux it does not see that of Synchronization.
    static let nioLocks = product(name: "NIOConcurrencyHelpers", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioWebSocket = product(name: "NIOWebSocket", package: "swift-nio")
    static let nioEmbedded = product(name: "NIOEmbedded", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let collections = product(name: "OrderedCollections", package: "swift-collections")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let signals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let metricsTestKit = product(name: "MetricsTestKit", package: "swift-metrics")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let yaml = product(name: "Yams", package: "Yams")
}

/// A library of ours: where it lies follows from its name, and every one is built as strictly.
func layer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "sotto",
    platforms: [.macOS("26.0"), .iOS("26.0")],
    products: [
        .library(name: "SottoMLS", targets: ["SottoMLS", "SottoCrypto"]),
        .library(name: "SottoClient", targets: ["SottoClient"]),
        .library(
            name: "SottoRelayServer",
            targets: ["SottoRelayServer", "SottoRelaySQLite", "SottoRelayCore"]),
        .executable(name: "sotto", targets: ["sotto"]),
        .executable(name: "sotto-relay", targets: ["sotto-relay"]),
        .executable(name: "sotto-vectors", targets: ["sotto-vectors"]),
        .executable(name: "sotto-bench", targets: ["sotto-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),

        // Bytes and cryptography.
        layer("SottoWire", []),
        layer("SottoCrypto", ["SottoWire", "CSodium", .crypto]),

        // What members of a conversation share; the relay links none of these.
        layer("SottoMLS", ["SottoWire", "SottoCrypto"]),
        layer("SottoIdentity", ["SottoWire", "SottoCrypto"]),
        layer("SottoEnvelope", ["SottoWire", "SottoCrypto"]),
        layer("SottoContent", ["SottoWire", "SottoCrypto"]),

        // What a client and a relay share.
        layer("SottoRelayProtocol", ["SottoWire", "SottoCrypto"]),

        // The relay.
        layer("SottoRelayCore", ["SottoRelayProtocol", "SottoWire", "SottoCrypto"]),
        layer(
            "SottoRelaySQLite",
            ["SottoRelayCore", "SottoRelayProtocol", "SottoWire", "SottoCrypto", .grdb, .sqlite]),
        layer(
            "SottoRelayServer",
            [
                "SottoRelayCore", "SottoRelayProtocol", "SottoWire", "SottoCrypto",
                .nioCore, .nioLocks, .nioPosix, .nioHTTP1, .nioWebSocket, .nioSSL, .logging,
                .metrics, .lifecycle,
            ]),

        // What tests run the cores in.
        layer(
            "SottoSimulation",
            ["SottoRelayCore", "SottoRelayProtocol", "SottoWire", "SottoCrypto"]),

        // The client.
        layer(
            "SottoRelayLink",
            [
                "SottoRelayProtocol", "SottoWire", "SottoCrypto",
                .nioCore, .nioPosix, .nioHTTP1, .nioWebSocket, .nioSSL,
            ]),
        layer(
            "SottoClientCore",
            [
                "SottoMLS", "SottoIdentity", "SottoEnvelope", "SottoContent",
                "SottoRelayProtocol", "SottoWire", "SottoCrypto", .collections,
            ]),
        layer(
            "SottoClientStore",
            [
                "SottoClientCore", "SottoMLS", "SottoIdentity", "SottoContent",
                "SottoRelayProtocol", "SottoWire", "SottoCrypto", .grdb,
            ]),
        layer(
            "SottoClient",
            [
                "SottoClientStore", "SottoClientCore", "SottoRelayLink", "SottoMLS",
                "SottoIdentity", "SottoContent", "SottoRelayProtocol", "SottoWire", "SottoCrypto",
                .logging,
            ]),

        // The programs.
        tool("sotto", ["SottoClient", .arguments, .logging]),
        tool(
            "sotto-relay",
            [
                "SottoRelayServer", "SottoRelaySQLite", "SottoRelayCore", "SottoRelayProtocol",
                .arguments, .logging, .lifecycle, .signals, .yaml,
            ]),
        tool(
            "sotto-vectors",
            [
                "SottoMLS", "SottoIdentity", "SottoEnvelope", "SottoContent",
                "SottoRelayProtocol", "SottoWire", "SottoCrypto", .arguments,
            ]),
        tool(
            "sotto-bench",
            [
                "SottoMLS", "SottoRelaySQLite", "SottoRelayCore", "SottoRelayProtocol",
                "SottoEnvelope", "SottoWire", "SottoCrypto", .arguments, .grdb, .nioCore, .nioPosix,
                .nioHTTP1, .nioWebSocket,
            ]),

        tests("SottoWire", ["SottoWire"]),
        tests("SottoCrypto", ["SottoCrypto", "SottoWire"]),
        tests("SottoMLS", ["SottoMLS", "SottoCrypto", "SottoWire", "CAllocationCount"]),
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        tests("SottoIdentity", ["SottoIdentity", "SottoCrypto", "SottoWire"]),
        tests(
            "SottoEnvelope", ["SottoEnvelope", "SottoRelayProtocol", "SottoCrypto", "SottoWire"]),
        tests("SottoContent", ["SottoContent", "SottoWire"]),
        tests("SottoRelayProtocol", ["SottoRelayProtocol", "SottoCrypto", "SottoWire"]),
        tests(
            "SottoRelayCore",
            [
                "SottoRelayCore", "SottoSimulation", "SottoRelayProtocol", "SottoCrypto",
                "SottoWire",
            ]),
        tests(
            "SottoRelaySQLite",
            [
                "SottoRelaySQLite", "SottoRelayCore", "SottoSimulation", "SottoRelayProtocol",
                "SottoCrypto", "SottoWire", .grdb,
            ]),
        tests(
            "SottoRelayLink",
            [
                "SottoRelayLink", "SottoRelayServer", "SottoRelaySQLite", "SottoRelayCore",
                "SottoRelayProtocol", "SottoCrypto", "SottoWire",
                .nioCore, .nioPosix, .nioHTTP1, .nioWebSocket, .nioSSL, .logging,
            ]),
        tests(
            "SottoRelayServer",
            [
                "SottoRelayServer", "SottoRelaySQLite", "SottoRelayCore", "SottoRelayLink",
                "SottoSimulation", "SottoRelayProtocol", "SottoCrypto", "SottoWire", .nioCore,
                .nioPosix, .nioEmbedded, .nioHTTP1, .nioWebSocket, .nioSSL, .logging,
                .metricsTestKit,
            ]),
        tests(
            "SottoClientCore",
            [
                "SottoClientCore", "SottoMLS", "SottoIdentity", "SottoEnvelope", "SottoContent",
                "SottoRelayProtocol", "SottoCrypto", "SottoWire",
            ]),
        tests(
            "SottoClientStore",
            [
                "SottoClientStore", "SottoClientCore", "SottoIdentity", "SottoContent",
                "SottoRelayProtocol", "SottoCrypto", "SottoWire", .grdb,
            ]),
        tests(
            "SottoClient",
            [
                "SottoClient", "SottoClientStore", "SottoClientCore", "SottoRelayLink",
                "SottoRelayServer", "SottoRelaySQLite", "SottoRelayCore", "SottoRelayProtocol",
                "SottoMLS", "SottoIdentity", "SottoContent", "SottoCrypto", "SottoWire", .logging,
                .grdb, .nioCore, .nioPosix,
            ]),
        tests(
            "RelayProgram",
            [
                "sotto-relay", "SottoRelayServer", "SottoRelaySQLite", "SottoRelayCore", .arguments,
                .logging,
            ]),
        tests(
            "Programs",
            [
                "sotto", "sotto-relay", "SottoRelayLink", "SottoRelayProtocol", "SottoCrypto",
                "SottoWire",
            ]),
    ]
)

// Fuzz targets need a sanitizer that no other build has, so they appear only when asked for.
if ProcessInfo.processInfo.environment["SOTTO_FUZZ"] != nil {
    func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: name, dependencies: dependencies, path: "Fuzz/" + name,
            swiftSettings: strict + [
                .unsafeFlags(["-parse-as-library", "-sanitize=fuzzer,address"])
            ],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])])
    }
    package.targets += [
        fuzzer("FuzzRelayFrames", ["SottoRelayProtocol", "SottoWire"]),
        fuzzer("FuzzIdentity", ["SottoIdentity", "SottoCrypto", "SottoWire"]),
        fuzzer("FuzzContent", ["SottoContent", "SottoEnvelope", "SottoCrypto", "SottoWire"]),
        fuzzer("FuzzGroup", ["SottoMLS", "SottoCrypto", "SottoWire"]),
        fuzzer("FuzzMLS", ["SottoMLS", "SottoCrypto", "SottoWire"]),
    ]
}
