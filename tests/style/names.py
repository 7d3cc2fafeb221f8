#!/usr/bin/env python3
"""Test files have unique names, are part of the build, and unit tests wait for nothing by the
clock."""

import re

import tree

SLEEP = re.compile(r"\b(?:sleep|usleep|nanosleep|clock_nanosleep|g_usleep|thrd_sleep)\s*\(")


def check(root):
    problems, seen = [], {}
    for path in tree.files(root, ".c", ".py"):
        if path.parts[:2] not in (("tests", "unit"), ("tests", "golden"), ("tests", "daemon")):
            continue
        text = tree.read(root, path)
        code = tree.code_only(text) if path.suffix == ".c" else text
        if path.parts[1] == "unit":
            match = SLEEP.search(code)
            if match:
                line = code.count("\n", 0, match.start()) + 1
                problems.append(f"{path}:{line}: sleeps; fake the clock or wait for the event")
        if path.suffix != ".c" or not re.search(r"\bmain\s*\(", code):
            continue
        name = path.stem.replace("-", "_")
        if name in seen:
            problems.append(f"{path}: has the name of {seen[name]}")
        seen[name] = path
        build = root / path.parent / "meson.build"
        if not build.exists() or path.stem not in build.read_text():
            problems.append(f"{path}: no meson.build beside it names it, so it never runs")
    return problems


if __name__ == "__main__":
    tree.run(check)
