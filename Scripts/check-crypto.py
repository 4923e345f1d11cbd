#!/usr/bin/env python3
"""Checks our SHAKE256, HPKE and ECDSA against Python's hashlib and `cryptography`.

Usage: check-crypto.py PATH-OF-SOTTO-VECTORS

Two things stand on the other side: the HPKE of `cryptography`, which has no associated data, and
hybrid_hpke.py, written out over its ML-KEM-768 and X25519. Inputs come from a fixed seed.
"""

import hashlib
import json
import random
import subprocess
import sys

from cryptography.hazmat.primitives import hashes, hpke, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hybrid_hpke import HKDF_SHA256, MLKEM768_X25519, X_WING, KeyPair, encapsulate, schedule

AEADS = {
    0x0001: hpke.AEAD.AES_128_GCM,
    0x0002: hpke.AEAD.AES_256_GCM,
    0x0003: hpke.AEAD.CHACHA20_POLY1305,
}

# Suite: KEM, KDF and curve of its HPKE, hash of its signatures, length of a point.
CURVES = {
    0x0002: (0x0010, hpke.KEM.P256, 0x0001, hpke.KDF.HKDF_SHA256, ec.SECP256R1(), hashes.SHA256(), 65),
    0x0007: (0x0011, hpke.KEM.P384, 0x0002, hpke.KDF.HKDF_SHA384, ec.SECP384R1(), hashes.SHA384(), 97),
    0x0005: (0x0012, hpke.KEM.P521, 0x0003, hpke.KDF.HKDF_SHA512, ec.SECP521R1(), hashes.SHA512(), 133),
}


