#!/usr/bin/env python3
"""No file is longer than 600 lines without a reason in allow.txt, none longer than 1,000;
docs/sizes.md says how large each folder is. REGENERATE=1 or --write rewrites that page."""

import os
import sys

import tree

REASON, MOST = 600, 1000
DRIFT, DRIFT_LINES = 0.20, 200
PAGE = "docs/sizes.md"
BOUNDED = (".c", ".h", ".py", ".sh", ".build")
COUNTED = BOUNDED + (".rpc", ".md")
LARGEST = 20
HEAD = """# Sizes

Files and lines of each folder. Written by `tests/style/sizes.py --write`; the style tests fail when
the page is out of date by more than a fifth, when a file has more than 600 lines and no reason in
`tests/style/allow.txt`, or more than 1,000. Tables (rows only) have no bound.

| folder | files | lines | largest | its lines |
|---|---:|---:|---|---:|"""
LARGEST_HEAD = """
## The largest files

| file | lines | reason, where it needs one |
|---|---:|---|"""


def measured(root):
    """{path: lines} of what people read; generated pages and test data are not."""
    sizes = {}
    for path in tree.files(root):
        if str(path).startswith(("docs/api/", "tests/data/")):
            continue
        if path.suffix in COUNTED or tree.is_script(root, path):
            sizes[path] = tree.read(root, path).count("\n")
    return sizes


def by_folder(sizes):
    """{folder: [(lines, path)]}, test modules counted with their suite."""
    folders = {}
    for path, lines in sizes.items():
        parts = path.parent.parts
        folder = "/".join(parts[:3]) or "top level"
        folders.setdefault(folder, []).append((lines, str(path)))
    return folders


def bounded(root, sizes):
    tables = tree.allowed(root, "table")
    return {
        path: lines
        for path, lines in sizes.items()
        if path.suffix not in (".rpc", ".md") and str(path) not in tables
    }


def page(root):
    sizes = measured(root)
    excused = {**tree.allowed(root, "file-size"), **tree.allowed(root, "table")}
    out = [HEAD]
    folders = by_folder(sizes)
    for folder, paths in sorted(folders.items()):
        lines, largest = max(paths)
        name = largest.rsplit("/", 1)[-1]
        out.append(f"| {folder} | {len(paths)} | {sum(n for n, _ in paths)} | {name} | {lines} |")
    out.append(f"| all | {len(sizes)} | {sum(sizes.values())} | | |")
    out.append(LARGEST_HEAD)
    code = {path: lines for path, lines in sizes.items() if path.suffix != ".md"}
    for path, lines in sorted(code.items(), key=lambda item: (-item[1], item[0]))[:LARGEST]:
        reason = excused.get(str(path), "rows of the protocol" if path.suffix == ".rpc" else "")
        out.append(f"| {path} | {lines} | {reason} |")
    return "\n".join(out) + "\n"


def rows(text):
    """{folder: lines} as the page says."""
    found = {}
    for line in text.split("## ")[0].split("\n"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[2].isdigit():
            found[cells[0]] = int(cells[2])
    return found


def staleness(root):
    path = root / PAGE
    if not path.exists():
        return [f"{PAGE}: missing"]
    said, problems = rows(path.read_text()), []
    folders = by_folder(measured(root)).items()
    actual = {folder: sum(lines for lines, _ in paths) for folder, paths in folders}
    for folder in sorted(set(said) | set(actual)):
        if folder == "all":
            continue
        before, now = said.get(folder, 0), actual.get(folder, 0)
        if abs(before - now) > max(DRIFT_LINES, DRIFT * before):
            problems.append(f"{PAGE}: {folder} has {now} lines, not {before}; run with --write")
    return problems


def check(root):
    excused, problems = tree.allowed(root, "file-size"), []
    sizes = bounded(root, measured(root))
    for path, lines in sorted(sizes.items()):
        if lines > MOST:
            problems.append(f"{path}: {lines} lines, the most is {MOST}")
        elif lines > REASON and str(path) not in excused:
            problems.append(f"{path}: {lines} lines, above {REASON} it needs a reason in allow.txt")
    for name in excused:
        if sizes.get(tree.Path(name), 0) <= REASON:
            problems.append(f"tests/style/allow.txt: {name} no longer needs its row")
    return problems + staleness(root)


if __name__ == "__main__":
    if "--write" in sys.argv or os.environ.get("REGENERATE"):
        (tree.ROOT / PAGE).write_text(page(tree.ROOT))
    tree.run(check)
