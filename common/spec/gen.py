#!/usr/bin/env python3
"""Generates everything that follows from the .rpc files beside this script.

  gen.py c OUTDIR        headers and sources (into the build)
  gen.py seeds OUTDIR    one file per procedure and direction for the codec fuzzer (into the build)
  gen.py pages TOPDIR    polkit policies and the pages of docs/api (committed)
  gen.py check [FILE...] reads only; says nothing when all is well

With --current, nothing is written: the exit status says whether the files have that content.
"""

from __future__ import annotations

import argparse
import os
import re
import sys

from gen.check import check_spec
from gen.emit_c import emit_c
from gen.emit_docs import emit_docs
from gen.emit_polkit import emit_polkit
from gen.emit_seeds import emit_seeds
from gen.model import Spec, SpecError
from gen.parse import parse_files

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = ["acl", "wire", "types", "remote", "qemu", "admin", "keepalive"]
ERROR_CODES = os.path.join(HERE, "..", "base", "error_codes.h")


def error_codes() -> set[str]:
    with open(ERROR_CODES, encoding="utf-8") as file:
        return set(re.findall(r"^\s+X\((\w+), \d+, \"", file.read(), re.M))


def write_files(folder: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)


def stale_files(folder: str, files: dict[str, bytes]) -> list[str]:
    stale: list[str] = []
    for name, content in files.items():
        try:
            with open(os.path.join(folder, name), "rb") as file:
                if file.read() != content:
                    stale.append(name)
        except FileNotFoundError:
            stale.append(name)
    return stale


def output(what: str, spec: Spec) -> dict[str, bytes]:
    if what == "seeds":
        return emit_seeds(spec)
    texts = emit_c(spec) if what == "c" else {**emit_polkit(spec), **emit_docs(spec)}
    return {name: text.encode() for name, text in texts.items()}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["c", "seeds", "pages", "check"])
    parser.add_argument("where", nargs="*")
    parser.add_argument("--current", action="store_true")
    parser.add_argument("--stamp", help="a file to touch when all is written")
    options = parser.parse_intermixed_args()
    own = [os.path.join(HERE, name + ".rpc") for name in FILES]
    try:
        spec = parse_files(options.where if options.what == "check" and options.where else own)
        check_spec(spec, error_codes())
        if options.what == "check":
            return 0
        if len(options.where) != 1:
            parser.error("one folder is needed")
        files = output(options.what, spec)
    except SpecError as error:
        print(error, file=sys.stderr)
        return 1
    if options.current:
        stale = stale_files(options.where[0], files)
        for name in stale:
            print(f"{name} is not what gen.py makes of the .rpc files", file=sys.stderr)
        return 1 if stale else 0
    write_files(options.where[0], files)
    if options.stamp:
        write_files("", {options.stamp: b""})
    return 0


if __name__ == "__main__":
    sys.exit(main())
