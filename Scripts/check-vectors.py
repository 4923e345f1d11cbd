#!/usr/bin/env python3
"""Checks Sotto's vectors with code that shares nothing with Sotto's, written from spec/ and RFCs.

Usage: check-vectors.py FOLDER

Our own layers are checked in full; of the formats of the MLS working group, in FOLDER/mls, what
takes no more than primitives. Prints each failing case, each file that is left out with the
reason, and "N passed, N failed"; exits 1 if any failed.
"""

import json
import re
import sys
from pathlib import Path

import vectors_content
import vectors_identity
import vectors_mls
import vectors_mls_messages
import vectors_mls_trees
import vectors_names
import vectors_relay
from vectors_base import Failure

OPERATIONS = {
    "card": vectors_identity.CARD,
    "device-log": vectors_identity.DEVICE_LOG,
    "recovery-code": vectors_identity.RECOVERY_CODE,
    "safety-number": vectors_identity.SAFETY_NUMBER,
    "user-name": vectors_names.USER_NAME,
    "content": vectors_content.CONTENT,
    "envelopes": vectors_content.ENVELOPES,
    "delivery-token": vectors_relay.DELIVERY_TOKEN,
    "lane": vectors_relay.LANE,
    "mailbox-sealing": vectors_relay.MAILBOX_SEALING,
    "relay-frames": vectors_relay.RELAY_FRAMES,
}

MLS = {
    "tree-math": vectors_mls.tree_math,
    "deserialization": vectors_mls.deserialization,
    "crypto-basics": vectors_mls.crypto_basics,
    "key-schedule": vectors_mls.key_schedule,
    "secret-tree": vectors_mls.secret_tree,
    "psk_secret": vectors_mls.psk_secret,
    "transcript-hashes": vectors_mls.transcript_hashes,
    "message-protection": vectors_mls_messages.message_protection,
    "welcome": vectors_mls_messages.welcome,
    "tree-operations": vectors_mls_trees.tree_operations,
    "tree-validation": vectors_mls_trees.tree_validation,
    "treekem": vectors_mls_trees.treekem,
}

MLS_LEFT_OUT = {
    "messages": "needs a decoder of every structure",
    "passive-client-welcome": "needs a whole member",
    "passive-client-handling-commit": "needs a whole member",
    "passive-client-random": "needs a whole member",
}


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def count(self, place, wrong):
        if wrong is None:
            self.passed += 1
        else:
            self.failed += 1
            print(f"{place}: {wrong}")


def check(case, operations):
    """What is wrong with the case, or nothing."""
    try:
        output = operations[case["operation"]](case["input"])
    except Failure as failure:
        if case.get("failure") == failure.kind:
            return None
        return f"fails with {failure.kind}, not with {case.get('failure', 'nothing')}"
    if "failure" in case:
        return f"does not fail with {case['failure']}"
    if output != case["output"]:
        names = output.keys() | case["output"].keys()
        return f"differs in {sorted(n for n in names if output.get(n) != case['output'].get(n))}"
    return None


def check_layers(folder, tally):
    files = sorted(folder.glob("*.json"))
    for path in files:
        document = json.loads(path.read_text())
        for case in document["cases"]:
            tally.count(
                f"{path.name}: {case['name']}", check(case, OPERATIONS[document["layer"]]))
    for layer in sorted(OPERATIONS.keys() - {path.stem for path in files}):
        tally.count(f"{layer}.json", "is missing")


def check_mls_case(case, operation):
    try:
        operation(case)
    except Failure as failure:
        return failure.kind
    return None


def check_mls(folder, tally):
    for name in sorted(MLS.keys() - {path.stem for path in folder.glob("*.json")}):
        tally.count(f"mls/{name}.json", "is missing")
    for path in sorted(folder.glob("*.json")):
        if path.stem in MLS_LEFT_OUT:
            print(f"mls/{path.name}: left out: {MLS_LEFT_OUT[path.stem]}")
            continue
        left_out = set()
        for number, case in enumerate(json.loads(path.read_text())):
            suite = case.get("cipher_suite")
            if suite is not None and suite not in vectors_mls.SUITES:
                left_out.add(suite)
                continue
            tally.count(
                f"mls/{path.name}: case {number}", check_mls_case(case, MLS[path.stem]))
        for suite in sorted(left_out):
            print(f"mls/{path.name}: left out: suite {suite:#06x} has other primitives")


def check_negative(folder, tally):
    """What a reader relies on; whether a refusal is right takes a whole member."""
    print("mls/negative: only their form is checked: refusing them needs a whole member")
    kinds = set(re.findall(r"`([a-z-]+)`", (folder.parent.parent / "README.md").read_text()))
    files = sorted(folder.glob("*.json"))
    if not files:
        tally.count("mls/negative", "is empty")
    for path in files:
        case, wrong = json.loads(path.read_text()), None
        if case["defect"] != path.stem:
            wrong = "is not called after its defect"
        elif case["failure"] not in kinds:
            wrong = f"README.md does not know {case['failure']}"
        elif any(case["good"].get(name) == value for name, value in case["bad"].items() if value):
            wrong = "the bad half is the good one"
        elif case["operation"] == "join" and "epoch_authenticator" not in case["good"]:
            wrong = "the good half does not say where it leads"
        tally.count(f"mls/negative/{path.name}", wrong)


def main():
    tally = Tally()
    folder = Path(sys.argv[1])
    check_layers(folder, tally)
    check_mls(folder / "mls", tally)
    check_negative(folder / "mls" / "negative", tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
