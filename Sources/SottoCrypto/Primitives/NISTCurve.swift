// The curves of NIST, as the library has them, behind one protocol.

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A curve of NIST SP 800-186. All have prime order: any point on the curve is a good one.
protocol NISTCurve: Sendable {
    associatedtype AgreementKey: NISTAgreementKey
    associatedtype SigningKey: NISTSigningKey

    /// The length of a scalar and of a coordinate, in bytes.
    static var length: Int { get }
    /// What the first byte of a candidate for a private key is cut to (RFC 9180 section 7.1.3).
    static var candidateMask: UInt8 { get }
}

extension NISTCurve {
    /// The length of an uncompressed point: a mark, then both coordinates.
    static var pointLength: Int { 1 + 2 * length }

    /// The library's key for a scalar, big-endian.
    ///
    /// Throws `.invalidLength`, and `.invalidKey` for zero or what is not below the order.
    static func key<Key: NISTPrivateKey>(of scalar: Secret) throws(CryptoError) -> Key {
        guard scalar.count == length else { throw .invalidLength }
        let key = scalar.withBytes { scalar in try? Key(rawRepresentation: scalar) }
        guard let key else { throw .invalidKey }
        return key
    }

    /// The library's key for a point in uncompressed form, `nil` if it is none of the curve.
    static func point<Key: NISTPublicKey>(_ bytes: [UInt8]) -> Key? {
        guard bytes.count == pointLength, bytes.first == 0x04 else { return nil }
        return try? Key(x963Representation: bytes)
    }
}

enum CurveP256: NISTCurve {
    typealias AgreementKey = P256.KeyAgreement.PrivateKey
    typealias SigningKey = P256.Signing.PrivateKey
    static let length = 32
    static let candidateMask: UInt8 = 0xff
}

enum CurveP384: NISTCurve {
    typealias AgreementKey = P384.KeyAgreement.PrivateKey
    typealias SigningKey = P384.Signing.PrivateKey
    static let length = 48
    static let candidateMask: UInt8 = 0xff
}

enum CurveP521: NISTCurve {
    typealias AgreementKey = P521.KeyAgreement.PrivateKey
    typealias SigningKey = P521.Signing.PrivateKey
    static let length = 66
    static let candidateMask: UInt8 = 0x01
}

/// What the library's keys have in common, said by ourselves since it has no protocol for it.
protocol NISTPrivateKey: Sendable {
    associatedtype PublicKey: NISTPublicKey
    /// Refuses zero, what is not below the order, and other lengths than `NISTCurve.length`.
    init<Bytes: ContiguousBytes>(rawRepresentation: Bytes) throws
    var publicKey: PublicKey { get }
}

protocol NISTPublicKey {
    /// Refuses what is not the uncompressed form of a point on the curve.
    init<Bytes: ContiguousBytes>(x963Representation: Bytes) throws
    var x963Representation: Data { get }
}

protocol NISTAgreementKey: NISTPrivateKey {
    /// The x-coordinate of the product.
    func sharedSecretFromKeyAgreement(with publicKeyShare: PublicKey) throws -> SharedSecret
}

protocol NISTSigningKey: NISTPrivateKey where PublicKey: NISTVerifyingKey {
    func signature<Message: DataProtocol>(for message: Message) throws -> PublicKey.Signature
}

protocol NISTVerifyingKey: NISTPublicKey {
    associatedtype Signature: ECDSASignature
    func isValidSignature<Message: DataProtocol>(
        _ signature: Signature, for message: Message
    ) -> Bool
}

protocol ECDSASignature {
    init<Bytes: DataProtocol>(derRepresentation: Bytes) throws
    var derRepresentation: Data { get }
}

extension P256.KeyAgreement.PrivateKey: NISTAgreementKey {}
extension P256.KeyAgreement.PublicKey: NISTPublicKey {}
extension P256.Signing.PrivateKey: NISTSigningKey {}
extension P256.Signing.PublicKey: NISTVerifyingKey {}
extension P256.Signing.ECDSASignature: ECDSASignature {}
extension P384.KeyAgreement.PrivateKey: NISTAgreementKey {}
extension P384.KeyAgreement.PublicKey: NISTPublicKey {}
extension P384.Signing.PrivateKey: NISTSigningKey {}
extension P384.Signing.PublicKey: NISTVerifyingKey {}
extension P384.Signing.ECDSASignature: ECDSASignature {}
extension P521.KeyAgreement.PrivateKey: NISTAgreementKey {}
extension P521.KeyAgreement.PublicKey: NISTPublicKey {}
extension P521.Signing.PrivateKey: NISTSigningKey {}
extension P521.Signing.PublicKey: NISTVerifyingKey {}
extension P521.Signing.ECDSASignature: ECDSASignature {}
