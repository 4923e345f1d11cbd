"""spec/wire.md in Python: bytes, labelled functions, sealing, padding."""

import base64
import hashlib
import hmac
import struct

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305


class Failure(Exception):
    """A kind of failure, as vectors/README.md calls it."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


def require(condition, kind="malformed"):
    if not condition:
        raise Failure(kind)


class Reader:
    """TLS presentation language; every read that the bytes do not allow is a failure."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def fixed(self, count):
        require(self.place + count <= len(self.data))
        self.place += count
        return self.data[self.place - count:self.place]

    def number(self, count):
        return int.from_bytes(self.fixed(count), "big")

    def length(self):
        first = self.number(1)
        require(first >> 6 != 3)
        size = 1 << (first >> 6)
        value = (first & 0x3F) << 8 * (size - 1) | self.number(size - 1)
        require(size == 1 or value >= (64 if size == 2 else 16384))
        return value

    def opaque(self, most=None):
        count = self.length()
        require(most is None or count <= most, "over-limit")
        return self.fixed(count)

    def vector(self, read, most=None):
        inner, values = Reader(self.opaque(most)), []
        while not inner.at_end():
            values.append(read(inner))
        return values

    def optional(self, read):
        flag = self.number(1)
        require(flag in (0, 1))
        return read(self) if flag else None

    def choice(self, names, size=1):
        number = self.number(size)
        require(number in names)
        return names[number]

    def flag(self):
        return self.choice({0: False, 1: True})

    def at_end(self):
        return self.place == len(self.data)

    def finish(self):
        require(self.at_end())


def whole(data, read):
    """What `read` reads, which must be all there is."""
    reader = Reader(data)
    value = read(reader)
    reader.finish()
    return value


def opaque(data):
    count = len(data)
    if count < 64:
        return bytes([count]) + data
    if count < 16384:
        return (count | 0x4000).to_bytes(2, "big") + data
    return (count | 0x8000_0000).to_bytes(4, "big") + data


def sized(data, count):
    require(len(data) == count)
    return data


def field(inputs, name):
    return bytes.fromhex(inputs[name])


# Labelled functions


def labelled(label, content):
    return opaque(b"Sotto 1.0 " + label.encode()) + opaque(content)


def h(label, content):
    return hashlib.sha256(labelled(label, content)).digest()


def mac(key, label, content):
    return hmac.digest(key, labelled(label, content), "sha256")


def sign(seed, label, content):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(labelled(label, content))


def is_signed(key, signature, label, content):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, labelled(label, content))
        return True
    except (InvalidSignature, ValueError):
        return False


def public_key(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def extract(salt, material):
    return hmac.digest(salt or bytes(32), material, "sha256")


def kdf(secret, label, context, length):
    info = length.to_bytes(2, "big") + labelled(label, context)
    output, block = b"", b""
    while len(output) < length:
        block = hmac.digest(secret, block + info + bytes([len(output) // 32 + 1]), "sha256")
        output += block
    return output[:length]


# Sealing: XChaCha20-Poly1305 is ChaCha20-Poly1305 under a key from HChaCha20.


def hchacha20(key, nonce):
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))

    def quarter(a, b, c, d):
        for left, right, target, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[left] = (state[left] + state[right]) & 0xFFFFFFFF
            mixed = state[target] ^ state[left]
            state[target] = (mixed << turn | mixed >> 32 - turn) & 0xFFFFFFFF

    for _ in range(10):
        for column in range(4):
            quarter(column, column + 4, column + 8, column + 12)
        for column in range(4):
            quarter(column, (column + 1) % 4 + 4, (column + 2) % 4 + 8, (column + 3) % 4 + 12)
    return struct.pack("<8I", *state[:4], *state[12:])


def unseal(key, aad, sealed):
    require(len(sealed) >= 24 + 16, "not-opened")
    cipher = ChaCha20Poly1305(hchacha20(key, sealed[:16]))
    try:
        return cipher.decrypt(bytes(4) + sealed[16:24], sealed[24:], aad)
    except InvalidTag:
        raise Failure("not-opened") from None


# Padding


def size_class(count):
    total = count + 4
    if total > 65536:
        return -(-total // 65536) * 65536
    return next(size for size in (256 << n for n in range(9)) if size >= total)


def unpad(padded):
    reader = Reader(padded)
    body = reader.fixed(reader.number(4))
    require(len(padded) == size_class(len(body)))
    require(not any(padded[reader.place:]))
    return body


# Texts


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    require(all(letter in alphabet for letter in text) and len(text) % 4 != 1)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    require(base64url(data) == text)
    return data
