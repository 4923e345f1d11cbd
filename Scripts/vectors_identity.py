"""spec/identity.md in Python."""

import base64
import hashlib
import ipaddress
import re

from vectors_base import (
    Reader, base64url, extract, field, from_base64url, h, is_signed, kdf, opaque,
    public_key, require, sign, sized, unpad, unseal, whole)

DAY = 86_400_000


# 1. Device logs


def read_entry(reader):
    start = reader.place
    require(reader.number(1) == 1, "unknown-version")
    entry = {"index": reader.number(4), "previous": reader.fixed(32)}
    require(reader.number(1) == 1, "unknown-entry-type")
    entry["device_key"], entry["recovery_key"] = reader.fixed(32), reader.fixed(32)
    entry["statement"] = reader.data[start:reader.place]
    entry["signatures"] = reader.vector(lambda inner: (inner.fixed(32), inner.fixed(64)))
    entry["bytes"] = reader.data[start:reader.place]
    return entry


def validated_log(entries):
    """The account of a log's entries, as they stand inside its vector."""
    reader, log = Reader(entries), []
    while not reader.at_end():
        require(len(log) < 64, "over-limit")
        log.append(read_entry(reader))
    require(log, "empty")
    previous = bytes(32)
    for index, entry in enumerate(log):
        require(entry["index"] == index and entry["previous"] == previous, "broken-link")
        require(index == 0, "misplaced-genesis")
        keys = [entry["device_key"], entry["recovery_key"]]
        require(keys[0] != keys[1], "same-keys")
        require([key for key, _ in entry["signatures"]] == keys, "bad-signature")
        for key, signature in entry["signatures"]:
            require(
                is_signed(key, signature, "device log entry", entry["statement"]), "bad-signature")
        previous = h("device log entry", entry["bytes"])
    return {
        "account": hashlib.sha256(log[0]["bytes"]).hexdigest(),
        "head": previous.hex(),
        "length": len(log),
        "devices": [log[0]["device_key"].hex()],
        "recovery_key": log[0]["recovery_key"].hex(),
    }


def validate(inputs):
    return validated_log(whole(field(inputs, "log"), lambda reader: reader.opaque()))


def found(inputs):
    seeds = [field(inputs, "device_seed"), field(inputs, "recovery_seed")]
    keys = [public_key(seed) for seed in seeds]
    statement = b"\1" + bytes(4) + bytes(32) + b"\1" + keys[0] + keys[1]
    signatures = b"".join(
        key + sign(seed, "device log entry", statement) for key, seed in zip(keys, seeds))
    entries = statement + opaque(signatures)
    return {**validated_log(entries), "log": opaque(entries).hex()}


def leaf(inputs):
    head, length, entries = whole(
        field(inputs, "extension"), lambda r: (r.fixed(32), r.number(4), r.opaque()))
    log = validated_log(entries)
    require(log["head"] == head.hex() and log["length"] == length, "other-head")
    require(log["account"] == inputs["credential_identity"], "other-account")
    require(inputs["signature_key"] in log["devices"], "device-not-active")
    return {"account": log["account"], "device": inputs["signature_key"]}


DEVICE_LOG = {"found": found, "validate": validate, "leaf": leaf}


# 1. Recovery codes


def write_code(inputs):
    secret = sized(field(inputs, "secret"), 20)
    letters = base64.b32encode(secret + h("recovery code", secret)[:5]).decode()
    return {"code": "-".join(letters[n:n + 5] for n in range(0, 40, 5))}


def read_code(inputs):
    letters = "".join(inputs["code"].split()).replace("-", "").upper()
    letters = letters.translate(str.maketrans("018", "OIB"))
    require(re.fullmatch("[A-Z2-7]*", letters), "unknown-letter")
    require(len(letters) == 40, "wrong-length")
    data = base64.b32decode(letters)
    secret, checksum = data[:20], data[20:]
    require(h("recovery code", secret)[:5] == checksum, "wrong-checksum")
    seed = kdf(extract(b"", secret), "recovery key", b"", 32)
    return {"recovery_key": public_key(seed).hex()}


RECOVERY_CODE = {"write": write_code, "read": read_code}


# 3. Cards and records


def derive(inputs):
    card = sized(field(inputs, "card"), 32)
    return {
        "locator": kdf(card, "card locator", b"", 32).hex(),
        "record_key": kdf(card, "card record key", b"", 32).hex(),
        "stock_key": kdf(card, "card stock key", b"", 32).hex(),
    }


def read_extension(reader):
    return {"type": reader.number(2), "data": reader.opaque().hex()}


def checked_extensions(extensions):
    require(len(extensions) <= 16, "over-limit")
    require(len({e["type"] for e in extensions}) == len(extensions), "repeated")
    return extensions


