"""Ratchet trees of RFC 9420: hashes, resolutions, operations, and paths that all members open."""

from vectors_base import Reader, field, opaque, require, whole
from vectors_mls import SUITES, check_signature, check_signer, same


class Leaf:
    """A LeafNode: its bytes, and what the tree needs of it."""

    def __init__(self, reader):
        start = reader.place
        self.key, self.signature_key = reader.opaque(), reader.opaque()
        reader.fixed(2), reader.opaque()  # the credential
        for _ in range(5):  # the capabilities
            reader.opaque()
        self.source, self.parent_hash = reader.number(1), b""
        if self.source == 1:
            reader.fixed(16)  # the lifetime
        elif self.source == 3:
            self.parent_hash = reader.opaque()
        reader.opaque()  # the extensions
        self.signed = reader.data[start:reader.place]
        self.signature = reader.opaque()
        self.encoded = reader.data[start:reader.place]

    def check_signature(self, group, index):
        place = b"" if self.source == 1 else opaque(group) + index.to_bytes(4, "big")
        check_signature(self.signature_key, b"LeafNodeTBS", self.signed + place, self.signature)


class Parent:
    def __init__(self, key, parent_hash, unmerged=()):
        self.key, self.parent_hash, self.unmerged = key, parent_hash, list(unmerged)

    @classmethod
    def read(cls, reader):
        return cls(reader.opaque(), reader.opaque(), reader.vector(lambda list: list.number(4)))

    @property
    def encoded(self):
        leaves = b"".join(leaf.to_bytes(4, "big") for leaf in self.unmerged)
        return opaque(self.key) + opaque(self.parent_hash) + opaque(leaves)


def level(node):
    return ((node + 1) & -(node + 1)).bit_length() - 1


def children(node):
    step = 1 << level(node) - 1
    return node - step, node + step


