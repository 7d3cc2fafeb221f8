#!/usr/bin/env python3
"""What the pages name exists: relative links, and paths in backticks that begin at the top of the
tree."""

import re

import tree

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"```.*?```", re.S)
TICKED = re.compile(r"`([\w.{},*-]+(?:/[\w.{},*-]+)+/?)`")
TOPS = {"common", "tests", "docs", "packaging", ".ci", *tree.PROGRAMS}


def expand(name):
    """a/{b,c}.c -> a/b.c, a/c.c"""
    match = re.search(r"\{([^{}]*)\}", name)
    if not match:
        return [name]
    return [
        full
        for part in match.group(1).split(",")
        for full in expand(name[: match.start()] + part + name[match.end():])
    ]


def exists(base, name):
    if "*" in name:
        return any(base.glob(name))
    return (base / name).exists()


def check(root):
    problems = []
    for path in tree.files(root, ".md"):
        if str(path).startswith("docs/api/"):
            continue
        text = BLOCK.sub(lambda match: tree.blank(match.group()), tree.read(root, path))
        for match in LINK.finditer(text):
            target = match.group(1)
            if "://" not in target and not exists(root / path.parent, target):
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{path}:{line}: link to {target}, which does not exist")
        for match in TICKED.finditer(text):
            if match.group(1).split("/")[0] not in TOPS:
                continue
            for name in expand(match.group(1)):
                if not exists(root, name):
                    line = text.count("\n", 0, match.start()) + 1
                    problems.append(f"{path}:{line}: names {name}, which does not exist")
    return problems


if __name__ == "__main__":
    tree.run(check)
