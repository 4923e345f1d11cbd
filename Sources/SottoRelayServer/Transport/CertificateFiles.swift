// The certificate that a relay shows, as files that an operator or a renewing program replaces.

import Foundation
import NIOSSL

/// Where the certificate chain and its private key lie, both in PEM [NET-1].
public struct CertificateFiles: Sendable, Equatable {
    /// The relay's certificate first, then those that vouch for it.
    public var chain: String
    /// The private key of the first certificate, not encrypted.
    public var key: String

    /// Files at these paths.
    public init(chain: String, key: String) {
        self.chain = chain
        self.key = key
    }
}

/// Why a certificate cannot be used.
public enum CertificateError: Error, Equatable, Sendable {
    /// The system refuses to read the file; `reason` says why, in its words.
    case unreadable(file: String, reason: String)
    /// The file is larger than any certificate or key.
    case tooLarge(file: String)
    /// The file holds no certificate in PEM.
    case noCertificate(file: String)
    /// The file holds no private key in PEM, or one that is encrypted.
    case noKey(file: String)
    /// The key is not that of the first certificate in the chain.
    case mismatch(chain: String, key: String)
    /// The TLS library refuses them, as it does a kind of key that it does not know.
    case unusable(chain: String)

    /// What is wrong and what can be done about it.
    public var sentence: String {
        switch self {
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)"
        case .tooLarge(let file):
            "\(file) is larger than a certificate chain or key ever is; name another file"
        case .noCertificate(let file):
            "\(file) holds no certificate; give the chain in PEM, the relay's own first"
        case .noKey(let file):
            "\(file) holds no private key; give it in PEM and not encrypted"
        case .mismatch(let chain, let key):
            "the key in \(key) is not the one of the first certificate in \(chain); "
                + "give the two that belong together"
        case .unusable(let chain):
            "the certificate in \(chain) cannot be used for TLS 1.3; give one with an RSA, ECDSA "
                + "or Ed25519 key"
        }
    }
}

extension CertificateFiles {
    /// What TLS needs of the two files, as they are now.
    func load() throws(CertificateError) -> NIOSSLContext {
        let certificates: [NIOSSLCertificate]
        let privateKey: NIOSSLPrivateKey
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(try Self.read(chain))
        } catch let error as CertificateError {
            throw error
        } catch {
            throw .noCertificate(file: chain)
        }
        guard !certificates.isEmpty else { throw .noCertificate(file: chain) }
        do {
            // A passphrase is asked for by nobody: an encrypted key is refused and not waited on.
            privateKey = try NIOSSLPrivateKey(bytes: try Self.read(key), format: .pem) { use in
                use("".utf8)
            }
        } catch let error as CertificateError {
            throw error
        } catch {
            throw .noKey(file: key)
        }
        return try context(certificates, privateKey)
    }

    private func context(
        _ certificates: [NIOSSLCertificate], _ privateKey: NIOSSLPrivateKey
    ) throws(CertificateError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        // X25519MLKEM768 first: who records the traffic today must not read it later [NET-2].
        configuration.curves = [.x25519_MLKEM768, .x25519, .secp256r1, .secp384r1]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            // The library has read both, so what is left is that they do not fit or are no use.
            throw Self.saysMismatch(error)
                ? .mismatch(chain: chain, key: key) : .unusable(chain: chain)
        }
    }

    private static func saysMismatch(_ error: any Error) -> Bool {
        let text = "\(error)"
        return text.contains("KEY_VALUES_MISMATCH") || text.contains("KEY_TYPE_MISMATCH")
            || text.contains("failedToLoadPrivateKey")
    }

    private static func read(_ path: String) throws(CertificateError) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw .unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        let bytes: Data?
        do {
            bytes = try file.read(upToCount: ServerLimits.certificateBytesMax + 1)
        } catch {
            throw .unreadable(file: path, reason: error.localizedDescription)
        }
        guard (bytes?.count ?? 0) <= ServerLimits.certificateBytesMax else {
            throw .tooLarge(file: path)
        }
        return Array(bytes ?? Data())
    }
}

extension CertificateFiles {
    /// When the relay's own certificate begins and ceases to be valid, in seconds since 1970; the
    /// files are those that TLS would take.
    package func validity() throws(CertificateError) -> ClosedRange<Int> {
        _ = try load()
        guard
            let first = try? NIOSSLCertificate.fromPEMBytes(try Self.read(chain)).first,
            first.notValidBefore <= first.notValidAfter
        else { throw .noCertificate(file: chain) }
        return Int(first.notValidBefore)...Int(first.notValidAfter)
    }
}
