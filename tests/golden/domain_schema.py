#!/usr/bin/env python3
"""What our daemon prints of a guest validates with the schemas that Debian's libvirt-clients uses,
and with the one that our own tables print, which refuses a wrong value.

usage: domain_schema.py FOLDER OUR-SCHEMA; exits 77 where virt-xml-validate is not installed.
"""

import pathlib
import shutil
import subprocess
import sys


def run(command: list[str], document: str | None = None) -> str:
    """What the validator complains of; empty: nothing."""
    result = subprocess.run(
        command, input=document, capture_output=True, text=True, check=False
    )
    return "" if result.returncode == 0 else result.stderr.strip() or "not valid"


def main() -> int:
    missing = [name for name in ("virt-xml-validate", "xmllint") if shutil.which(name) is None]
    if missing:
        print(f"skipped: {' and '.join(missing)} not installed")
        return 77
    folder, ours = pathlib.Path(sys.argv[1]), ["xmllint", "--noout", "--relaxng", sys.argv[2]]
    documents = sorted([*folder.glob("*.out.xml"), *folder.glob("stock-*.xml")])
    problems = []
    for path in documents:
        for command in (["virt-xml-validate", str(path), "domain"], [*ours, str(path)]):
            complaint = run(command)
            if complaint:
                problems.append(f"{path.name}, {command[0]}: {complaint}")
    right = (folder / "stock-most-elements.xml").read_text(encoding="utf-8")
    for before, after in (("bus='virtio'", "bus='virtoi'"), ("<acpi/>", "<spoon/>")):
        wrong = right.replace(before, after)
        if wrong == right or not run([*ours, "-"], wrong):
            problems.append(f"{after} is not refused by our schema")
    print("\n".join(problems + [f"{len(documents)} documents, {len(problems)} problems"]))
    return 1 if problems or not documents else 0


if __name__ == "__main__":
    sys.exit(main())
