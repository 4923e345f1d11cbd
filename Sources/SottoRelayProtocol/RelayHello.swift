// The first frame of a relay, and what a client checks in it before it says anything more.

package import SottoCrypto
package import SottoWire

/// What a relay says first: who it is, and a signature over the client's own fresh nonce.
package struct RelayHello: Hashable, Sendable {
    /// The version that both will speak.
    package let version: UInt16
    /// The key that the relay claims.
    package let relayKey: RelayKey
    /// Fresh for this connection; the owner of a mailbox signs it.
    package let nonce: HelloNonce
    /// The life of the relay's store.
    package let incarnation: Incarnation
    /// The largest frame this relay takes, in bytes.
    package let frameBytesMax: UInt32
    /// The unanswered requests this relay allows.
    package let requestsInFlightMax: UInt32
    /// What this version may not know.
    package let extensions: [HelloExtension]
    /// What was signed, as it was received [WIRE-5].
    private let unsigned: [UInt8]
    private let signature: [UInt8]

    /// The hello of a relay, signed for the client that sent `clientNonce`.
    package init(
        answering clientNonce: HelloNonce, relayKey: RelayKey, nonce: HelloNonce,
        incarnation: Incarnation, extensions: [HelloExtension] = [], key: SignaturePrivateKey
    ) {
        version = RelayLimits.version
        self.relayKey = relayKey
        self.nonce = nonce
        self.incarnation = incarnation
        frameBytesMax = UInt32(RelayLimits.frameBytesMax)
        requestsInFlightMax = UInt32(RelayLimits.requestsInFlightMax)
        self.extensions = extensions
        var writer = WireWriter()
        writer.uint16(version)
        writer.value(relayKey)
        writer.value(nonce)
        writer.value(incarnation)
        writer.uint32(frameBytesMax)
        writer.uint32(requestsInFlightMax)
        writer.vector(extensions)
        unsigned = writer.bytes
        signature = Labelled.sign(key, Label.relayHello, clientNonce.bytes + unsigned)
    }

    /// Checks that the pinned relay said this in answer to this client's nonce.
    ///
    /// - Returns: What the two nonces bind a mailbox's owner to.
    /// - Throws: `.wrongRelay` [RELAY-1], `.unsupportedVersion` [RELAY-2], `.replayed` [RELAY-4].
    package func verify(
        pinned: RelayID, hello: ClientHello
    ) throws(HelloError) -> ConnectionBinding {
        guard relayKey.id == pinned else { throw .wrongRelay(relayKey.id) }
        guard hello.versions.contains(version), version == RelayLimits.version else {
            throw .unsupportedVersion(version)
        }
        do throws(CryptoError) {
            try Labelled.verify(
                publicKey: relayKey.bytes, signature: signature, Label.relayHello,
                hello.nonce.bytes + unsigned)
        } catch {
            throw .replayed
        }
        return ConnectionBinding(relayKey: relayKey, relayNonce: nonce, clientNonce: hello.nonce)
    }
}

/// Why a client turns away from a relay before giving it anything.
package enum HelloError: Error, Equatable, Sendable {
    /// The relay's key is another than the pinned one; this is the name of the one it shows.
    case wrongRelay(RelayID)
    /// The relay chose a version that was not offered.
    case unsupportedVersion(UInt16)
    /// The signature is not over this connection's nonce: a hello of another connection, or forged.
    case replayed
}

/// What ties a signature to one connection: the relay's key and both nonces.
package struct ConnectionBinding: Hashable, Sendable {
    /// The relay's key.
    package let relayKey: RelayKey
    /// The relay's nonce.
    package let relayNonce: HelloNonce
    /// The client's nonce.
    package let clientNonce: HelloNonce

    /// The binding of a connection between these two ends.
    package init(relayKey: RelayKey, relayNonce: HelloNonce, clientNonce: HelloNonce) {
        self.relayKey = relayKey
        self.relayNonce = relayNonce
        self.clientNonce = clientNonce
    }

    /// The key and the nonces, then what `body` writes.
    func signing(_ body: (inout WireWriter) -> Void) -> [UInt8] {
        var writer = WireWriter()
        writer.value(relayKey)
        writer.value(relayNonce)
        writer.value(clientNonce)
        body(&writer)
        return writer.bytes
    }
}

extension RelayHello: WireCodable {
    /// Reads a hello and keeps what its signature covers.
    package init(from reader: inout WireReader) throws(WireError) {
        let (fields, bytes) = try reader.capturing {
            reader throws(WireError) -> Fields in try Fields(from: &reader)
        }
        version = fields.version
        relayKey = fields.relayKey
        nonce = fields.nonce
        incarnation = fields.incarnation
        frameBytesMax = fields.frameBytesMax
        requestsInFlightMax = fields.requestsInFlightMax
        extensions = fields.extensions
        unsigned = Array(bytes)
        signature = try reader.fixed(64)
    }

    /// Writes a hello.
    package func encode(to writer: inout WireWriter) {
        writer.fixed(unsigned)
        writer.fixed(signature)
    }

    private struct Fields {
        let version: UInt16
        let relayKey: RelayKey
        let nonce: HelloNonce
        let incarnation: Incarnation
        let frameBytesMax: UInt32
        let requestsInFlightMax: UInt32
        let extensions: [HelloExtension]

        init(from reader: inout WireReader) throws(WireError) {
            version = try reader.uint16()
            relayKey = try reader.value()
            nonce = try reader.value()
            incarnation = try reader.value()
            frameBytesMax = try reader.uint32()
            requestsInFlightMax = try reader.uint32()
            extensions = try reader.helloExtensions()
        }
    }
}
