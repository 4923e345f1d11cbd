// `sotto-relay doctor`: looks at everything that goes wrong with relays, and changes nothing.

import ArgumentParser
import Foundation
import SottoRelayCore
import SottoRelaySQLite
import SottoRelayServer

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what goes wrong with relays: folders, keys, disk, certificate, port.",
        discussion: """
            Changes nothing; the relay may run meanwhile. Each line is pass, warn or fail. The \
            exit code is 0 if nothing fails, else 7; with --strict a warning is 7 too.

            EXAMPLE
              sotto-relay doctor --config /etc/sotto/relay.yaml
            """)

    @OptionGroup var location: DataLocation

    @Flag(help: "Take warnings for failures.")
    var strict = false

    func run() throws {
        OpenFiles.raiseLimit()
        let (settings, data) = try location.settings()
        var findings = [Finding.pass("configuration", "in order")]
        findings += folders(data, settings)
        findings += store(data)
        findings.append(
            .openFiles(limit: OpenFiles.limit, connections: settings.connectionsMax))
        let now = Int(Date().timeIntervalSince1970)
        findings.append(.clock(now: now, newestFile: Self.changed(data + "/relay.db")))
        if let certificate = settings.configuration(data: data).transport.certificate {
            findings.append(Self.judge(certificate, now: now))
        }
        findings.append(
            .reach(
                listen: settings.listen, hasTLS: settings.tlsCertificate != nil,
                hasProxy: settings.proxies != nil))
        let relay = running(data)
        findings.append(relay)
        findings.append(
            .port(
                settings.listen, answers: PortProbe.answers(at: settings.listen),
                isRunning: relay.verdict == .pass))
        say(findings.map(\.line).joined(separator: "\n"), to: .standardOutput)
        let worst = findings.map(\.verdict).max() ?? .pass
        if worst == .fail || strict && worst == .warn {
            throw Failure(sentence: "something is not as it should be", code: Failure.refused)
        }
    }

    private func folders(_ data: String, _ settings: RelaySettings) -> [Finding] {
        guard Self.mode(data) != nil else {
            return [.warn("data", "\(data) is not there; the first start makes it")]
        }
        var findings = [Finding.mode(Self.mode(data), wanted: 0o700, of: data, "data")]
        let keys = settings.keyFolder(data)
        let names = ["relay-key", "master-key", "name-key"]
        let inside = names.filter { Self.mode(data + "/" + $0) != nil }
        if !inside.isEmpty {
            findings.append(
                .warn(
                    "keys",
                    "they lie in the data folder, where every copy of it has them; stop the relay "
                        + "and move \(inside.joined(separator: ", ")) to \(keys)"))
        }
        for name in names where name != "name-key" || Self.mode(keys + "/" + name) != nil {
            let path = (inside.contains(name) ? data : keys) + "/" + name
            findings.append(.mode(Self.mode(path), wanted: 0o600, of: path, "key"))
        }
        return findings
    }

    private func store(_ data: String) -> [Finding] {
        guard Self.mode(data) != nil else { return [] }
        do {
            let problems = try StoreHealth.problems(folder: data)
            let free = Self.freeBytes(data)
            return problems.map { .fail("database", $0) }
                + (problems.isEmpty ? [.pass("database", "sound")] : []) + [.disk(free: free)]
        } catch {
            return [.fail("database", error.sentence)]
        }
    }

    private static func judge(_ certificate: CertificateFiles, now: Int) -> Finding {
        do { return .certificate(valid: try certificate.validity(), now: now) } catch {
            return .fail("certificate", error.sentence)
        }
    }

    private func running(_ data: String) -> Finding {
        do {
            guard case .status(let status)? = try OperatorSocket(data: data).ask(.status) else {
                return .warn("relay", "none runs on this data folder")
            }
            return status.isReady
                ? .pass("relay", "runs and takes posts")
                : .fail("relay", "runs and cannot take posts; see its log")
        } catch { return .fail("relay", error.sentence) }
    }

    // MARK: - Facts

    private static func mode(_ path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.posixPermissions] as? Int
    }

    private static func changed(_ path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.modificationDate] as? Date).map { Int($0.timeIntervalSince1970) }
    }

    private static func freeBytes(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
        return attributes?[.systemFreeSize] as? Int ?? 0
    }
}
