"""spec/conversation.md, sections 2 and 3, in Python; CBOR as spec/wire.md has it."""

import hashlib
import unicodedata

from cryptography.exceptions import InvalidTag

from hybrid_hpke import KeyPair, schedule
from vectors_base import (
    Failure, Reader, base64url, field, require, size_class, unpad, unseal, whole)


# 2. Envelopes


def open_lane_envelope(inputs):
    kind = {"message": 1, "commit": 2}[inputs["kind"]]
    aad = bytes([1, kind]) + field(inputs, "lane")
    padded = unseal(field(inputs, "key"), aad, field(inputs, "envelope"))
    return {"message": unpad(padded).hex()}


def open_device_envelope(inputs):
    reader = Reader(field(inputs, "envelope"))
    version = reader.fixed(1)
    require(version == b"\1", "unknown-version")
    enc, ciphertext = reader.fixed(1120), reader.opaque()
    reader.finish()
    secret = KeyPair(field(inputs, "private_key")).decapsulate(enc)
    cipher, nonce = schedule(secret, b"Sotto 1.0 device envelope", 0x0001)
    try:
        padded = cipher.decrypt(nonce, ciphertext, version + field(inputs, "mailbox"))
    except InvalidTag:
        raise Failure("not-opened") from None
    return whole(
        unpad(padded),
        lambda r: {"type": r.choice({1: "welcome"}), "body": r.opaque().hex()})


ENVELOPES = {
    "size-class": lambda inputs: {"size": size_class(inputs["count"])},
    "unpad": lambda inputs: {"body": unpad(field(inputs, "padded")).hex()},
    "open-lane-envelope": open_lane_envelope,
    "open-device-envelope": open_device_envelope,
}


# CBOR: integers, bytes, text, lists, maps as lists of pairs, false, true, null, and tags


class Text(str):
    pass


class Pairs(list):
    pass


class Tagged:
    def __init__(self, item):
        self.item = item


def read_cbor(reader, depth=1):
    require(depth <= 16, "over-limit")
    first = reader.number(1)
    major, small = first >> 5, first & 31
    if major == 7:
        require(small in (20, 21, 22))
        return {20: False, 21: True, 22: None}[small]
    require(small < 28)
    argument = small
    if small >= 24:
        size = 1 << small - 24
        argument = reader.number(size)
        require(argument >= (24 if size == 1 else 1 << 4 * size))
    if major == 0:
        return argument
    if major == 1:
        return -1 - argument
    if major == 2:
        return reader.fixed(argument)
    if major == 3:
        try:
            return Text(reader.fixed(argument).decode())
        except UnicodeDecodeError:
            raise Failure("malformed") from None
    if major == 4:
        return [read_cbor(reader, depth + 1) for _ in range(argument)]
    if major == 5:
        return read_pairs(reader, argument, depth)
    return Tagged(read_cbor(reader, depth + 1))


def read_pairs(reader, count, depth):
    pairs, keys = Pairs(), []
    for _ in range(count):
        start = reader.place
        key = read_cbor(reader, depth + 1)
        keys.append(reader.data[start:reader.place])
        pairs.append((key, read_cbor(reader, depth + 1)))
    require(len(set(keys)) == len(keys))
    pairs.in_order = keys == sorted(keys)
    return pairs


def in_order(item):
    if isinstance(item, Pairs):
        return item.in_order and all(in_order(part) for pair in item for part in pair)
    if isinstance(item, Tagged):
        return in_order(item.item)
    return not isinstance(item, list) or all(in_order(part) for part in item)


def deterministic(data):
    item = whole(data, read_cbor)
    require(in_order(item), "not-deterministic")
    return item


# 3. Content (draft-ietf-mimi-content-08)


def is_number(item, bits):
    return type(item) is int and 0 <= item < 1 << bits


def shaped(condition):
    require(condition, "not-in-schema")