def read_device(reader):
    return {
        "device_key": reader.fixed(32).hex(),
        "relay": reader.fixed(32).hex(),
        "mailbox": reader.fixed(16).hex(),
        "stock": reader.fixed(32).hex(),
        "sealing_key": reader.opaque(1216).hex(),
        "extensions": reader.vector(read_extension),
    }


def open_record(inputs):
    card = field(inputs, "card")
    locator, key = kdf(card, "card locator", b"", 32), kdf(card, "card record key", b"", 32)
    reader = Reader(unpad(unseal(key, locator, field(inputs, "sealed"))))
    require(reader.number(1) == 1, "unknown-version")
    account, entries = reader.fixed(32).hex(), reader.opaque()
    begin, end = reader.number(8), reader.number(8)
    devices, extensions = reader.vector(read_device), reader.vector(read_extension)
    signer = reader.fixed(32)
    signed = reader.data[:reader.place]
    signature = reader.fixed(64)
    reader.finish()

    log = validated_log(entries)
    require(account == log["account"], "other-account")
    require(signer.hex() in log["devices"], "signer-not-active")
    require(is_signed(signer, signature, "record", signed), "bad-signature")
    require(devices, "empty")
    require(len(devices) <= 16, "over-limit")
    require(len({d["device_key"] for d in devices}) == len(devices), "repeated")
    for device in devices:
        require(device["device_key"] in log["devices"], "device-not-active")
        require(len(device["sealing_key"]) == 2 * 1216, "invalid-sealing-key")
        checked_extensions(device["extensions"])
    checked_extensions(extensions)
    if "known_log" in inputs:
        known = whole(field(inputs, "known_log"), lambda r: r.opaque())
        require(entries.startswith(known), "forked")
    now = inputs["now_ms"]
    require(0 < end - begin <= 14 * DAY, "invalid-validity")
    require(begin <= now + 3_600_000, "not-yet-valid")
    require(now <= end, "expired")
    return {
        "account": account, "log": opaque(entries).hex(), "not_before_ms": begin,
        "not_after_ms": end, "devices": devices, "extensions": extensions,
        "signer": signer.hex(),
    }


def open_key_package(inputs):
    key = kdf(field(inputs, "card"), "card stock key", b"", 32)
    padded = unseal(key, field(inputs, "stock"), field(inputs, "sealed"))
    return {"key_package": unpad(padded).hex()}


# 3. Contact links


def checked_origin(origin):
    scheme, separator, authority = origin.partition("://")
    require(separator and scheme in ("ws", "wss"), "other-scheme")
    match = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?", authority)
    require(match)
    host, port = match.groups()
    require(port is None or int(port) < 65536)
    require(host.startswith("[") or all(
        re.fullmatch("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in host.split(".")))
    require(scheme == "wss" or is_loopback(host), "insecure-origin")
    return origin


def is_loopback(host):
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    return address.is_loopback


def link_checksum(origin, payload):
    return h("contact link", origin.encode() + payload)[:4]


def write_link(inputs):
    origin = checked_origin(inputs["origin"])
    payload = b"\1" + field(inputs, "relay") + field(inputs, "card")
    text = base64url(payload + link_checksum(origin, payload))
    return {"link": f"sotto:{origin}#{text}"}


def read_link(inputs):
    link = inputs["link"].replace("\r", "").replace("\n", "").strip()
    scheme, separator, rest = link.partition(":")
    require(separator and scheme.lower() == "sotto", "other-scheme")
    require(rest.count("#") == 1)
    origin, text = rest.split("#")
    origin = checked_origin(origin.lower())
    reader = Reader(from_base64url(text))
    require(reader.number(1) == 1, "unknown-version")
    relay, card = reader.fixed(32), reader.fixed(32)
    payload, checksum = reader.data[:reader.place], reader.fixed(4)
    reader.finish()
    require(checksum == link_checksum(origin, payload), "wrong-checksum")
    return {"origin": origin, "relay": relay.hex(), "card": card.hex()}


CARD = {
    "derive": derive, "open-record": open_record, "open-key-package": open_key_package,
    "write-link": write_link, "read-link": read_link,
}


# 4. Safety numbers


def half(account):
    data = h("safety number", account)[:30]
    return [f"{int.from_bytes(data[n:n + 5], 'big') % 100_000:05}" for n in range(0, 30, 5)]


def number(inputs):
    accounts = sorted(sized(field(inputs, name), 32) for name in ("one", "other"))
    return {"number": " ".join(half(accounts[0]) + half(accounts[1]))}


SAFETY_NUMBER = {"number": number}
