#!/usr/bin/env python3
"""Holds a WebSocket server that echoes to RFC 6455, case by case as the Autobahn suite numbers them.

usage: websocket-conformance.py PORT. Sections 1 to 7, 9 and 10; compression (12, 13) is not offered.
Prints the cases that fail and how many passed; exits 1 if any fails. Needs nothing beside Python 3.
"""
import base64
import hashlib
import os
import socket
import struct
import sys

PORT = int(sys.argv[1])
TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
SECONDS = 20


class Closed(Exception):
    """The server has closed the connection."""


class Client:
    """One connection: frames out as they are said, frames in as they come."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", PORT), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16))
        self.socket.sendall(
            b"GET /v1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n\r\n")
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        proof = base64.b64encode(
            hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        if b" 101 " not in head.split(b"\r\n")[0] or proof not in head:
            raise AssertionError("the upgrade was refused")

    def more(self):
        try:
            data = self.socket.recv(1 << 18)
        except (ConnectionResetError, BrokenPipeError):
            data = b""
        if not data:
            raise Closed
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self.more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def send(self, opcode, payload=b"", fin=True, reserved=0, mask=True, chop=None):
        head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
        bit = 0x80 if mask else 0
        if len(payload) < 126:
            head += bytes([bit | len(payload)])
        elif len(payload) < 65_536:
            head += bytes([bit | 126]) + struct.pack(">H", len(payload))
        else:
            head += bytes([bit | 127]) + struct.pack(">Q", len(payload))
        if mask:
            key = os.urandom(4)
            head += key
            number = int.from_bytes(payload, "big")
            stream = int.from_bytes((key * (len(payload) // 4 + 1))[:len(payload)], "big")
            payload = (number ^ stream).to_bytes(len(payload), "big") if payload else b""
        data = head + payload
        try:
            for start in range(0, len(data), chop or len(data)):
                self.socket.sendall(data[start:start + (chop or len(data))])
        except (ConnectionResetError, BrokenPipeError):
            pass  # What the server said before it left is still read.

    def frame(self):
        first, second = self.take(2)
        if first & 0x70:
            raise AssertionError("a reserved bit")
        if second & 0x80:
            raise AssertionError("a masked frame")
        length = second & 0x7F
        if length == 126:
            length = struct.unpack(">H", self.take(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self.take(8))[0]
        opcode = first & 0x0F
        if opcode >= 8 and (length > 125 or not first & 0x80):
            raise AssertionError("a control frame that is long or in parts")
        return opcode, bool(first & 0x80), self.take(length)

    def message(self):
        """The next message, put together; control frames are messages."""
        opcode, fin, payload = self.frame()
        parts = [payload]
        while not fin:
            inner, fin, payload = self.frame()
            if inner != CONTINUATION:
                raise AssertionError("a message within a message")
            parts.append(payload)
        return opcode, b"".join(parts)

    def until_closed(self):
        """Everything up to the end; the code of the close frame, if there is one."""
        seen, code = [], None
        try:
            while True:
                opcode, payload = self.message()
                if opcode == CLOSE:
                    code = struct.unpack(">H", payload[:2])[0] if payload else 1005
                    payload[2:].decode("utf-8")
                else:
                    seen.append((opcode, payload))
        except Closed:
            return seen, code


def expect(found, wanted, what="answer"):
    if found != wanted:
        raise AssertionError(f"{what}: {str(found)[:80]}, not {str(wanted)[:80]}")


def echoes(*frames, answers=None):
    """Sends frames, expects messages, then a clean close."""
    def run():
        client = Client()
        for frame in frames:
            client.send(*frame[:2], **(frame[2] if len(frame) > 2 else {}))
        wanted = answers if answers is not None else [frame[:2] for frame in frames]
        for answer in wanted:
            expect(client.message(), tuple(answer))
        client.send(CLOSE, struct.pack(">H", 1000))
        seen, code = client.until_closed()
        expect(seen, [], "after the close")
        expect(code in (1000, 1005), True, f"close code {code}")
    return run


def fails(*frames, codes=(1002,), before=()):
    """Sends frames of which one is wrong: the connection must fail, and say why if anything."""
    def run():
        client = Client()
        for frame in frames:
            client.send(*frame[:2], **(frame[2] if len(frame) > 2 else {}))
        seen, code = client.until_closed()
        expect(list(before)[:len(seen)], seen, "before the failure")
        expect(code is None or code in codes, True, f"close code {code}")
    return run


def closes(payload, codes):
    """Sends a close frame, expects one back and the end of the connection."""
    def run():
        client = Client()
        client.send(CLOSE, payload)
        seen, code = client.until_closed()
        expect(seen, [], "after the close")
        expect(code in codes, True, f"close code {code}")
    return run


CASES = {}


def case(number, run):
    CASES[number] = run


# 1: sizes of messages. 1.1 text, 1.2 binary; the last of each in small pieces on the wire.
for section, (opcode, fill) in {1: (TEXT, b"*"), 2: (BINARY, b"\xfe")}.items():
    for index, size in enumerate([0, 125, 126, 127, 128, 65_535, 65_536], 1):
        case(f"1.{section}.{index}", echoes((opcode, fill * size)))
    case(f"1.{section}.8", echoes((opcode, fill * 65_536, {"chop": 997})))

# 2: pings and pongs.
case("2.1", echoes((PING, b""), answers=[(PONG, b"")]))
case("2.2", echoes((PING, b"Hello, world!"), answers=[(PONG, b"Hello, world!")]))
case("2.3", echoes((PING, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"),
                   answers=[(PONG, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff")]))
case("2.4", echoes((PING, b"\xfe" * 125), answers=[(PONG, b"\xfe" * 125)]))
case("2.5", fails((PING, b"\xfe" * 126), codes=(1002, 1009)))
case("2.6", echoes((PING, b"\xfe" * 125, {"chop": 1}), answers=[(PONG, b"\xfe" * 125)]))
case("2.7", echoes((PONG, b""), answers=[]))
case("2.8", echoes((PONG, b"unsolicited"), answers=[]))
case("2.9", echoes((PONG, b"unsolicited"), (PING, b"ping"), answers=[(PONG, b"ping")]))
TEN = [(PING, f"payload-{n}".encode()) for n in range(10)]
case("2.10", echoes(*TEN, answers=[(PONG, payload) for _, payload in TEN]))
case("2.11", echoes(*[(o, p, {"chop": 1}) for o, p in TEN],
                    answers=[(PONG, payload) for _, payload in TEN]))

# 3: reserved bits.
for number, reserved in enumerate([1, 2, 3, 4, 5], 1):
    before = [] if number in (1, 5) else [(TEXT, b"Hello")]
    frames = [(TEXT, b"Hello")] * len(before) + [(TEXT, b"*", {"reserved": reserved}), (PING, b"")]
    case(f"3.{number}", fails(*frames, before=before))
case("3.6", fails((BINARY, b"\xff" * 8, {"reserved": 6})))
case("3.7", fails((PING, b"", {"reserved": 7})))
case("3.8", fails((TEXT, b"Hello", {"mask": False})))

# 4: opcodes that there are not.
for section, opcodes in {1: (3, 4, 5, 6, 7), 2: (11, 12, 13, 14, 15)}.items():
    for index, opcode in enumerate(opcodes, 1):
        before = [(TEXT, b"Hello")] if index > 2 else []
        payload = b"" if index % 2 else b"reserved"
        case(f"4.{section}.{index}",
             fails(*before, (opcode, payload), (PING, b""), before=before))

# 5: fragments.
PART, LAST = {"fin": False}, {}
case("5.1", fails((PING, b"fragment1", PART), (CONTINUATION, b"fragment2")))
case("5.2", fails((PONG, b"fragment1", PART), (CONTINUATION, b"fragment2")))
PARTS = ((TEXT, b"fragment1", PART), (CONTINUATION, b"fragment2"))
WHOLE = [(TEXT, b"fragment1fragment2")]
case("5.3", echoes(*PARTS, answers=WHOLE))
case("5.4", echoes(*[(o, p, dict(*k, chop=3) if k else {"chop": 3}) for o, p, *k in PARTS],
                   answers=WHOLE))
case("5.5", echoes(*[(o, p, dict(*k, chop=1) if k else {"chop": 1}) for o, p, *k in PARTS],
                   answers=WHOLE))
AMID = (PARTS[0], (PING, b"ping"), PARTS[1])
case("5.6", echoes(*AMID, answers=[(PONG, b"ping")] + WHOLE))
case("5.7", echoes(*[(o, p, dict(*k, chop=3) if k else {"chop": 3}) for o, p, *k in AMID],
                   answers=[(PONG, b"ping")] + WHOLE))
case("5.8", echoes(*[(o, p, dict(*k, chop=1) if k else {"chop": 1}) for o, p, *k in AMID],
                   answers=[(PONG, b"ping")] + WHOLE))
for number, fin in {9: True, 10: True, 11: True, 12: False, 13: False, 14: False}.items():
    chop = {0: None, 1: 3, 2: 1}[number % 3]
    case(f"5.{number}", fails((CONTINUATION, b"stray", {"fin": fin, "chop": chop}),
                              (TEXT, b"Hello, world!")))
case("5.15", fails(*PARTS, (CONTINUATION, b"stray", PART), (TEXT, b"fragment4"), before=WHOLE))
case("5.16", fails((CONTINUATION, b"f1", PART), (TEXT, b"f2", PART), (CONTINUATION, b"f3")))
case("5.17", fails((CONTINUATION, b"f1"), (TEXT, b"f2", PART), (CONTINUATION, b"f3")))
case("5.18", fails((TEXT, b"fragment1", PART), (TEXT, b"fragment2")))
PINGED = ((TEXT, b"f1", PART), (CONTINUATION, b"f2", PART), (PING, b"one"),
          (CONTINUATION, b"f3", PART), (CONTINUATION, b"f4", PART), (PING, b"two"),
          (CONTINUATION, b"f5"))
ANSWERED = [(PONG, b"one"), (PONG, b"two"), (TEXT, b"f1f2f3f4f5")]
case("5.19", echoes(*PINGED, answers=ANSWERED))
case("5.20", echoes(*[(o, p, dict(*k, chop=1) if k else {"chop": 1}) for o, p, *k in PINGED],
                    answers=ANSWERED))

# 6: UTF-8, whole, in fragments, cut within a character; then what is none.
GOOD = "Hello-µ@ßöäüàá-UTF-8!!".encode()
case("6.1.1", echoes((TEXT, b"")))
EMPTY = [(TEXT, b"", PART), (CONTINUATION, b"", PART), (CONTINUATION, b"")]
case("6.1.2", echoes(*EMPTY, answers=[(TEXT, b"")]))
case("6.1.3", echoes(EMPTY[0], (CONTINUATION, b"middle frame payload", PART), EMPTY[2],
                     answers=[(TEXT, b"middle frame payload")]))
case("6.2.1", echoes((TEXT, GOOD)))
case("6.2.2", echoes((TEXT, GOOD[:12], PART), (CONTINUATION, GOOD[12:]), answers=[(TEXT, GOOD)]))
SPLIT = [(CONTINUATION if n else TEXT, GOOD[n:n + 1], PART if n < len(GOOD) - 1 else LAST)
         for n in range(len(GOOD))]
case("6.2.3", echoes(*SPLIT, answers=[(TEXT, GOOD)]))
KAPPA = "κόσμε".encode()
case("6.2.4", echoes(*[(CONTINUATION if n else TEXT, KAPPA[n:n + 1],
                        PART if n < len(KAPPA) - 1 else LAST) for n in range(len(KAPPA))],
                     answers=[(TEXT, KAPPA)]))
BAD = KAPPA + b"\xed\xa0\x80" + b"edited"
case("6.3.1", fails((TEXT, BAD), codes=(1007,)))
case("6.3.2", fails(*[(CONTINUATION if n else TEXT, BAD[n:n + 1],
                       PART if n < len(BAD) - 1 else LAST) for n in range(len(BAD))],
                    codes=(1007,)))
VALID = {
    5: [KAPPA.hex()], 7: ["00", "c280", "e0a080", "f0908080"],
    9: ["7f", "dfbf", "efbfbf", "f48fbfbf"], 11: ["ed9fbf", "ee8080", "efbfbd", "f48fbfbf"],
    22: ["efbfbe", "efbfbf", "f09fbfbe", "f09fbfbf", "f0afbfbe", "f0afbfbf", "f48fbfbe"],
    23: ["efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf"],
}
for section, texts in VALID.items():
    for index, text in enumerate(texts, 1):
        case(f"6.{section}.{index}", echoes((TEXT, bytes.fromhex(text))))
INVALID = {
    6: ["ce", "ceba", "cebae1", "cebae1bd"][0:1] + ["cebae1", "cebae1bd"],
    8: ["f888808080", "fc8480808080"], 10: ["f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"],
    12: ["f4908080"], 13: ["80", "bf"],
    14: ["80bf", "80bf80", "80bf80bf", "80bf80bf80", "80bf80bf80bf", "c020c120", "e020e120",
         "f020f120", "f820f920", "fc20fd20"],
    15: ["c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf",
         "fdbfbfbfbf"],
    16: ["c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf"],
    17: ["fe", "ff", "fefeffff"], 18: ["c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"],
    19: ["c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"],
    20: ["c080", "e08080", "f0808080", "f880808080", "fc8080808080"],
    21: ["eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf", "eda080edb080"],
}
for section, texts in INVALID.items():
    for index, text in enumerate(texts, 1):
        case(f"6.{section}.{index}", fails((TEXT, bytes.fromhex(text)), codes=(1007,)))
for index, (cut, end) in enumerate([(11, 0), (12, 0), (13, 0), (11, 1)], 1):
    text = KAPPA + b"\xf4\x90\x80\x80" + b"edited"
    case(f"6.4.{index}", fails((TEXT, text[:cut], PART), (CONTINUATION, text[cut:], LAST),
                               codes=(1007,)))

# 7: closing.
HELLO = (TEXT, b"Hello World!")
NORMAL = struct.pack(">H", 1000)


def after_close(*frames):
    def run():
        client = Client()
        client.send(*HELLO)
        client.send(CLOSE, NORMAL)
        for frame in frames:
            client.send(*frame[:2], **(frame[2] if len(frame) > 2 else {}))
        seen, code = client.until_closed()
        expect(seen, [HELLO], "messages")
        expect(code in (1000, 1005), True, f"close code {code}")
    return run


case("7.1.1", after_close())
case("7.1.2", after_close((CLOSE, NORMAL)))
case("7.1.3", after_close((PING, b"ping")))
case("7.1.4", after_close((TEXT, b"too late")))
case("7.1.5", fails((TEXT, b"fragment1", PART), (CLOSE, NORMAL), (CONTINUATION, b"fragment2"),
                    codes=(1000, 1005)))
case("7.1.6", after_close((BINARY, b"*" * 262_144), (PING, b"late")))
case("7.3.1", closes(b"", (1000, 1005)))
case("7.3.2", closes(b"a", (None, 1002)))
case("7.3.3", closes(NORMAL, (1000, 1005)))
case("7.3.4", closes(NORMAL + b"Hello World!", (1000, 1005)))
case("7.3.5", closes(NORMAL + b"*" * 123, (1000, 1005)))
case("7.3.6", closes(NORMAL + b"*" * 124, (None, 1002, 1009)))
case("7.5.1", closes(NORMAL + BAD, (None, 1002, 1007)))
for index, code in enumerate(
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999], 1):
    case(f"7.7.{index}", closes(struct.pack(">H", code), (code, 1000, 1005)))
for index, code in enumerate([0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535], 1):
    case(f"7.9.{index}", closes(struct.pack(">H", code), (None, 1002)))
for index, payload in enumerate([b"\x03", b"\x03\xe8\xff", b"\x03\xe8\xc3"], 1):
    case(f"7.13.{index}", closes(payload, (None, 1002, 1007)))

# 9: large messages whole, in frames and in pieces on the wire, and many small ones. One message of
# the relay's has at most 1 MiB; the suite's larger ones are cases of the limit.
for section, opcode in {1: TEXT, 2: BINARY}.items():
    for index, size in enumerate([65_536, 262_144, 1 << 20], 1):
        case(f"9.{section}.{index}", echoes((opcode, b"*" * size)))
    case(f"9.{section}.4", fails((opcode, b"*" * (4 << 20)), codes=(1009,)))
for section, opcode in {3: TEXT, 4: BINARY}.items():
    for index, size in enumerate([1_024, 4_096, 16_384, 65_536, 262_144], 1):
        whole = b"*" * (1 << 20)
        frames = [(CONTINUATION if start else opcode, whole[start:start + size],
                   {"fin": start + size >= len(whole)}) for start in range(0, len(whole), size)]
        case(f"9.{section}.{index}", echoes(*frames, answers=[(opcode, whole)]))
for section, opcode in {5: TEXT, 6: BINARY}.items():
    for index, chop in enumerate([64, 128, 256, 512, 1_024, 2_048], 1):
        case(f"9.{section}.{index}", echoes((opcode, b"*" * (1 << 20), {"chop": chop})))
for section, opcode in {7: TEXT, 8: BINARY}.items():
    for index, size in enumerate([0, 16, 64, 256, 1_024, 4_096], 1):
        def volley(opcode=opcode, size=size):
            client = Client()
            for _ in range(10):
                for _ in range(100):
                    client.send(opcode, b"*" * size)
                for _ in range(100):
                    expect(client.message(), (opcode, b"*" * size))
            client.send(CLOSE, NORMAL)
            expect(client.until_closed()[0], [], "after the close")
        case(f"9.{section}.{index}", volley)

# 10: a message in frames of another size than the pieces on the wire.
WIDE = b"*" * 65_536
case("10.1.1", echoes(*[(CONTINUATION if start else TEXT, WIDE[start:start + 1_300],
                         {"fin": start + 1_300 >= len(WIDE), "chop": 1_300})
                        for start in range(0, len(WIDE), 1_300)], answers=[(TEXT, WIDE)]))


def main():
    failed = 0
    for number, run in CASES.items():
        try:
            run()
        except Exception as error:  # A case that cannot be run has failed.
            failed += 1
            print(f"{number}: {type(error).__name__} {error}", flush=True)
    print(f"{len(CASES) - failed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


main()
