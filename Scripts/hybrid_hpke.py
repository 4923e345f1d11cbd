"""HPKE in mode base over ML-KEM-768 beside X25519, written out over primitives of `cryptography`.

RFC 9180, draft-ietf-hpke-pq, draft-connolly-cfrg-xwing-kem. `cryptography` has this HPKE too, but
without associated data.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

MLKEM768_X25519 = 0x647A
X_WING = 0xF057
# The same under a number for private use, with keys derived in another way.
XWING = 0xF057
HKDF_SHA256 = 0x0001
# The hash of each key derivation.
KDFS = {HKDF_SHA256: "sha256", 0x0002: "sha384"}
# Cipher and length of its key.
AEADS = {0x0001: (AESGCM, 16), 0x0002: (AESGCM, 32), 0x0003: (ChaCha20Poly1305, 32)}


def labelled_extract(suite, salt, label, ikm, digest="sha256"):
    # HMAC fills up a short key with zeros: no salt is as good as a salt of zeros.
    return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, digest)


def labelled_expand(suite, prk, label, info, length, digest="sha256"):
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    output, block, count = b"", b"", 0
    while len(output) < length:
        count += 1
        block = hmac.digest(prk, block + info + bytes([count]), digest)
        output += block
    return output[:length]


class KeyPair:
    """A key pair of MLKEM768-X25519, expanded from its seed."""

    def __init__(self, seed):
        expanded = hashlib.shake_256(seed).digest(96)
        self.seed = seed
        self.mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self.x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.public = (self.mlkem.public_key().public_bytes_raw()
                       + self.x25519.public_key().public_bytes_raw())

    @classmethod
    def derive(cls, ikm, kem=MLKEM768_X25519):
        if kem == XWING:
            suite = b"KEM" + XWING.to_bytes(2, "big")
            prk = labelled_extract(suite, b"", b"dkp_prk", ikm)
            return cls(hashlib.shake_256(prk).digest(32))
        suite = b"KEM" + MLKEM768_X25519.to_bytes(2, "big")
        label = b"DeriveKeyPair"
        labelled = (ikm + b"HPKE-v1" + suite + len(label).to_bytes(2, "big") + label
                    + (32).to_bytes(2, "big"))
        return cls(hashlib.shake_256(labelled).digest(32))

    @classmethod
    def derive_privately(cls, ikm):
        """The derivation under the KEM's number for private use."""
        suite = b"KEM" + X_WING.to_bytes(2, "big")
        return cls(hashlib.shake_256(labelled_extract(suite, b"", b"dkp_prk", ikm)).digest(32))

    def decapsulate(self, enc):
        classical = self.x25519.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
        return combine(self.mlkem.decapsulate(enc[:1088]), classical, enc[1088:],
                       self.public[1184:])


def combine(quantum, classical, sent, recipient):
    return hashlib.sha3_256(quantum + classical + sent + recipient + b"\\.//^\\").digest()


def encapsulate(public, ephemeral):
    quantum, sent = MLKEM768PublicKey.from_public_bytes(public[:1184]).encapsulate()
    classical = ephemeral.exchange(X25519PublicKey.from_public_bytes(public[1184:]))
    ours = ephemeral.public_key().public_bytes_raw()
    return combine(quantum, classical, ours, public[1184:]), sent + ours


def schedule(secret, info, aead, kem=MLKEM768_X25519, kdf=HKDF_SHA256):
    """The cipher and the nonce of the first message in mode base."""
    cipher, length = AEADS[aead]
    digest = KDFS[kdf]
    suite = b"HPKE" + b"".join(n.to_bytes(2, "big") for n in (kem, kdf, aead))
    context = (b"\0" + labelled_extract(suite, b"", b"psk_id_hash", b"", digest)
               + labelled_extract(suite, b"", b"info_hash", info, digest))
    prk = labelled_extract(suite, secret, b"secret", b"", digest)
    return (cipher(labelled_expand(suite, prk, b"key", context, length, digest)),
            labelled_expand(suite, prk, b"base_nonce", context, 12, digest))
