#!/usr/bin/env python3
"""What a reviewer should not have to look for: sizes, banned calls, imports, linkage, requirement ids.

Run from the root of the project: Scripts/tidy.py [--closure BUILD_FOLDER]. Exits 1 if anything is off.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

LINE_MAX = 100
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 400
TEST_FILE_LINES_MAX = 600

CORES = {
    "SottoWire", "SottoCrypto", "SottoMLS", "SottoIdentity", "SottoEnvelope", "SottoContent",
    "SottoRelayProtocol", "SottoRelayCore", "SottoClientCore",
}
# What a target may import beside other targets of ours; the build enforces those.
OUTSIDE_IMPORTS = {
    "SottoCrypto": {"CSodium", "Crypto", "Dispatch"},
    "SottoClientCore": {"OrderedCollections"},
    "SottoRelaySQLite": {
        "Foundation", "FoundationEssentials", "GRDB", "GRDBSQLite", "Glibc", "Darwin", "Synchronization",
    },
    "SottoRelayServer": {
        "Foundation", "FoundationEssentials", "NIOCore", "NIOConcurrencyHelpers", "NIOPosix",
        "NIOHTTP1", "NIOWebSocket", "NIOSSL", "Logging", "Metrics", "ServiceLifecycle", "Synchronization",
    },
    "SottoSimulation": {"Synchronization"},
    "SottoRelayLink": {
        "Foundation", "FoundationEssentials", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket",
        "NIOSSL", "Synchronization",
    },
    "SottoClientStore": {"Foundation", "FoundationEssentials", "GRDB", "Glibc", "Darwin", "Synchronization"},
    "SottoClient": {"Foundation", "FoundationEssentials", "Logging", "NIOCore", "NIOPosix", "Synchronization"},
    "sotto": {"Foundation", "ArgumentParser", "Logging", "Glibc", "Darwin", "Dispatch", "Synchronization"},
    "sotto-relay": {
        "Foundation", "ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals", "Yams", "Glibc", "Darwin",
    },
    "sotto-vectors": {"Foundation", "ArgumentParser", "Synchronization"},
    "sotto-bench": {
        "Foundation", "ArgumentParser", "Crypto", "GRDB", "Glibc", "Darwin", "NIOCore", "NIOHTTP1",
        "NIOPosix", "NIOWebSocket", "Synchronization",
    },
    "InteropClient": {"Foundation"},
    "mls-client": {"Foundation", "ArgumentParser", "InteropClient"},
}
# Packages of their own that stand for a stranger's program: what they may use of ours.
PRODUCTS_OF_STRANGERS = {"SottoMLS", "SottoCrypto"}
BLIND_CLOSURE = {
    "CSodium", "SottoWire", "SottoCrypto", "SottoRelayProtocol", "SottoRelayCore", "SottoRelaySQLite",
    "SottoRelayServer", "sotto-relay",
}
NOT_IN_A_RELAY = ["SottoMLS", "SottoIdentity", "SottoEnvelope", "SottoContent", "SottoClient"]

BANNED_EVERYWHERE = [
    (r"\btry!", "try!"),
    (r"\bas!", "as!"),
    (r"\bfatalError\(", "fatalError"),
    (r"[\w\)\]]!(?=[\s\.\)\],;]|$)(?!=)", "forced unwrap"),
]
BANNED_IN_CORES = [
    (r"\bDate\(", "Date()"),
    (r"\.now\b(?!\w)", "a clock"),
    (r"\bSystemRandomNumberGenerator\b", "system entropy"),
    (r"\bTask\s*\{", "a task"),
    (r"\bprint\(", "print"),
    (r"\b(Lock|NIOLock|Mutex|os_unfair_lock)\b", "a lock"),
    (r"\basync\b", "async"),
]
UNSAFE_CONCURRENCY = re.compile(r"@unchecked Sendable|nonisolated\(unsafe\)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
IMPORT = re.compile(r"^(?:@\w+(?:\(\w+\))? )?(?:public |package |internal |private |fileprivate )?import (?:\w+ )?([A-Za-z0-9_]+)")
DECLARATION = re.compile(
    r"^\s*(?:@[\w\(\), ]+ )*(public|package)(?!\(set\)| import)\b.*\b"
    r"(func|var|let|struct|class|enum|actor|protocol|init|subscript|typealias|case)\b")
# What a protocol asks for is documented where it asks.
WITNESS = re.compile(
    r"init\(from reader: inout WireReader\)|func encode\(to writer: inout WireWriter\)"
    r"|static func (<|==) \(|func hash\(into |var (description|debugDescription|customMirror|byteCount): ")
REQUIREMENT = re.compile(r"\[([A-Z]+-\d+)\]")

findings = []


def found(path, line, text):
    findings.append(f"{path}:{line}: {text}" if line else f"{path}: {text}")


def tracked():
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=True).stdout.split("\n")
    return [Path(n) for n in names if n and Path(n).is_file()]


def code_of(line):
    """The line without its comment and without the insides of its strings."""
    without = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
    return without.split("//")[0]


def check_sizes(path, lines):
    limit = TEST_FILE_LINES_MAX if "Tests" in path.parts[:2] else FILE_LINES_MAX
    if len(lines) > limit:
        found(path, 0, f"{len(lines)} lines; a file has at most {limit}")
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_MAX:
            found(path, number, f"{len(line)} characters; a line has at most {LINE_MAX}")


def check_functions(path, lines):
    start = re.compile(r"^(\s*)(?:@\w+.* )?(?:[a-z]+(?:\([a-z]+\))? )*(?:func\s|init[?(<])")
    for number, line in enumerate(lines):
        match = start.match(line)
        if not match or line.lstrip().startswith("//"):
            continue
        closing = match.group(1) + "}"
        for end in range(number + 1, len(lines)):
            if lines[end].rstrip() == closing:
                if end - number + 1 > FUNCTION_LINES_MAX:
                    found(path, number + 1, f"a function of {end - number + 1} lines; at most {FUNCTION_LINES_MAX}")
                break
            text = lines[end]
            if text.strip() and len(text) - len(text.lstrip()) < len(match.group(1)):
                break


def check_first_line(path, lines):
    first = lines[0] if lines else ""
    if path.name == "Package.swift":
        first = lines[1] if len(lines) > 1 else ""
    if not first.startswith("// ") or len(lines) > 1 and path.name != "Package.swift" and lines[1].startswith("// "):
        found(path, 1, "a file opens with one line that says what it is for")


def check_calls(path, target, lines):
    previous = ""
    for number, line in enumerate(lines, 1):
        code = code_of(line)
        for pattern, name in BANNED_EVERYWHERE:
            if re.search(pattern, code):
                found(path, number, f"{name} traps; give a typed error")
        if target in CORES:
            for pattern, name in BANNED_IN_CORES:
                if re.search(pattern, code):
                    found(path, number, f"{name} in a core")
        if UNSAFE_CONCURRENCY.search(code) and "//" not in previous:
            found(path, number, "an unchecked promise without its reason in the line above")
        previous = line


def check_imports(path, target, lines):
    allowed = OUTSIDE_IMPORTS.get(target, set())
    for number, line in enumerate(lines, 1):
        match = IMPORT.match(line)
        if not match:
            continue
        module = match.group(1)
        ours = PRODUCTS_OF_STRANGERS if path.parts[0] == "Interop" else {module}
        if module not in (ours if module.startswith("Sotto") else allowed):
            found(path, number, f"{target} does not import {module}")


def check_documented(path, lines):
    for number, line in enumerate(lines):
        if not DECLARATION.match(line) or "override " in line or WITNESS.search(line):
            continue
        above = number - 1
        while above >= 0 and re.match(r"^\s*(@|#if|#else|#endif|// )", lines[above]):
            above -= 1
        if above < 0 or not lines[above].strip().startswith("///"):
            found(path, number + 1, "a public or package symbol without a doc comment")


def check_requirements(files):
    stated, tested = {}, set()
    for path in files:
        if path.suffix not in {".md", ".swift"}:
            continue
        text = path.read_text()
        if path.parts[0] == "spec":
            for identifier in re.findall(r"^- \[([A-Z]+-\d+)\]", text, re.M):
                if identifier in stated:
                    found(path, 0, f"[{identifier}] is stated twice")
                stated[identifier] = path
        elif path.parts[0] == "Tests":
            tested |= set(REQUIREMENT.findall(text))
    for identifier in sorted(set(stated) - tested):
        found(stated[identifier], 0, f"[{identifier}] is named by no test")
    for path in files:
        if path.suffix == ".swift":
            for identifier in sorted(set(REQUIREMENT.findall(path.read_text())) - set(stated)):
                found(path, 0, f"[{identifier}] is in no page of spec/")


def check_articles(files):
    """Code in an article is cut from a test that runs: "// snippet: NAME" to "// end"."""
    snippets = {}
    for path in files:
        if path.parts[0] == "Tests" and path.suffix == ".swift":
            for indent, name, text in re.findall(
                    r"^( *)// snippet: (\S+)\n(.*?)^ *// end$", path.read_text(), re.M | re.S):
                snippets[name] = re.sub(f"^{indent}", "", text, flags=re.M).strip("\n")
    for path in files:
        if ".docc" not in str(path) or path.suffix != ".md":
            continue
        text = path.read_text()
        sources = {source.name for source in files if source.parts[:2] == path.parts[:2]}
        for name in sorted(set(re.findall(r"`([\w+]+\.swift)`", text)) - sources):
            found(path, 0, f"names {name}, which is not there")
        named = re.findall(r"^<!-- snippet: (\S+) -->\n```swift\n(.*?)\n```$", text, re.M | re.S)
        if len(named) != text.count("```swift"):
            found(path, 0, "code that names no snippet of a test")
        for name, code in named:
            if snippets.get(name) != code:
                found(path, 0, f"the code of snippet '{name}' is not that of the test")


def check_closure(build):
    described = json.loads(subprocess.run(
        ["swift", "package", "describe", "--type", "json"],
        capture_output=True, text=True, check=True).stdout)
    needs = {t["name"]: t.get("target_dependencies", []) for t in described["targets"]}
    closure, queue = set(), ["sotto-relay"]
    while queue:
        target = queue.pop()
        if target not in closure:
            closure.add(target)
            queue += needs.get(target, [])
    print("sotto-relay links: " + ", ".join(sorted(closure)))
    for target in sorted(closure - BLIND_CLOSURE):
        found("Package.swift", 0, f"sotto-relay links {target}")
    symbols = subprocess.run(
        ["nm", str(Path(build) / "sotto-relay")], capture_output=True, text=True, check=True).stdout
    if "SottoRelayCore" not in symbols:
        found(build, 0, "no symbols of SottoRelayCore in sotto-relay: the search would find nothing")
    for module in NOT_IN_A_RELAY:
        if f"{len(module)}{module}" in symbols:
            found("sotto-relay", 0, f"holds code of {module}")


def check_swift(path):
    lines = path.read_text().split("\n")
    if lines and not lines[-1]:
        lines.pop()
    check_sizes(path, lines)
    check_first_line(path, lines)
    check_functions(path, lines)
    if "Sources" in path.parts[:2] and path.parts[0] != "Examples":
        target = path.parts[path.parts.index("Sources") + 1]
        check_calls(path, target, lines)
        check_imports(path, target, lines)
        check_documented(path, lines)


def main():
    files = tracked()
    for path in files:
        if path.suffix == ".swift" and path.parts[0] in {
            "Sources", "Tests", "Fuzz", "Examples", "Interop",
        }:
            check_swift(path)
        if path.suffix in {".swift", ".md", ".sh", ".py", ".yml"} and path.name != "tidy.py":
            for number, line in enumerate(path.read_text().split("\n"), 1):
                if UNFINISHED.search(line):
                    found(path, number, "unfinished work has no place here")
    check_requirements(files)
    check_articles(files)
    if "--closure" in sys.argv:
        check_closure(sys.argv[sys.argv.index("--closure") + 1])
    for finding in findings:
        print(finding)
    print(f"tidy: {len(files)} files, {len(findings)} findings")
    sys.exit(1 if findings else 0)


main()
