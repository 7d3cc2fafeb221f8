#!/usr/bin/env python3
"""Runs gen.py on each wrong file of spec_errors/ and compares what it says with the .err beside it.

usage: spec_errors.py GEN.PY          REGENERATE=1 rewrites the .err files; review the difference
"""

from __future__ import annotations

import os
import subprocess
import sys

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spec_errors")


def check(gen: str, path: str) -> str:
    """Empty when the file is refused with the expected words."""
    run = subprocess.run([sys.executable, "-B", gen, "check", path], capture_output=True,
                         encoding="utf-8", check=False)
    if run.returncode != 1 or run.stdout:
        return f"exit status {run.returncode}, output '{run.stdout}'"
    expected = path.removesuffix(".rpc") + ".err"
    if os.environ.get("REGENERATE"):
        with open(expected, "w", encoding="utf-8") as file:
            file.write(run.stderr)
        return ""
    try:
        with open(expected, encoding="utf-8") as file:
            wanted = file.read()
    except FileNotFoundError:
        return f"no {os.path.basename(expected)}; gen.py says: {run.stderr}"
    return "" if run.stderr == wanted else f"said   {run.stderr}wanted {wanted}"


def main() -> int:
    gen = sys.argv[1]
    # What the wrong files share is right.
    shared = os.path.join(FOLDER, "shared.rpc")
    if subprocess.run([sys.executable, "-B", gen, "check", shared], check=False).returncode != 0:
        return 1
    wrong = 0
    names = sorted(name for name in os.listdir(FOLDER)
                   if name.endswith(".rpc") and name != "shared.rpc")
    for name in names:
        said = check(gen, os.path.join(FOLDER, name))
        if said:
            wrong += 1
            print(f"{name}: {said}")
    stray = {name for name in os.listdir(FOLDER) if name.endswith(".err")} \
        - {name.removesuffix(".rpc") + ".err" for name in names}
    for name in sorted(stray):
        wrong += 1
        print(f"{name} belongs to no .rpc file")
    print(f"{len(names)} files, {wrong} wrong")
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
