#!/usr/bin/env python3
"""clang-format 14 with .clang-format would change nothing."""

import re
import shutil
import subprocess
import sys

import tree


def formatter():
    """The pinned program, or None: other versions lay out the same settings differently."""
    for name in ("clang-format-14", "clang-format"):
        program = shutil.which(name)
        if program is None:
            continue
        version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
        if re.search(r"version 14\.", version):
            return program
    return None


def check(root):
    paths = [str(path) for path in tree.files(root, ".c", ".h")]
    result = subprocess.run(
        [formatter(), "--dry-run", "--style=file", *paths], cwd=root, capture_output=True, text=True
    )
    first = {}
    for line in result.stderr.splitlines():
        match = re.match(r"(\S+?):(\d+):\d+: (?:warning|error):", line)
        if match:
            first.setdefault(match.group(1), match.group(2))
    return [f"{path}:{line}: not formatted" for path, line in sorted(first.items())]


if __name__ == "__main__":
    if formatter() is None:
        print("skipped: clang-format 14 is not installed")
        sys.exit(tree.SKIPPED)
    tree.run(check)
