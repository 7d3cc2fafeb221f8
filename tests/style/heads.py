#!/usr/bin/env python3
"""Each C file begins with a comment: its name, a dash, what it is for."""

import re

import tree


def check(root):
    problems = []
    for path in tree.files(root, ".c", ".h"):
        text = tree.read(root, path)
        if path.parts[0] == "tests":
            if not text.startswith("/*"):
                problems.append(f"{path}:1: no comment that says which behaviour it shows")
        elif not re.match(r"/\*\n \* " + re.escape(path.stem) + r" — \S", text):
            problems.append(f"{path}:1: no head comment `{path.stem} — what it owns`")
    return problems


if __name__ == "__main__":
    tree.run(check)
