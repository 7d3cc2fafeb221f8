#!/usr/bin/env python3
"""Runs gen.py on each wrong file of spec_errors/ and compares what it says with the .err beside it.

usage: spec_errors.py GEN.PY          REGENERATE=1 rewrites the .err files; review the difference
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import sys
from types import ModuleType

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spec_errors")


def load(path: str) -> ModuleType:
    """gen.py as a module: one interpreter for all files."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    found = importlib.util.spec_from_file_location("gen_main", path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def run(gen: ModuleType, path: str) -> tuple[int, str, str]:
    """Exit status, output and errors of `gen.py check PATH`."""
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["gen.py", "check", path]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = gen.main()
    return status, out.getvalue(), err.getvalue()


def check(gen: ModuleType, path: str) -> str:
    """Empty when the file is refused with the expected words."""
    status, output, said = run(gen, path)
    if status != 1 or output:
        return f"exit status {status}, output '{output}'"
    expected = path.removesuffix(".rpc") + ".err"
    if os.environ.get("REGENERATE"):
        with open(expected, "w", encoding="utf-8") as file:
            file.write(said)
        return ""
    try:
        with open(expected, encoding="utf-8") as file:
            wanted = file.read()
    except FileNotFoundError:
        return f"no {os.path.basename(expected)}; gen.py says: {said}"
    return "" if said == wanted else f"said   {said}wanted {wanted}"


def main() -> int:
    gen = load(sys.argv[1])
    # What the wrong files share is right.
    status, _, error = run(gen, os.path.join(FOLDER, "shared.rpc"))
    if status != 0:
        print(error)
        return 1
    wrong = 0
    names = sorted(name for name in os.listdir(FOLDER)
                   if name.endswith(".rpc") and name != "shared.rpc")
    for name in names:
        problem = check(gen, os.path.join(FOLDER, name))
        if problem:
            wrong += 1
            print(f"{name}: {problem}")
    stray = {name for name in os.listdir(FOLDER) if name.endswith(".err")} \
        - {name.removesuffix(".rpc") + ".err" for name in names}
    for name in sorted(stray):
        wrong += 1
        print(f"{name} belongs to no .rpc file")
    print(f"{len(names)} files, {wrong} wrong")
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
