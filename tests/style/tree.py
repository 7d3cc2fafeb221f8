"""The tree as the style tests see it: its files, its C with comments and strings taken out, the
allow-list. A check is a function root -> list of problems; run() turns it into a test."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("virtqemud", "virtnetworkd", "virtstoraged", "virtnodedevd", "virtproxyd")
SKIPPED = 77


def is_build_dir(path):
    return path.name.startswith("build") and path.parent.name != "virtqemud" or any(
        (path / name).exists() for name in ("meson-private", "build.ninja")
    )


def files(root, *suffixes):
    """Paths below root, relative to it, sorted; hidden folders, build folders and caches left out.
    Without suffixes: all files."""
    found = []
    for folder, subfolders, names in os.walk(root):
        here = Path(folder)
        subfolders[:] = [
            name
            for name in subfolders
            if (not name.startswith(".") or name == ".ci")
            and name != "__pycache__"
            and not is_build_dir(here / name)
        ]
        for name in names:
            path = here / name
            if path.is_symlink() or (suffixes and path.suffix not in suffixes):
                continue
            found.append(path.relative_to(root))
    return sorted(found)


def read(root, path):
    return (root / path).read_text(encoding="utf-8", errors="replace")


def is_script(root, path):
    """A program without a suffix, such as tests/check."""
    if path.suffix:
        return False
    with open(root / path, "rb") as stream:
        return stream.read(2) == b"#!"


TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""", re.S
)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """C with comments and the insides of strings replaced by spaces; line and column stay."""

    def replace(match):
        if match.group("comment") is not None:
            return blank(match.group())
        return match.group()[0] + blank(match.group()[1:-1]) + match.group()[-1]

    return TOKEN.sub(replace, text)


def comments(text):
    """(line number, comment) of each comment in C."""
    return [
        (text.count("\n", 0, match.start()) + 1, match.group())
        for match in TOKEN.finditer(text)
        if match.group("comment") is not None
    ]


def allowed(root, kind):
    """Rows of allow.txt of one kind: {what: reason}."""
    rows = {}
    listing = root / "tests/style/allow.txt"
    for line in listing.read_text().splitlines() if listing.exists() else []:
        if not line.strip() or line.startswith("#"):
            continue
        row_kind, what, reason = (part.strip() for part in line.split("|", 2))
        if row_kind == kind:
            rows[what] = reason
    return rows


def run(check):
    """Runs a check as a program: one problem a line, exit status 1 when there is any."""
    problems = check(ROOT)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problem(s)")
    sys.exit(1 if problems else 0)