def read_content(data):
    fields = deterministic(data)
    shaped(type(fields) is list and len(fields) == 7)
    salt, replaces, topic, expires, reply, extensions, body = fields
    shaped(type(salt) is bytes and len(salt) == 16 and type(topic) is bytes)
    for name in (replaces, reply):
        shaped(name is None or type(name) is bytes and len(name) == 32)
    shaped(expires is None or type(expires) is list and len(expires) == 2
           and type(expires[0]) is bool and is_number(expires[1], 32))
    shaped(isinstance(extensions, Pairs))
    for key, value in extensions:
        require(is_name(key) and is_bounded(value, 1), "invalid-extension")
        shaped(key not in (1, 2) or isinstance(value, Text))
    return salt, replaces, dict(extensions), read_part(body, 1)


def is_exact(key):
    return type(key) is int and abs(key) < 1 << 53


def is_name(key):
    return is_exact(key) or isinstance(key, Text) and 1 <= len(key.encode()) <= 255


def is_bounded(item, depth):
    if isinstance(item, Pairs):
        return depth < 4 and all(
            (is_exact(key) or isinstance(key, (Text, bytes))) and is_bounded(value, depth + 1)
            for key, value in item)
    if isinstance(item, Tagged):
        return depth < 4 and is_bounded(item.item, depth + 1)
    return not isinstance(item, list) or (
        depth < 4 and all(is_bounded(part, depth + 1) for part in item))


def read_part(item, depth):
    """What a part says to a reader of this version, or nothing."""
    require(depth <= 4, "over-limit")
    shaped(type(item) is list and len(item) >= 3)
    disposition, language, cardinality, *rest = item
    shaped(is_number(disposition, 8) and isinstance(language, Text))
    if cardinality == 0:
        shaped(not rest)
        return None
    if cardinality == 1:
        shaped(len(rest) == 2 and isinstance(rest[0], Text) and type(rest[1]) is bytes)
        return read_single(disposition, *rest)
    shaped(cardinality == 3 and len(rest) == 2 and rest[0] in (0, 1, 2))
    shaped(type(rest[1]) is list and len(rest[1]) >= 2)
    parts = [read_part(part, depth + 1) for part in rest[1]]
    return next((part for part in parts if part), None) if rest[0] == 0 else None


def read_single(disposition, content_type, content):
    essence, *parameters = [p.strip() for p in content_type.lower().split(";")]
    if disposition in (0, 1, 4) and essence in ("text/plain", "text/markdown"):
        charset = [p for p in parameters if p.startswith("charset=")]
        if charset in ([], ["charset=utf-8"]):
            return {"text": content.decode()}
    if disposition == 3 and essence == "application/vnd.sotto.profile+cbor":
        return {"profile_name": checked_name(dict(deterministic(content))["name"])}
    return None


def read(inputs):
    kind, body = whole(
        field(inputs, "application_data"),
        lambda r: (r.choice({1: "content", 2: "status"}), r.opaque(262_144)))
    if kind == "status":
        return {"report": read_report(body)}
    salt, replaces, extensions, said = read_content(body)
    uris = ["sotto:account/" + base64url(field(inputs, "account")),
            "sotto:group/" + base64url(field(inputs, "group"))]
    for key, uri in enumerate(uris, 1):
        require(extensions.get(key, uri) == uri, "other-origin")
    hashed = b"".join(len(uri).to_bytes(2, "big") + uri.encode() for uri in uris) + body + salt
    reading = {"unsupported": True} if replaces or not said else said
    return {
        "message_id": (b"\1" + hashlib.sha256(hashed).digest()[:31]).hex(),
        "sender_uri": uris[0], "room_uri": uris[1], **reading,
    }


def read_report(data):
    entries = deterministic(data)
    shaped(type(entries) is list)
    require(len(entries) <= 1024, "over-limit")
    report = []
    for entry in entries:
        shaped(type(entry) is list and len(entry) == 2)
        message, status = entry
        shaped(type(message) is bytes and len(message) == 32 and is_number(status, 8))
        report.append({"message_id": message.hex(), "status": status})
    return report


BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def checked_name(name):
    require(any(c not in ("Cf", "Cc", "Zs", "Zl", "Zp") for c in map(unicodedata.category, name)),
            "empty")
    require(len(name) <= 64, "over-limit")
    for letter in name:
        shown = unicodedata.category(letter) not in ("Cc", "Zl", "Zp")
        require(shown and letter not in BIDI_CONTROLS, "not-printable")
    return str(name)


CONTENT = {"read": read, "name": lambda inputs: {"name": checked_name(inputs["name"])}}
