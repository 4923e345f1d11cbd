"""Messages and invitations of RFC 9420, opened with nothing but primitives."""

from vectors_base import Reader, field, opaque, require
from vectors_mls import (
    SUITES, check_signature, check_signer, group_context, leaf_secret, message_key, same, sender_data_keys)

CONTENT_TYPES = {"application": 1, "proposal": 2, "commit": 3}


def message_protection(case):
    suite = SUITES[case["cipher_suite"]]
    context = group_context(
        suite, field(case, "group_id"), case["epoch"], field(case, "tree_hash"),
        field(case, "confirmed_transcript_hash"))
    check_signer(field(case, "signature_priv"), field(case, "signature_pub"))
    for kind in ("proposal", "commit"):
        public_message(case, kind, context)
    for kind in ("proposal", "commit", "application"):
        private_message(case, kind, context)


def content_of(case, kind):
    content = field(case, kind)
    return opaque(content) if kind == "application" else content


def check_content(case, kind, wire_format, context, sender, authenticated, signature):
    """The signature over what a member said; returns what was signed."""
    content = (opaque(field(case, "group_id")) + case["epoch"].to_bytes(8, "big") + b"\1"
               + sender + opaque(authenticated) + bytes([CONTENT_TYPES[kind]])
               + content_of(case, kind))
    signed = b"\0\1" + wire_format + content + context
    check_signature(field(case, "signature_pub"), b"FramedContentTBS", signed, signature)
    return signed


def public_message(case, kind, context):
    suite = SUITES[case["cipher_suite"]]
    reader = Reader(field(case, f"{kind}_pub"))
    same("version and wire format", reader.fixed(4), b"\0\1\0\1")
    same("group_id", reader.opaque(), field(case, "group_id"))
    same("epoch", reader.number(8), case["epoch"])
    same("sender", reader.fixed(1), b"\1")
    sender, authenticated = reader.fixed(4), reader.opaque()
    same("content type", reader.number(1), CONTENT_TYPES[kind])
    content = content_of(case, kind)
    same(kind, reader.fixed(len(content)), content)
    signature = reader.opaque()
    tag = opaque(reader.opaque()) if kind == "commit" else b""
    membership = reader.opaque()
    reader.finish()
    signed = check_content(case, kind, b"\0\1", context, sender, authenticated, signature)
    same("membership tag",
         suite.mac(field(case, "membership_key"), signed + opaque(signature) + tag),
         membership)


def private_message(case, kind, context):
    suite, number = SUITES[case["cipher_suite"]], bytes([CONTENT_TYPES[kind]])
    reader = Reader(field(case, f"{kind}_priv"))
    same("version and wire format", reader.fixed(4), b"\0\1\0\2")
    place = opaque(reader.opaque()) + reader.fixed(8) + reader.fixed(1)
    same("place", place, opaque(field(case, "group_id")) + case["epoch"].to_bytes(8, "big") + number)
    authenticated, sealed_sender, sealed = reader.opaque(), reader.opaque(), reader.opaque()
    reader.finish()

    key, nonce = sender_data_keys(suite, field(case, "sender_data_secret"), sealed)
    sender = Reader(suite.open(key, nonce, sealed_sender, place))
    leaf, generation, guard = sender.fixed(4), sender.number(4), sender.fixed(4)
    sender.finish()
    ratchet = b"application" if kind == "application" else b"handshake"
    secret = leaf_secret(suite, field(case, "encryption_secret"), int.from_bytes(leaf, "big"), 2)
    key, nonce = message_key(suite, secret, ratchet, generation)
    nonce = bytes(a ^ b for a, b in zip(nonce, guard)) + nonce[4:]
    plaintext = Reader(suite.open(key, nonce, sealed, place + opaque(authenticated)))
    content = content_of(case, kind)
    same(kind, plaintext.fixed(len(content)), content)
    signature = plaintext.opaque()
    if kind == "commit":
        plaintext.opaque()
    require(not any(plaintext.data[plaintext.place:]), "padding")
    check_content(case, kind, b"\0\2", context, leaf, authenticated, signature)


def welcome(case):
    suite = SUITES[case["cipher_suite"]]
    reader = Reader(field(case, "welcome"))
    same("header", reader.fixed(6), b"\0\1\0\3" + suite.number.to_bytes(2, "big"))
    entries = reader.vector(lambda entry: (entry.opaque(), entry.opaque(), entry.opaque()))
    sealed_info = reader.opaque()
    reader.finish()
    ours = suite.ref_hash(b"MLS 1.0 KeyPackage Reference", field(case, "key_package")[4:])
    entry = next((entry for entry in entries if entry[0] == ours), None)
    require(entry is not None, "the Welcome is for others")
    _, enc, sealed = entry
    secrets = Reader(suite.decrypt_with_label(
        field(case, "init_priv"), b"Welcome", sealed_info, enc, sealed))
    member = suite.extract(secrets.opaque(), bytes(suite.length))
    welcome_secret = suite.derive_secret(member, b"welcome")
    key = suite.expand_with_label(welcome_secret, b"key", b"", suite.key_length)
    nonce = suite.expand_with_label(welcome_secret, b"nonce", b"", 12)
    info = suite.open(key, nonce, sealed_info, b"")
    # An Ed25519 signature with its length is the last thing in it.
    same("length of the signature", info[-66:-64], b"\x40\x40")
    check_signature(field(case, "signer_pub"), b"GroupInfoTBS", info[:-66], info[-64:])

    reader = Reader(info)
    same("version and suite", reader.fixed(4), b"\0\1" + suite.number.to_bytes(2, "big"))
    reader.opaque(), reader.fixed(8), reader.opaque()
    confirmed = reader.opaque()
    reader.opaque()
    context = info[:reader.place]
    reader.opaque()
    epoch = suite.expand_with_label(member, b"epoch", context, suite.length)
    same("confirmation tag",
         suite.mac(suite.derive_secret(epoch, b"confirm"), confirmed), reader.opaque())
