#!/usr/bin/env python3
"""docs/xml/ is what the tables of elements print; REGENERATE=1 writes it.

usage: domain_pages.py PRINT-PAGES FOLDER
"""

import os
import pathlib
import subprocess
import sys

PAGES = {"rng": "domain.rng", "page": "domain.md"}


def main() -> int:
    stale = 0
    for what, name in PAGES.items():
        printed = subprocess.run(
            [sys.argv[1], what], capture_output=True, text=True, check=True
        ).stdout
        path = pathlib.Path(sys.argv[2]) / name
        if os.environ.get("REGENERATE"):
            path.write_text(printed, encoding="utf-8")
        if not path.exists() or path.read_text(encoding="utf-8") != printed:
            stale += 1
            print(f"{path} is out of date; REGENERATE=1 writes it")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
