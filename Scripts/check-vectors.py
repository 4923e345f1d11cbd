#!/usr/bin/env python3
"""Checks Sotto's vectors with code that shares nothing with Sotto's, written from spec/ alone.

Usage: check-vectors.py FOLDER

Prints each failing case and "N passed, N failed"; exits 1 if any failed.
"""

import json
import sys
from pathlib import Path

import vectors_content
import vectors_identity
import vectors_relay
from vectors_base import Failure

OPERATIONS = {
    "card": vectors_identity.CARD,
    "device-log": vectors_identity.DEVICE_LOG,
    "recovery-code": vectors_identity.RECOVERY_CODE,
    "safety-number": vectors_identity.SAFETY_NUMBER,
    "content": vectors_content.CONTENT,
    "envelopes": vectors_content.ENVELOPES,
    "delivery-token": vectors_relay.DELIVERY_TOKEN,
    "lane": vectors_relay.LANE,
    "mailbox-sealing": vectors_relay.MAILBOX_SEALING,
    "relay-frames": vectors_relay.RELAY_FRAMES,
}


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


def main():
    passed = failed = 0
    files = sorted(Path(sys.argv[1]).glob("*.json"))
    for path in files:
        document = json.loads(path.read_text())
        for case in document["cases"]:
            wrong = check(case, OPERATIONS[document["layer"]])
            if wrong is None:
                passed += 1
            else:
                failed += 1
                print(f"{path.name}: {case['name']}: {wrong}")
    missing = OPERATIONS.keys() - {path.stem for path in files}
    for layer in sorted(missing):
        failed += 1
        print(f"{layer}.json is missing")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
