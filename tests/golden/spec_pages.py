#!/usr/bin/env python3
"""Checks that the committed output of gen.py is current; REGENERATE=1 writes it.

usage: spec_pages.py GEN.PY
"""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    command = [sys.executable, "-B", sys.argv[1], "pages", top]
    if not os.environ.get("REGENERATE"):
        command.append("--current")
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
