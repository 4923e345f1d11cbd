// swift-tools-version: 6.2
// The working group's RPC interface over lines of JSON, made of what SottoMLS shows to everybody.
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Interop",
    platforms: [.macOS("26.0")],
    products: [.executable(name: "mls-client", targets: ["mls-client"])],
    dependencies: [
        .package(name: "sotto", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .target(
            name: "InteropClient", dependencies: [.product(name: "SottoMLS", package: "sotto")],
            swiftSettings: strict),
        .executableTarget(
            name: "mls-client",
            dependencies: [
                "InteropClient", .product(name: "SottoMLS", package: "sotto"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "InteropClientTests",
            dependencies: ["InteropClient", .product(name: "SottoMLS", package: "sotto")],
            swiftSettings: strict),
    ]
)
