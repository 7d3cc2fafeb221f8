#!/usr/bin/env python3
"""What our daemon prints of a guest validates with the schemas that Debian's libvirt-clients uses.

usage: domain_schema.py FOLDER; exits 77 where virt-xml-validate is not installed.
"""

import pathlib
import shutil
import subprocess
import sys


def main() -> int:
    validator = shutil.which("virt-xml-validate")
    if validator is None:
        print("skipped: virt-xml-validate is not installed")
        return 77
    documents = sorted(
        path
        for path in pathlib.Path(sys.argv[1]).glob("*.xml")
        if path.name.endswith(".out.xml") or path.name.startswith("stock-")
    )
    failed = 0
    for path in documents:
        result = subprocess.run(
            [validator, str(path), "domain"], capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            failed += 1
            print(f"{path.name}: {result.stderr.strip()}")
    print(f"{len(documents)} documents, {failed} not valid")
    return 1 if failed or not documents else 0


if __name__ == "__main__":
    sys.exit(main())
