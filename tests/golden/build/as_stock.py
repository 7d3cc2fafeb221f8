#!/usr/bin/python3
"""Our arguments for QEMU (argv/) are those of a stock daemon for the same guest
(tests/data/stock/start/argv), but for what `differences` lists; a difference that no longer
occurs fails, too. REGENERATE=1 writes the list, whose lines are reviewed.

Not compared: numbers of descriptors, and the names of files that reach our QEMU as descriptors.
"""

import difflib
import json
import os
import re
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
STOCK = here.parents[1] / "data/stock/start/argv"
OURS = here / "argv"
LIST = here / "differences"
OPTIONS_WITHOUT_VALUE = {"-S", "-no-user-config", "-nodefaults", "-no-shutdown", "-no-acpi",
                         "-no-hpet"}


def options(lines):
    """The command line as one text for each option."""
    texts = iter(lines[1:])
    for option in texts:
        value = "" if option in OPTIONS_WITHOUT_VALUE else next(texts)
        yield option, value


def normal(option, value):
    if value.startswith("{"):
        members = json.loads(value)
        for name in ("fd", "fds", "vhostfd", "vhostfds"):
            if name in members:
                members[name] = re.sub(r"\d+", "N", members[name])
        if option == "-blockdev" and "filename" in members:
            members["filename"] = "(descriptor)"
            members.pop("auto-read-only", None)  # see virtqemud/build/README.md
        value = json.dumps(members, sort_keys=True)
    if option in ("-kernel", "-initrd", "-bios"):
        value = "(descriptor)"
    if option == "-chardev":
        value = re.sub(r"\bfd=\d+|/dev/fdset/\d+", "N", value)
    return f"{option} {value}".rstrip()


def arguments(path):
    lines = path.read_text().splitlines()
    while lines and re.match(r"[A-Z_]+=", lines[0]):  # environment
        lines.pop(0)
    return [normal(option, value) for option, value in options(lines)
            if option != "-add-fd" and not (option == "-object" and "masterKey0" in value)]


def differences():
    for path in sorted(STOCK.iterdir()):
        ours = OURS / path.name
        if ours.read_text().startswith("refused: "):
            yield f"{path.name}: {ours.read_text().strip()}"
            continue
        for line in difflib.unified_diff(arguments(path), arguments(ours), lineterm="", n=0):
            if line[0] in "+-" and not line.startswith(("+++", "---")):
                yield f"{path.name}: {line}"


def main():
    found = list(differences())
    notes = [line for line in LIST.read_text().splitlines() if line.startswith("#")]
    if os.environ.get("REGENERATE"):
        LIST.write_text("".join(line + "\n" for line in notes + found))
    listed = [line for line in LIST.read_text().splitlines() if not line.startswith("#")]
    wrong = list(difflib.unified_diff(listed, found, "listed", "found", lineterm="", n=0))
    print("\n".join(wrong) if wrong else f"{len(list(STOCK.iterdir()))} guests compared")
    sys.exit(1 if wrong else 0)


main()