class Tree:
    def __init__(self, suite, nodes):
        size = 1
        while 2 * size - 1 < len(nodes):
            size *= 2
        self.suite, self.nodes = suite, nodes + [None] * (2 * size - 1 - len(nodes))

    @classmethod
    def decoded(cls, suite, encoded):
        def node(reader):
            if not reader.flag():
                return None
            return Leaf(reader) if reader.number(1) == 1 else Parent.read(reader)
        nodes = whole(encoded, lambda reader: reader.vector(node))
        require(nodes[-1] is not None, "trailing blank")
        require(all(n is None or isinstance(n, Parent if i % 2 else Leaf)
                    for i, n in enumerate(nodes)), "kinds of nodes")
        return cls(suite, nodes)

    def copy(self):
        nodes = [Parent(n.key, n.parent_hash, n.unmerged) if isinstance(n, Parent) else n
                 for n in self.nodes]
        return Tree(self.suite, nodes)

    @property
    def encoded(self):
        last = max(i for i, node in enumerate(self.nodes) if node)
        return opaque(b"".join(self.optional(node, i) for i, node in enumerate(
            self.nodes[:last + 1])))

    @staticmethod
    def optional(node, index):
        return b"\0" if node is None else bytes([1, 2 if index % 2 else 1]) + node.encoded

    @property
    def leaves(self):
        return len(self.nodes) // 2 + 1

    @property
    def root(self):
        return self.leaves - 1

    def members(self):
        return [leaf for leaf in range(self.leaves) if self.nodes[2 * leaf]]

    def direct_path(self, leaf):
        """From the lowest node above a leaf to the root, each with its child beside the path."""
        path, node = [], self.root
        while node != 2 * leaf:
            left, right = children(node)
            on, off = (left, right) if 2 * leaf < node else (right, left)
            path.append((node, off))
            node = on
        return path[::-1]

    def filtered_path(self, leaf):
        return [(node, off) for node, off in self.direct_path(leaf) if self.resolution(off)]

    def resolution(self, node):
        if self.nodes[node]:
            return [node] + [2 * leaf for leaf in getattr(self.nodes[node], "unmerged", [])]
        if node % 2 == 0:
            return []
        left, right = children(node)
        return self.resolution(left) + self.resolution(right)

    def hash(self, node, without=()):
        """The tree hash, as if some leaves had never been there."""
        content = self.nodes[node]
        if node % 2 == 0:
            if node // 2 in without:
                content = None
            body = b"\1" + content.encoded if content else b"\0"
            return self.suite.hash(b"\1" + (node // 2).to_bytes(4, "big") + body)
        left, right = (opaque(self.hash(child, without)) for child in children(node))
        if content:
            kept = [leaf for leaf in content.unmerged if leaf not in without]
            content = Parent(content.key, content.parent_hash, kept)
        return self.suite.hash(
            b"\2" + (b"\1" + content.encoded if content else b"\0") + left + right)

    def parent_hash(self, node, sibling):
        parent = self.nodes[node]
        return self.suite.hash(opaque(parent.key) + opaque(parent.parent_hash)
                               + opaque(self.hash(sibling, parent.unmerged)))

    def check_parent_hashes(self):
        for node in range(1, len(self.nodes), 2):
            if not self.nodes[node]:
                continue
            later, bound = [2 * leaf for leaf in self.nodes[node].unmerged], 0
            left, right = children(node)
            for child, sibling in ((left, right), (right, left)):
                below = [n for n in self.resolution(child) if n not in later]
                bound += len(below) == 1 and (
                    self.nodes[below[0]].parent_hash == self.parent_hash(node, sibling))
            require(bound == 1, f"parent hash of {node}")

    # Operations

    def blank_path(self, leaf):
        for node, _ in self.direct_path(leaf):
            self.nodes[node] = None

    def add(self, content):
        free = next((leaf for leaf in range(self.leaves) if not self.nodes[2 * leaf]), None)
        if free is None:
            free = self.leaves
            self.nodes += [None] * (len(self.nodes) + 1)
        self.nodes[2 * free] = content
        for node, _ in self.direct_path(free):
            if self.nodes[node]:
                self.nodes[node].unmerged = sorted(self.nodes[node].unmerged + [free])

    def update(self, leaf, content):
        self.blank_path(leaf)
        self.nodes[2 * leaf] = content

    def remove(self, leaf):
        self.update(leaf, None)
        while self.leaves > 1 and not any(self.nodes[self.root + 1:]):
            self.nodes = self.nodes[:self.root]

    def set_path(self, leaf, keys, content):
        """New keys above a leaf, each bound to those above; returns what binds the leaf."""
        path = self.filtered_path(leaf)
        require(len(path) == len(keys), "length of the path")
        self.blank_path(leaf)
        binding = b""
        for (node, off), key in reversed(list(zip(path, keys))):
            self.nodes[node] = Parent(key, binding)
            binding = self.parent_hash(node, off)
        self.nodes[2 * leaf] = content
        return binding


# Files


def tree_validation(case):
    tree = Tree.decoded(SUITES[case["cipher_suite"]], field(case, "tree"))
    same("encoding", tree.encoded, field(case, "tree"))
    for node, (resolution, tree_hash) in enumerate(zip(case["resolutions"], case["tree_hashes"])):
        same(f"resolution of {node}", tree.resolution(node), resolution)
        same(f"hash of {node}", tree.hash(node), bytes.fromhex(tree_hash))
    tree.check_parent_hashes()
    for leaf in tree.members():
        tree.nodes[2 * leaf].check_signature(field(case, "group_id"), leaf)


def tree_operations(case):
    tree = Tree.decoded(SUITES[case["cipher_suite"]], field(case, "tree_before"))
    same("hash before", tree.hash(tree.root), field(case, "tree_hash_before"))
    reader = Reader(field(case, "proposal"))
    kind = reader.number(2)
    if kind == 1:
        reader.fixed(4), reader.opaque()  # version, suite and init key of the key package
        tree.add(Leaf(reader))
    elif kind == 2:
        tree.update(case["proposal_sender"], Leaf(reader))
    else:
        same("proposal", kind, 3)
        tree.remove(reader.number(4))
    same("tree after", tree.encoded, field(case, "tree_after"))
    same("hash after", tree.hash(tree.root), field(case, "tree_hash_after"))


def node_key(suite, path_secret):
    return suite.derived_private_key(suite.derive_secret(path_secret, b"node"))


def treekem(case):
    suite = SUITES[case["cipher_suite"]]
    tree = Tree.decoded(suite, field(case, "ratchet_tree"))
    members = {}
    for entry in case["leaves_private"]:
        keys = {2 * entry["index"]: field(entry, "encryption_priv")}
        for known in entry["path_secrets"]:
            keys[known["node"]] = node_key(suite, field(known, "path_secret"))
        for node, key in keys.items():
            same(f"key of {node}", suite.public_key(key), tree.nodes[node].key)
        leaf = tree.nodes[2 * entry["index"]]
        check_signer(field(entry, "signature_priv"), leaf.signature_key)
        members[entry["index"]] = keys
    same("members", sorted(members), tree.members())
    for update in case["update_paths"]:
        check_path(case, update, tree.copy(), members)


def check_path(case, update, tree, members):
    suite, sender = tree.suite, update["sender"]
    reader = Reader(field(update, "update_path"))
    leaf = Leaf(reader)
    nodes = reader.vector(lambda node: (
        node.opaque(), node.vector(lambda sealed: (sealed.opaque(), sealed.opaque()))))
    reader.finish()
    leaf.check_signature(field(case, "group_id"), sender)
    binding = tree.set_path(sender, [key for key, _ in nodes], leaf)
    same("parent hash of the leaf", leaf.parent_hash, binding)
    tree_hash = tree.hash(tree.root)
    same("tree hash", tree_hash, field(update, "tree_hash_after"))
    context = (b"\0\1" + suite.number.to_bytes(2, "big") + opaque(field(case, "group_id"))
               + case["epoch"].to_bytes(8, "big") + opaque(tree_hash)
               + opaque(field(case, "confirmed_transcript_hash")) + opaque(b""))
    path = tree.filtered_path(sender)
    for member, keys in members.items():
        if member == sender:
            continue
        above = {node for node, _ in tree.direct_path(member)}
        start = next(place for place, (node, _) in enumerate(path) if node in above)
        recipients = tree.resolution(path[start][1])
        same("ciphertexts", len(nodes[start][1]), len(recipients))
        place, key = next((i, keys[node]) for i, node in enumerate(recipients) if node in keys)
        secret = suite.decrypt_with_label(
            key, b"UpdatePathNode", context, *nodes[start][1][place])
        same("path secret", secret, bytes.fromhex(update["path_secrets"][member]))
        for public, _ in nodes[start:]:
            same("key of the path", suite.public_key(node_key(suite, secret)), public)
            secret = suite.derive_secret(secret, b"path")
        same("commit secret", secret, field(update, "commit_secret"))
