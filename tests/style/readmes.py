#!/usr/bin/env python3
"""Every folder of sources has a README of at most 40 lines that names each file of the folder."""

from pathlib import Path

import tree

MOST = 40
SOURCES = (".c", ".h", ".py", ".rpc")


def needs_readme(folder):
    """Folders below a suite (tests/unit/rpc) are told by the suite's README."""
    deep_test = folder.parts[0] == "tests" and len(folder.parts) > 2
    return not deep_test and not str(folder).startswith("docs/api")


def check(root):
    folders = {}
    for path in tree.files(root, *SOURCES, ".md", ".build"):
        folders.setdefault(path.parent, []).append(path)
    problems = []
    for folder, paths in sorted(folders.items()):
        if folder == Path(".") or not needs_readme(folder):
            continue
        readme = root / folder / "README.md"
        if not readme.exists():
            problems.append(f"{folder}: no README.md")
            continue
        text = readme.read_text()
        if text.count("\n") > MOST:
            problems.append(f"{folder}/README.md: {text.count(chr(10))} lines, the most is {MOST}")
        if folder.parts[0] in ("tests", "docs"):
            continue
        for path in paths:
            if path.suffix in SOURCES and path.stem not in text:
                problems.append(f"{folder}/README.md: does not name {path.name}")
    return problems


if __name__ == "__main__":
    tree.run(check)
