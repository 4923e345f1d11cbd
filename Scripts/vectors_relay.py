"""spec/relay.md in Python."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from vectors_base import (
    Failure, extract, field, h, is_signed, kdf, mac, opaque, require, unseal, whole)

TOKEN_KINDS = {1: "conversation", 2: "open", 3: "lastResort"}
KINDS = {1: "message", 2: "commit"}
FORMS = {0: "follows", 1: "opensLane", 2: "alternative"}


# 3. Delivery tokens


def read_label(reader):
    kind, generation = reader.choice(TOKEN_KINDS), reader.number(4)
    reader.fixed(11)
    return kind, generation


def admit(inputs):
    token = field(inputs, "token")
    (kind, generation), tag = whole(token, lambda r: (read_label(r), r.fixed(32)))
    own = inputs["generation"]
    context = field(inputs, "mailbox") + own.to_bytes(4, "big")
    secret = kdf(field(inputs, "master_key"), "delivery secret", context, 32)
    right = mac(secret, "delivery token", token[:16])
    require(generation == own and hmac.compare_digest(tag, right), "not-admitted")
    return {"kind": kind, "generation": generation}


def pin(inputs):
    token = field(inputs, "token")
    return {"pin": h("token pin", token).hex(),
            "lane": h("pinned lane", token + field(inputs, "lane")).hex()}


DELIVERY_TOKEN = {"admit": admit, "pin": pin}


# 4. Lanes


def start(inputs):
    content = field(inputs, "lane") + field(inputs, "relay_key") + field(inputs, "incarnation")
    return {"head": h("lane start", content).hex()}


def following(lane, incarnation, number, kind, next_token_hash, previous, envelope):
    content = (lane + incarnation + number.to_bytes(8, "big") + bytes([kind]) + next_token_hash
               + previous + h("lane envelope", envelope))
    return h("lane head", content)


def follow(inputs):
    number = inputs["previous_number"] + 1
    kind = next(n for n, name in KINDS.items() if name == inputs["kind"])
    head = following(
        field(inputs, "lane"), field(inputs, "incarnation"), number, kind,
        field(inputs, "next_token_hash"), field(inputs, "previous_head"),
        field(inputs, "envelope"))
    return {"number": number, "head": head.hex()}


def read_signed_head(reader):
    start = reader.place
    head = {
        "lane": reader.fixed(32).hex(), "incarnation": reader.fixed(16).hex(),
        "number": reader.number(8), "head": reader.fixed(32).hex(),
    }
    leaf = reader.data[start:reader.place]
    head |= {"time_ms": reader.number(8), "size": reader.number(4), "index": reader.number(4)}
    require(head["size"] <= 1024 and head["index"] < head["size"])
    path = reader.vector(lambda inner: inner.fixed(32))
    return head | {"signature": reader.fixed(64).hex()}, leaf, path


def root_from(index, size, node, path):
    """The root over `size` leaves of the tree of RFC 6962 section 2.1, or nothing."""
    if size == 1:
        return node if not path else None
    split = 1 << (size - 1).bit_length() - 1
    if not path:
        return None
    *below, sibling = path
    if index < split:
        left, right = root_from(index, split, node, below), sibling
    else:
        left, right = sibling, root_from(index - split, size - split, node, below)
    if left is None or right is None:
        return None
    return hashlib.sha256(b"\1" + left + right).digest()


def check_head(signed, relay_key):
    head, leaf, path = signed
    node = hashlib.sha256(b"\0" + leaf).digest()
    root = root_from(head["index"], head["size"], node, path)
    require(root is not None, "bad-signature")
    batch = (bytes.fromhex(head["incarnation"]) + head["time_ms"].to_bytes(8, "big")
             + head["size"].to_bytes(4, "big") + root)
    signature = bytes.fromhex(head["signature"])
    require(is_signed(relay_key, signature, "head batch", batch), "bad-signature")
    return {name: value for name, value in head.items() if name != "signature"}


def verify_head(inputs):
    signed = whole(field(inputs, "signed_head"), read_signed_head)
    return check_head(signed, field(inputs, "relay_key"))


def read_lane_entry(reader):
    signed = read_signed_head(reader)
    kind = reader.number(1)
    require(kind in KINDS)
    return signed, kind, reader.fixed(32), reader.fixed(32), reader.opaque(262_184)


def verify_entry(inputs):
    signed, kind, next_token_hash, previous, envelope = whole(
        field(inputs, "entry"), read_lane_entry)
    head = check_head(signed, field(inputs, "relay_key"))
    require(head["number"] > 0, "does-not-follow")
    right = following(
        bytes.fromhex(head["lane"]), bytes.fromhex(head["incarnation"]), head["number"], kind,
        next_token_hash, previous, envelope)
    require(right.hex() == head["head"], "does-not-follow")
    return head


def open_commit(inputs):
    place = field(inputs, "lane") + inputs["number"].to_bytes(8, "big")
    key = kdf(field(inputs, "lane_token"), "kept commit", place, 32)
    return {"envelope": unseal(key, place, field(inputs, "sealed")).hex()}


def read_link(reader):
    return {
        "kind": reader.choice(KINDS), "next_token_hash": reader.fixed(32).hex(),
        "envelope_hash": reader.fixed(32).hex(),
        "commit": reader.optional(lambda inner: inner.opaque(65_576).hex()),
    }


def read_fork_proof(reader):
    require(reader.fixed(17) == b"Sotto fork proof\1")
    return (reader.fixed(32), read_signed_head(reader), reader.fixed(32),
            reader.vector(read_link, 256 * 66), read_signed_head(reader))


def judge(inputs):
    relay_key, first, other, links, second = whole(field(inputs, "proof"), read_fork_proof)
    one, last = check_head(first, relay_key), check_head(second, relay_key)
    require((one["lane"], one["incarnation"]) == (last["lane"], last["incarnation"]), "other-lane")
    number, head = one["number"], other
    for link in links:
        number += 1
        kind = next(n for n, name in KINDS.items() if name == link["kind"])
        head = h("lane head", bytes.fromhex(one["lane"] + one["incarnation"])
                 + number.to_bytes(8, "big") + bytes([kind])
                 + bytes.fromhex(link["next_token_hash"]) + head
                 + bytes.fromhex(link["envelope_hash"]))
    require((number, head.hex()) == (last["number"], last["head"]), "does-not-follow")
    require(other.hex() != one["head"], "no-contradiction")
    return {"relay_key": relay_key.hex(), "lane": one["lane"], "number": one["number"],
            "one": one["head"], "other": other.hex()}


LANE = {
    "open-commit": open_commit, "judge": judge,
    "token-hash": lambda inputs: {"hash": h("lane token", field(inputs, "lane_token")).hex()},
    "start": start, "follow": follow, "verify-head": verify_head, "verify-entry": verify_entry,
}


# 3. Mailbox sealing


def read_mailbox_entry(reader):
    entry = {"previous": reader.number(8), "type": reader.choice(
        {1: "lane", 2: "welcome", 3: "gap"})}
    if entry["type"] == "gap":
        return entry | {"lane": reader.fixed(32).hex(), "number": reader.number(8)}
    if entry["type"] == "welcome":
        head, _, _ = read_signed_head(reader)
        return entry | {"head": head, "envelope": reader.opaque(132_213).hex()}
    (head, _, _), kind, next_token_hash, previous, envelope = read_lane_entry(reader)
    return entry | {
        "head": head, "kind": KINDS[kind], "next_token_hash": next_token_hash.hex(),
        "previous_head": previous.hex(), "envelope": envelope.hex(),
    }


def unseal_delivery(inputs, sequence):
    sealed, mailbox = field(inputs, "sealed"), field(inputs, "mailbox")
    private = X25519PrivateKey.from_private_bytes(field(inputs, "sealing_private_key"))
    public = private.public_key().public_bytes_raw()
    require(len(sealed) > 32, "not-opened")
    ephemeral, rest = sealed[:32], sealed[32:]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    except ValueError:
        raise Failure("not-opened") from None
    key = kdf(extract(b"", shared), "mailbox sealing", ephemeral + public + mailbox, 32)
    return unseal(key, mailbox + sequence.to_bytes(8, "big"), rest)


def open_delivery(inputs):
    return whole(unseal_delivery(inputs, inputs["sequence"]), read_mailbox_entry)


def open_ephemeral(inputs):
    return whole(unseal_delivery(inputs, 0), lambda reader: {
        "lane": reader.fixed(32).hex(), "envelope": reader.opaque(1_064).hex()})


MAILBOX_SEALING = {"open": open_delivery, "open-ephemeral": open_ephemeral}


# 2. Frames

REQUESTS = {
    1: "ping", 16: "register", 17: "authenticate", 18: "mint", 19: "subscribe", 20: "credit",
    21: "ack", 22: "deny", 23: "newGeneration", 24: "setOpen", 27: "closeMailbox",
    28: "mintBlob",
    32: "post", 33: "putRecord", 34: "getRecord", 35: "putStock", 36: "takeStock",
    37: "countStock", 38: "ephemeral", 39: "links", 40: "removeRecord", 41: "removeStock",
    42: "evaluate",
}
REFUSALS = range(1, 13)


def read_extensions(reader):
    extensions = reader.vector(
        lambda inner: {"type": inner.number(2), "data": inner.opaque().hex()})
    require(len({e["type"] for e in extensions}) == len(extensions))
    return extensions


def read_recipient(reader):
    mailbox, start = reader.fixed(16).hex(), reader.place
    read_label(reader)
    reader.fixed(32)
    return {"mailbox": mailbox, "token": reader.data[start:reader.place].hex()}


def all_differ(recipients):
    return len({recipient["mailbox"] for recipient in recipients}) == len(recipients)


def read_post(reader):
    start = reader.place
    post = {
        "post_id": reader.fixed(16).hex(), "lane": reader.fixed(32).hex(),
        "lane_token": reader.fixed(32).hex(), "kind": reader.choice(KINDS),
    }
    if post["kind"] == "commit":
        post["form"] = reader.choice(FORMS)
        post["next_token_hash"] = reader.fixed(32).hex()
        post["welcomes"] = reader.vector(
            lambda inner: {**read_recipient(inner), "envelope": inner.opaque(132_213).hex()})
        require(len(post["welcomes"]) <= 16, "over-limit")
        require(all_differ(post["welcomes"]))
    post["envelope"] = reader.opaque(262_184).hex()
    post["recipients"] = reader.vector(read_recipient, 1024 * 64)
    require(all_differ(post["recipients"]))
    post["body_hash"] = h("post body", reader.data[start:reader.place]).hex()
    return post


def read_stored(reader):
    return {"version": reader.number(8), "sealed": reader.opaque(65_576).hex()}


def read_put_stock(reader):
    put = {
        "locator": reader.fixed(32).hex(), "write_key": reader.fixed(32).hex(),
        "version": reader.number(8),
        "packages": reader.vector(lambda inner: inner.opaque(16_424).hex()),
    }
    require(len(put["packages"]) <= 32, "over-limit")
    put["last_resort"] = reader.optional(lambda inner: inner.opaque(16_424).hex())
    return put | {"signature": reader.fixed(64).hex()}


def read_ephemeral(reader):
    ephemeral = {
        "lane": reader.fixed(32).hex(), "lane_token": reader.fixed(32).hex(),
        "envelope": reader.opaque(1_064).hex(),
        "recipients": reader.vector(read_recipient, 1024 * 64),
    }
    require(all_differ(ephemeral["recipients"]))
    return ephemeral


def read_mint(reader):
    kind, count = reader.choice(TOKEN_KINDS), reader.number(2)
    require(1 <= count <= 256)
    return {"kind": kind, "count": count}


def read_mint_blob(reader):
    count = reader.number(8)
    require(1 <= count <= (4 << 30) + (256 << 20))
    return {"bytes": count}


def read_one_label(reader):
    start = reader.place
    read_label(reader)
    return reader.data[start:reader.place].hex()


def read_removal(reader):
    return {
        "locator": reader.fixed(32).hex(), "write_key": reader.fixed(32).hex(),
        "version": reader.number(8), "signature": reader.fixed(64).hex(),
    }


READ_REQUEST = {
    "ping": lambda r: {},
    "register": lambda r: {
        "mailbox": r.fixed(16).hex(), "mailbox_key": r.fixed(32).hex(),
        "sealing_key": r.fixed(32).hex(), "extensions": read_extensions(r),
        "signature": r.fixed(64).hex()},
    "authenticate": lambda r: {"mailbox": r.fixed(16).hex(), "signature": r.fixed(64).hex()},
    "mint": read_mint,
    "subscribe": lambda r: {"credit": r.number(4)},
    "credit": lambda r: {"credit": r.number(4)},
    "ack": lambda r: {"sequence": r.number(8)},
    "deny": lambda r: {"labels": r.vector(read_one_label, 128 * 16)},
    "newGeneration": lambda r: {"generation": r.number(4)},
    "setOpen": lambda r: {"open": r.flag()},
    "mintBlob": read_mint_blob,
    "post": read_post,
    "putRecord": lambda r: {
        "locator": r.fixed(32).hex(), "write_key": r.fixed(32).hex(), **read_stored(r),
        "signature": r.fixed(64).hex()},
    "putStock": read_put_stock,
    "getRecord": lambda r: {"locator": r.fixed(32).hex()},
    "takeStock": lambda r: {"locator": r.fixed(32).hex()},
    "countStock": lambda r: {"locator": r.fixed(32).hex()},
    "ephemeral": read_ephemeral,
    "links": lambda r: {
        "lane": r.fixed(32).hex(), "lane_token": r.fixed(32).hex(), "from": r.number(8),
        "to": r.number(8)},
    "closeMailbox": lambda r: {},
    "removeRecord": read_removal,
    "removeStock": read_removal,
    "evaluate": lambda r: {"element": r.fixed(32).hex()},
}


def read_client_frame(reader):
    if reader.choice({1: "hello", 2: "request"}) == "hello":
        return {
            "type": "hello", "versions": reader.vector(lambda inner: inner.number(2)),
            "client_nonce": reader.fixed(32).hex(), "extensions": read_extensions(reader),
        }
    frame = {"type": "request", "id": reader.number(4), "request": reader.choice(REQUESTS)}
    return frame | READ_REQUEST[frame["request"]](reader)


def read_token(reader):
    start = reader.place
    read_label(reader)
    reader.fixed(32)
    return reader.data[start:reader.place].hex()


def read_links(reader):
    links = {
        "first": reader.number(8), "previous": reader.fixed(32).hex(),
        "links": reader.vector(read_link),
    }
    require(len(links["links"]) <= 256, "over-limit")
    return links | {"head": read_signed_head(reader)[0]}


def read_owned(reader):
    return {"acked": reader.number(8), "newest": reader.number(8)}


def nothing(_):
    return {}


READ_ANSWER = {
    **{name: nothing for name in (
        "ping", "subscribe", "credit", "ack", "deny", "newGeneration", "setOpen", "closeMailbox",
        "putRecord", "putStock", "ephemeral", "removeRecord", "removeStock")},
    "register": read_owned,
    "authenticate": read_owned,
    "mint": lambda r: {"tokens": r.vector(read_token)},
    "mintBlob": lambda r: {"token": r.fixed(60).hex()},
    "post": lambda r: {
        "head": read_signed_head(r)[0],
        "statuses": r.vector(
            lambda inner: inner.choice({1: "stored", 2: "full", 3: "refused"}))},
    "getRecord": read_stored,
    "evaluate": lambda r: {"element": r.fixed(32).hex()},
    "takeStock": lambda r: {"package": r.opaque(16_424).hex(), "last_resort": r.flag()},
    "links": read_links,
    "countStock": lambda r: {
        "version": r.number(8), "count": r.number(4), "has_last_resort": r.flag()},
}


def read_response(reader):
    response = {"type": "response", "id": reader.number(4)}
    if not reader.flag():
        answer = reader.choice(REQUESTS)
        return response | {"answer": answer} | READ_ANSWER[answer](reader)
    code, wait, text = reader.number(2), reader.number(4), reader.opaque()
    require(code in REFUSALS)
    try:
        return response | {"code": code, "retry_after_ms": wait, "text": text.decode()}
    except UnicodeDecodeError:
        raise Failure("malformed") from None


def read_relay_hello(reader):
    return {
        "type": "hello", "version": reader.number(2), "relay_key": reader.fixed(32).hex(),
        "relay_nonce": reader.fixed(32).hex(), "incarnation": reader.fixed(16).hex(),
        "frame_bytes_max": reader.number(4), "requests_in_flight_max": reader.number(4),
        "extensions": read_extensions(reader), "signature": reader.fixed(64).hex(),
    }


READ_RELAY_FRAME = {
    1: read_relay_hello,
    2: read_response,
    3: lambda r: {"type": "delivery", "sequence": r.number(8), "sealed": r.opaque().hex()},
    5: lambda r: {"type": "ephemeral", "sealed": r.opaque(1_704).hex()},
    4: lambda r: {"type": "notice", "notice": r.choice({1: "superseded", 2: "draining"})},
}


def read_relay_frame(reader):
    return reader.choice(READ_RELAY_FRAME)(reader)


def verify_hello(inputs):
    frame = field(inputs, "frame")
    hello = whole(frame, read_relay_frame)
    relay_key = bytes.fromhex(hello["relay_key"])
    require(h("relay id", relay_key).hex() == inputs["relay_id"], "wrong-relay")
    require(hello["version"] == 1, "unknown-version")
    content = field(inputs, "client_nonce") + frame[1:-64]
    require(is_signed(relay_key, frame[-64:], "relay hello", content), "bad-signature")
    return hello


def verify_request(inputs):
    frame = field(inputs, "frame")
    request = whole(frame, read_client_frame)
    relay_key = field(inputs, "relay_key")
    connection = relay_key + field(inputs, "relay_nonce") + field(inputs, "client_nonce")

    def of(*names):
        return b"".join(bytes.fromhex(request[name]) for name in names)

    if request["request"] == "register":
        key, label = of("mailbox_key"), "register"
        extensions = b"".join(
            e["type"].to_bytes(2, "big") + opaque(bytes.fromhex(e["data"]))
            for e in request["extensions"])
        content = connection + of("mailbox", "sealing_key") + opaque(extensions)
    elif request["request"] == "authenticate":
        key, label = field(inputs, "mailbox_key"), "authenticate"
        content = connection + of("mailbox")
    elif request["request"] == "putRecord":
        key, label = of("write_key"), "put record"
        content = (relay_key + of("locator") + request["version"].to_bytes(8, "big")
                   + h("record body", of("sealed")))
    elif request["request"] in ("removeRecord", "removeStock"):
        key, kind = of("write_key"), request["request"].removeprefix("remove").lower()
        label = "remove " + kind
        content = relay_key + of("locator") + request["version"].to_bytes(8, "big")
    else:
        key, label = of("write_key"), "put stock"
        packages = b"".join(opaque(bytes.fromhex(p)) for p in request["packages"])
        last = request["last_resort"]
        body = opaque(packages) + (b"\1" + opaque(bytes.fromhex(last)) if last else b"\0")
        content = (relay_key + of("locator") + request["version"].to_bytes(8, "big")
                   + h("stock body", body))
    require(is_signed(key, frame[-64:], label, content), "bad-signature")
    for extension in request.get("extensions", []):
        if extension["type"] == 2:  # the vectors show 12 bits of work
            number = bytes.fromhex(extension["data"])
            work = h("registration work", connection + of("mailbox", "mailbox_key") + number)
            require(int.from_bytes(work, "big") >> (256 - 12) == 0, "no-work")
    return {"signature": "good"}


RELAY_FRAMES = {
    "client-frame": lambda inputs: whole(field(inputs, "frame"), read_client_frame),
    "relay-frame": lambda inputs: whole(field(inputs, "frame"), read_relay_frame),
    "verify-hello": verify_hello,
    "verify-request": verify_request,
}
