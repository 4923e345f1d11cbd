"""User names (spec/identity.md, section 3) in Python: RFC 9496, RFC 9497, RFC 9106."""

import hashlib
import re

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vectors_base import Reader, field, h, is_signed, kdf, opaque, public_key, require, \
    sized, unpad, unseal, whole
from vectors_identity import validated_log

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
CONTEXT = b"OPRFV1-\x00-ristretto255-SHA512"


# The group, with points as (x, y) of edwards25519


def is_negative(x):
    return x % P & 1


def absolute(x):
    return (-x if is_negative(x) else x) % P


def sqrt_ratio(u, v):
    """Whether u/v is a square, and the root of it or of sqrt(-1) times it."""
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    was_square = check in (u % P, -u % P)
    if check in (-u % P, -u * SQRT_M1 % P):
        r = r * SQRT_M1 % P
    return was_square, absolute(r)


INVSQRT_A_MINUS_D = sqrt_ratio(1, -1 - D)[1]
SQRT_AD_MINUS_ONE = -sqrt_ratio(-D - 1, 1)[1]  # RFC 9496 takes the odd root here


def decode(data):
    s = int.from_bytes(data, "little")
    require(len(data) == 32 and s < P and not is_negative(s), "no-element")
    u1, u2 = 1 - s * s, 1 + s * s
    v = (-D * u1 * u1 - u2 * u2) % P
    was_square, root = sqrt_ratio(1, v * u2 * u2)
    den_x = root * u2 % P
    x = absolute(2 * s * den_x)
    y = u1 * root * den_x * v % P
    require(was_square and not is_negative(x * y) and y != 0, "no-element")
    return x, y


def encode(point):
    x, y = point
    u1, u2 = (1 + y) * (1 - y) % P, x * y % P
    root = sqrt_ratio(1, u1 * u2 * u2)[1]
    den1, den2 = root * u1 % P, root * u2 % P
    z_inv = den1 * den2 * x * y % P
    if is_negative(x * y * z_inv):
        x, y, den = y * SQRT_M1 % P, x * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
    else:
        den = den2
    if is_negative(x * z_inv):
        y = -y % P
    return absolute(den * (1 - y)).to_bytes(32, "little")


def add(one, other):
    (a, b), (c, d) = one, other
    product = D * a * b * c * d % P
    return ((a * d + b * c) * pow(1 + product, -1, P) % P,
            (b * d + a * c) * pow(1 - product, -1, P) % P)


def times(scalar, point):
    result = (0, 1)
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def elligator(data):
    t = int.from_bytes(data, "little") % 2 ** 255
    r = SQRT_M1 * t * t % P
    u = (r + 1) * (1 - D * D) % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = sqrt_ratio(u, v)
    c = -1
    if not was_square:
        s, c = -absolute(s * t) % P, r
    n = (c * (r - 1) * (D - 1) ** 2 - v) % P
    w0, w1 = 2 * s * v % P, n * SQRT_AD_MINUS_ONE % P
    w2, w3 = (1 - s * s) % P, (1 + s * s) % P
    return w0 * pow(w1, -1, P) % P, w2 * pow(w3, -1, P) % P


# The function


def expand(message, tag):
    """expand_message_xmd of RFC 9380 with SHA-512, for 64 bytes."""
    tag += bytes([len(tag)])
    first = hashlib.sha512(bytes(128) + message + b"\x00\x40\x00" + tag).digest()
    return hashlib.sha512(first + b"\x01" + tag).digest()


def to_group(message):
    uniform = expand(message, b"HashToGroup-" + CONTEXT)
    return add(elligator(uniform[:32]), elligator(uniform[32:]))


def relay_scalar(seed):
    info = b"Sotto 1.0 user names"
    message = seed + len(info).to_bytes(2, "big") + info + b"\0"
    uniform = expand(message, b"DeriveKeyPair" + CONTEXT)
    return int.from_bytes(uniform, "little") % ORDER


def read(inputs):
    text = inputs["text"].encode()
    require(3 <= len(text) <= 32, "wrong-length")
    name = "".join(chr(b + 32) if 65 <= b <= 90 else chr(b) for b in text)
    require(re.fullmatch(r"[a-z0-9._-]+", name), "unknown-letter")
    return {"name": name}


def blind(inputs):
    scalar = int.from_bytes(field(inputs, "blind"), "little")
    return {"blinded": encode(times(scalar, to_group(inputs["name"].encode()))).hex()}


def element(data):
    require(data != bytes(32), "no-element")
    return decode(data)


def evaluate(inputs):
    scalar = relay_scalar(field(inputs, "name_key"))
    return {"evaluated": encode(times(scalar, element(field(inputs, "blinded")))).hex()}


def output(inputs):
    scalar = pow(int.from_bytes(field(inputs, "blind"), "little"), -1, ORDER)
    point = encode(times(scalar, element(field(inputs, "evaluated"))))
    name = inputs["name"].encode()
    return {"output": hashlib.sha512(
        len(name).to_bytes(2, "big") + name + b"\x00\x20" + point + b"Finalize").hexdigest()}


# What comes of it


def derive(inputs):
    name = inputs["name"].encode()
    salt = h("user name", field(inputs, "relay") + name)[:16]
    secret = Argon2id(
        salt=salt, length=32, iterations=3, lanes=1, memory_cost=65_536,
    ).derive(field(inputs, "output"))
    locator = kdf(secret, "name locator", b"", 32)
    return {
        "secret": secret.hex(), "locator": locator.hex(),
        "record_key": kdf(secret, "name record key", b"", 32).hex(),
        "write_key": public_key(
            kdf(field(inputs, "record_seed"), "user name write key", locator, 32)).hex(),
    }


def open_record(inputs):
    secret = sized(field(inputs, "secret"), 32)
    locator = kdf(secret, "name locator", b"", 32)
    key = kdf(secret, "name record key", b"", 32)
    reader = Reader(unpad(unseal(key, locator, field(inputs, "sealed"))))
    version = reader.number(1)
    require(version == 1, "unknown-version")
    name, account, card = reader.opaque(32), reader.fixed(32), reader.fixed(32)
    signer, signature = reader.fixed(32), reader.fixed(64)
    reader.finish()
    require(name == inputs["name"].encode(), "other-name")
    log = validated_log(whole(field(inputs, "log"), lambda inner: inner.opaque()))
    require(account.hex() == log["account"], "other-account")
    require(signer.hex() in log["devices"], "signer-not-active")
    signed = (b"\1" + field(inputs, "relay") + opaque(name) + account
              + kdf(card, "card locator", b"", 32) + signer)
    require(is_signed(signer, signature, "user name", signed), "bad-signature")
    return {"account": account.hex(), "card": card.hex()}


USER_NAME = {
    "read": read,
    "blind": blind,
    "evaluate": evaluate,
    "output": output,
    "derive": derive,
    "open-record": open_record,
}
