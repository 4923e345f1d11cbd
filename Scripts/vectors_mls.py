"""RFC 9420 in Python, as far as the formats of the MLS working group can be checked cheaply.

Each check raises `Failure` or returns; suites are those of X25519 or its hybrid with
Ed25519.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

import hybrid_hpke
from vectors_base import Failure, Reader, field, opaque, require

CLASSICAL = 0x0020


class Suite:
    """A cipher suite: its primitives and the labelled functions over them."""

    def __init__(self, number, kem, kdf, aead):
        self.number, self.kem, self.kdf, self.aead = number, kem, kdf, aead
        self.digest = hybrid_hpke.KDFS[kdf]
        self.length = hashlib.new(self.digest).digest_size
        self.cipher, self.key_length = hybrid_hpke.AEADS[aead]

    def hash(self, data):
        return hashlib.new(self.digest, data).digest()

    def mac(self, key, data):
        return hmac.digest(key, data, self.digest)

    def extract(self, salt, material):
        return self.mac(salt, material)

    def expand_with_label(self, secret, label, context, length):
        info = length.to_bytes(2, "big") + with_label(label, context)
        output, block, count = b"", b"", 0
        while len(output) < length:
            count += 1
            block = self.mac(secret, block + info + bytes([count]))
            output += block
        return output[:length]

    def derive_secret(self, secret, label):
        return self.expand_with_label(secret, label, b"", self.length)

    def derive_tree_secret(self, secret, label, generation, length):
        return self.expand_with_label(secret, label, generation.to_bytes(4, "big"), length)

    def ref_hash(self, label, value):
        return self.hash(opaque(label) + opaque(value))

    def open(self, key, nonce, sealed, aad):
        return unseal(self.cipher(key), nonce, sealed, aad)

    def public_key(self, private):
        if self.kem == CLASSICAL:
            return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
        return hybrid_hpke.KeyPair(private).public

    def derived_private_key(self, ikm):
        """KEM.DeriveKeyPair."""
        if self.kem != CLASSICAL:
            return hybrid_hpke.KeyPair.derive(ikm, self.kem).seed
        kem = b"KEM" + CLASSICAL.to_bytes(2, "big")
        prk = hybrid_hpke.labelled_extract(kem, b"", b"dkp_prk", ikm)
        return hybrid_hpke.labelled_expand(kem, prk, b"sk", b"", 32)

    def decapsulated(self, private, enc):
        if self.kem != CLASSICAL:
            return hybrid_hpke.KeyPair(private).decapsulate(enc)
        kem = b"KEM" + CLASSICAL.to_bytes(2, "big")
        shared = X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(enc))
        prk = hybrid_hpke.labelled_extract(kem, b"", b"eae_prk", shared)
        context = enc + self.public_key(private)
        return hybrid_hpke.labelled_expand(kem, prk, b"shared_secret", context, 32)

    def decrypt_with_label(self, private, label, context, enc, sealed):
        cipher, nonce = hybrid_hpke.schedule(
            self.decapsulated(private, enc), with_label(label, context), self.aead, self.kem,
            self.kdf)
        return unseal(cipher, nonce, sealed, b"")


SUITES = {suite.number: suite for suite in (
    Suite(0x0001, CLASSICAL, 1, 1), Suite(0x0003, CLASSICAL, 1, 3),
    Suite(0x004F, hybrid_hpke.MLKEM768_X25519, 1, 1),
    Suite(0x004E, hybrid_hpke.MLKEM768_X25519, 2, 2),
    Suite(0xF057, hybrid_hpke.XWING, 1, 3),
)}


def same(what, ours, theirs):
    require(ours == theirs, f"{what} differs")


def with_label(label, content):
    return opaque(b"MLS 1.0 " + label) + opaque(content)


def check_signature(key, label, content, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, with_label(label, content))
    except (InvalidSignature, ValueError):
        raise Failure(f"signature of {label.decode()}") from None


def check_signer(seed, public):
    signer = Ed25519PrivateKey.from_private_bytes(seed)
    same("signature key", signer.public_key().public_bytes_raw(), public)


def unseal(cipher, nonce, sealed, aad):
    try:
        return cipher.decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise Failure("does not open") from None


# Files


def tree_math(case):
    leaves = case["n_leaves"]
    count = 2 * leaves - 1
    rows = {name: [None] * count for name in ("left", "right", "parent", "sibling")}

    def place(first, size):
        """Places the subtree over `size` leaves from `first` on; returns its root."""
        if size == 1:
            return 2 * first
        left, right = place(first, size // 2), place(first + size // 2, size // 2)
        root = 2 * first + size - 1
        rows["left"][root], rows["right"][root] = left, right
        for child, other in ((left, right), (right, left)):
            rows["parent"][child], rows["sibling"][child] = root, other
        return root

    same("root", place(0, leaves), case["root"])
    same("n_nodes", count, case["n_nodes"])
    for name, row in rows.items():
        same(name, row, case[name])


def deserialization(case):
    header = field(case, "vlbytes_header")
    reader = Reader(header)
    same("length", reader.length(), case["length"])
    reader.finish()


def crypto_basics(case):
    suite = SUITES[case["cipher_suite"]]
    part = case["ref_hash"]
    same("ref_hash", suite.ref_hash(part["label"].encode(), field(part, "value")), field(part, "out"))
    part = case["expand_with_label"]
    expanded = suite.expand_with_label(
        field(part, "secret"), part["label"].encode(), field(part, "context"), part["length"])
    same("expand_with_label", expanded, field(part, "out"))
    part = case["derive_secret"]
    same("derive_secret", suite.derive_secret(field(part, "secret"), part["label"].encode()),
         field(part, "out"))
    part = case["derive_tree_secret"]
    derived = suite.derive_tree_secret(
        field(part, "secret"), part["label"].encode(), part["generation"], part["length"])
    same("derive_tree_secret", derived, field(part, "out"))

    part = case["sign_with_label"]
    check_signer(field(part, "priv"), field(part, "pub"))
    key = Ed25519PrivateKey.from_private_bytes(field(part, "priv"))
    signed = with_label(part["label"].encode(), field(part, "content"))
    same("sign_with_label, signature", key.sign(signed), field(part, "signature"))

    part = case["encrypt_with_label"]
    same("encrypt_with_label, pub", suite.public_key(field(part, "priv")), field(part, "pub"))
    opened = suite.decrypt_with_label(
        field(part, "priv"), part["label"].encode(), field(part, "context"),
        field(part, "kem_output"), field(part, "ciphertext"))
    same("encrypt_with_label, plaintext", opened, field(part, "plaintext"))


def group_context(suite, group, epoch, tree_hash, transcript_hash):
    return (b"\0\1" + suite.number.to_bytes(2, "big") + opaque(group) + epoch.to_bytes(8, "big")
            + opaque(tree_hash) + opaque(transcript_hash) + opaque(b""))


EPOCH_SECRETS = {
    "sender_data_secret": b"sender data", "encryption_secret": b"encryption",
    "exporter_secret": b"exporter", "external_secret": b"external",
    "confirmation_key": b"confirm", "membership_key": b"membership",
    "resumption_psk": b"resumption", "epoch_authenticator": b"authentication",
    "init_secret": b"init",
}


def key_schedule(case):
    suite, init = SUITES[case["cipher_suite"]], field(case, "initial_init_secret")
    for number, epoch in enumerate(case["epochs"]):
        context = group_context(
            suite, field(case, "group_id"), number, field(epoch, "tree_hash"),
            field(epoch, "confirmed_transcript_hash"))
        same("group_context", context, field(epoch, "group_context"))
        joiner = suite.expand_with_label(
            suite.extract(init, field(epoch, "commit_secret")), b"joiner", context, suite.length)
        same("joiner_secret", joiner, field(epoch, "joiner_secret"))
        member = suite.extract(joiner, field(epoch, "psk_secret"))
        same("welcome_secret", suite.derive_secret(member, b"welcome"), field(epoch, "welcome_secret"))
        secret = suite.expand_with_label(member, b"epoch", context, suite.length)
        for name, label in EPOCH_SECRETS.items():
            same(name, suite.derive_secret(secret, label), field(epoch, name))
        external = suite.derived_private_key(field(epoch, "external_secret"))
        same("external_pub", suite.public_key(external), field(epoch, "external_pub"))
        part = epoch["exporter"]
        exported = suite.expand_with_label(
            suite.derive_secret(field(epoch, "exporter_secret"), part["label"].encode()),
            b"exported", suite.hash(field(part, "context")), part["length"])
        same("exporter", exported, field(part, "secret"))
        init = field(epoch, "init_secret")


def sender_data_keys(suite, secret, ciphertext):
    sample = ciphertext[:suite.length]
    return (suite.expand_with_label(secret, b"key", sample, suite.key_length),
            suite.expand_with_label(secret, b"nonce", sample, 12))


def leaf_secret(suite, encryption_secret, leaf, leaves):
    """Down the secret tree, from the root to one of `leaves` leaves."""
    secret, first, size = encryption_secret, 0, leaves
    while size > 1:
        size //= 2
        side = b"left" if leaf < first + size else b"right"
        first += 0 if side == b"left" else size
        secret = suite.expand_with_label(secret, b"tree", side, suite.length)
    return secret


def message_key(suite, secret, kind, generation):
    ratchet = suite.expand_with_label(secret, kind, b"", suite.length)
    for step in range(generation):
        ratchet = suite.derive_tree_secret(ratchet, b"secret", step, suite.length)
    return (suite.derive_tree_secret(ratchet, b"key", generation, suite.key_length),
            suite.derive_tree_secret(ratchet, b"nonce", generation, 12))


def secret_tree(case):
    suite, part = SUITES[case["cipher_suite"]], case["sender_data"]
    same("sender_data",
         sender_data_keys(suite, field(part, "sender_data_secret"), field(part, "ciphertext")),
         (field(part, "key"), field(part, "nonce")))
    for leaf, steps in enumerate(case["leaves"]):
        secret = leaf_secret(suite, field(case, "encryption_secret"), leaf, len(case["leaves"]))
        for step in steps:
            for kind in ("application", "handshake"):
                same(f"{kind} of leaf {leaf}",
                     message_key(suite, secret, kind.encode(), step["generation"]),
                     (field(step, f"{kind}_key"), field(step, f"{kind}_nonce")))


def psk_secret(case):
    suite = SUITES[case["cipher_suite"]]
    secret, count = bytes(suite.length), len(case["psks"])
    for index, psk in enumerate(case["psks"]):
        label = (b"\1" + opaque(field(psk, "psk_id")) + opaque(field(psk, "psk_nonce"))
                 + index.to_bytes(2, "big") + count.to_bytes(2, "big"))
        derived = suite.expand_with_label(
            suite.extract(bytes(suite.length), field(psk, "psk")), b"derived psk", label, suite.length)
        secret = suite.extract(derived, secret)
    same("psk_secret", secret, field(case, "psk_secret"))


def transcript_hashes(case):
    suite = SUITES[case["cipher_suite"]]
    commit = field(case, "authenticated_content")
    # The confirmation tag is the last thing in it.
    content, tag = commit[:-1 - suite.length], commit[-1 - suite.length:]
    same("length of the tag", tag[0], suite.length)
    confirmed = suite.hash(field(case, "interim_transcript_hash_before") + content)
    same("confirmed", confirmed, field(case, "confirmed_transcript_hash_after"))
    same("interim", suite.hash(confirmed + tag), field(case, "interim_transcript_hash_after"))
    same("tag", suite.mac(field(case, "confirmation_key"), confirmed), tag[1:])
