// swift-tools-version: 6.2
// Two clients and a relay in one process. Run it with `swift run`.
import PackageDescription

let package = Package(
    name: "TwoClients",
    platforms: [.macOS("26.0")],
    dependencies: [.package(name: "sotto", path: "../..")],
    targets: [
        .executableTarget(
            name: "TwoClients",
            dependencies: [
                .product(name: "SottoClient", package: "sotto"),
                .product(name: "SottoRelayServer", package: "sotto"),
            ])
    ]
)