class Ours:
    """The program under test, asked one operation at a time."""

    def __init__(self, path):
        self.process = subprocess.Popen(
            [path, "exchange"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, operation, **fields):
        request = {name: value.hex() if isinstance(value, bytes) else value
                   for name, value in fields.items()}
        self.process.stdin.write(json.dumps({"operation": operation, **request}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return {name: bytes.fromhex(value) for name, value in answer.items()}

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


# The checks: each yields a name and whether it holds.


def check_shake256(ours, inputs):
    for number in range(1000):
        # Lengths around multiples of the rate come up often.
        size = inputs.choice([inputs.randrange(600), 136 * inputs.randrange(5)
                              + inputs.randrange(-1, 2)])
        data = inputs.randbytes(max(size, 0))
        count = inputs.randrange(400)
        answer = ours.ask("shake256", input=data, count=count)
        yield f"SHAKE256 {number}", answer["output"] == hashlib.shake_256(data).digest(count)


def check_derivation(ours, inputs):
    for number in range(50):
        ikm = inputs.randbytes(inputs.choice([0, 1, 31, 32, 33, 64, 200]))
        pair = KeyPair.derive(ikm)
        answer = ours.ask("derive", ikm=ikm, **suite(0x0001))
        yield f"DeriveKeyPair {number}", (
            answer == {"publicKey": pair.public, "privateKey": pair.seed})
        pair = KeyPair.derive_privately(ikm)
        answer = ours.ask("derive", ikm=ikm, **{**suite(0x0003), "kem": X_WING})
        yield f"DeriveKeyPair for private use {number}", (
            answer == {"publicKey": pair.public, "privateKey": pair.seed})


def check_schedule(ours, inputs):
    for number in range(60):
        aead = inputs.choice(list(AEADS))
        pair = KeyPair(inputs.randbytes(32))
        info, aad, text = (inputs.randbytes(inputs.randrange(100)) for _ in range(3))

        sent = ours.ask("hpke-seal", publicKey=pair.public, info=info, aad=aad, plaintext=text,
                        **suite(aead))
        cipher, nonce = schedule(pair.decapsulate(sent["enc"]), info, aead)
        yield f"they open what we sealed {number}", (
            cipher.decrypt(nonce, sent["ciphertext"], aad) == text)

        ephemeral = X25519PrivateKey.from_private_bytes(inputs.randbytes(32))
        secret, enc = encapsulate(pair.public, ephemeral)
        cipher, nonce = schedule(secret, info, aead)
        ciphertext = cipher.encrypt(nonce, text, aad)

        def open_ours(ciphertext):
            return ours.ask("hpke-open", privateKey=pair.seed, enc=enc, ciphertext=ciphertext,
                            info=info, aad=aad, **suite(aead))["plaintext"]

        yield f"we open what they sealed {number}", open_ours(ciphertext) == text
        damaged = bytearray(ciphertext)
        damaged[inputs.randrange(len(damaged))] ^= 1 << inputs.randrange(8)
        yield f"we refuse what was damaged {number}", refuses(lambda: open_ours(bytes(damaged)))


def check_library(ours, inputs):
    for number in range(60):
        aead = inputs.choice(list(AEADS))
        theirs = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, AEADS[aead])
        pair = KeyPair(inputs.randbytes(32))
        private = hpke.MLKEM768X25519PrivateKey(pair.mlkem, pair.x25519)
        info, text = (inputs.randbytes(inputs.randrange(100)) for _ in range(2))

        sent = ours.ask("hpke-seal", publicKey=pair.public, info=info, aad=b"", plaintext=text,
                        **suite(aead))
        message = sent["enc"] + sent["ciphertext"]
        yield f"the library opens what we sealed {number}", (
            theirs.decrypt(message, private, info) == text)

        message = theirs.encrypt(text, private.public_key(), info)
        answer = ours.ask("hpke-open", privateKey=pair.seed, enc=message[:1120],
                          ciphertext=message[1120:], info=info, aad=b"", **suite(aead))
        yield f"we open what the library sealed {number}", answer["plaintext"] == text


def check_curves(ours, inputs):
    for number in range(60):
        kem, library_kem, kdf, library_kdf, curve, _, length = inputs.choice(list(CURVES.values()))
        aead = inputs.choice(list(AEADS))
        theirs = hpke.Suite(library_kem, library_kdf, AEADS[aead])
        named = {"kem": kem, "kdf": kdf, "aead": aead}
        info, text = (inputs.randbytes(inputs.randrange(100)) for _ in range(2))

        pair = ours.ask("derive", ikm=inputs.randbytes(66), **named)
        private = ec.derive_private_key(int.from_bytes(pair["privateKey"], "big"), curve)
        yield f"the library finds our public key {number}", point(private) == pair["publicKey"]

        sent = ours.ask("hpke-seal", publicKey=pair["publicKey"], info=info, aad=b"",
                        plaintext=text, **named)
        message = sent["enc"] + sent["ciphertext"]
        yield f"the library opens what we sealed on a curve {number}", (
            theirs.decrypt(message, private, info) == text)

        message = theirs.encrypt(text, private.public_key(), info)
        answer = ours.ask("hpke-open", privateKey=pair["privateKey"], enc=message[:length],
                          ciphertext=message[length:], info=info, aad=b"", **named)
        yield f"we open what the library sealed on a curve {number}", answer["plaintext"] == text


def check_ecdsa(ours, inputs):
    for number in range(60):
        suite, (_, _, _, _, curve, digest, length) = inputs.choice(list(CURVES.items()))
        private = ec.generate_private_key(curve)
        scalar = private.private_numbers().private_value.to_bytes(length // 2, "big")
        message = inputs.randbytes(inputs.randrange(200))

        answer = ours.ask("sign", suite=suite, privateKey=scalar, message=message)
        private.public_key().verify(answer["signature"], message, ec.ECDSA(digest))
        yield f"the library takes our signature {number}", answer["publicKey"] == point(private)

        signature = private.sign(message, ec.ECDSA(digest))

        def verify(message):
            return ours.ask("verify", suite=suite, publicKey=point(private), message=message,
                            signature=signature)

        yield f"we take the library's signature {number}", verify(message) == {}
        yield f"we refuse it under another message {number}", refuses(
            lambda: verify(message + b"."))


def point(private):
    return private.public_key().public_bytes(serialization.Encoding.X962,
                                             serialization.PublicFormat.UncompressedPoint)


def suite(aead):
    return {"kem": MLKEM768_X25519, "kdf": HKDF_SHA256, "aead": aead}


def refuses(operation):
    try:
        operation()
    except ValueError:
        return True
    return False


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ours = Ours(sys.argv[1])
    inputs = random.Random(0x647A)
    passed = failed = 0
    for check in (check_shake256, check_derivation, check_schedule, check_library,
                  check_curves, check_ecdsa):
        try:
            for name, holds in check(ours, inputs):
                passed += holds
                failed += not holds
                if not holds:
                    print(f"failed: {name}")
        except Exception as error:  # whatever a library throws is a failed check
            failed += 1
            print(f"failed: {check.__name__}: {type(error).__name__}: {error}")
    failed += ours.close() != 0
    print(f"check-crypto: {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
