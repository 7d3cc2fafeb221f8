#!/usr/bin/env python3
"""Nothing is left behind: no to-do marks, commented-out code, merge marks, long lines, stray
blanks."""

import re

import tree

MARK = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
MERGE = re.compile(r"^(<{7} |={7}$|>{7} )", re.M)
CODE_LINE = re.compile(
    r"(^\s*(?:if|while|for|switch)\s*\(.*\)\s*\{?\s*$)|(^\s*[\w.>\[\]*-]+(?:\s*=\s*[^=].*)?;\s*$)"
    r"|(^\s*\w+\([^)]*\);\s*$)|(^\s*#\s*(?:include|define|if|endif)\b)|(^\s*return\b.*;\s*$)"
)
LONGEST = {".c": 100, ".h": 100, ".py": 100, ".sh": 120, "": 120}


def comment_body(comment):
    """The lines of a comment without its stars."""
    inner = comment[2:-2] if comment.startswith("/*") else comment[2:]
    return [re.sub(r"^\s*\*? ?", "", line) for line in inner.split("\n")]


def dead_code(text):
    """Line numbers of comments that are mostly statements."""
    found = []
    for line, comment in tree.comments(text):
        body = [part for part in comment_body(comment) if part.strip()]
        statements = [part for part in body if CODE_LINE.search(part)]
        if len(statements) * 2 > len(body):
            found.append(line)
    return found


def if_zero(text):
    found = re.finditer(r"^\s*#\s*if\s+0\b", text, re.M)
    return [text.count("\n", 0, match.start()) + 1 for match in found]


def check_lines(path, text):
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.rstrip() != line and path.suffix != ".md":
            problems.append(f"{path}:{number}: blank at the end of the line")
        most = LONGEST.get(path.suffix, len(line))
        if len(line) > most:
            problems.append(f"{path}:{number}: {len(line)} columns, the most is {most}")
        if "\t" in line and path.suffix in (".c", ".h", ".py"):
            problems.append(f"{path}:{number}: tab")
        if MARK.search(line) and path.suffix != ".json":
            problems.append(f"{path}:{number}: to-do mark")
    return problems


def check(root):
    problems = []
    source = (".c", ".h", ".py", ".rpc", ".md", ".build", ".sh", ".in")
    for path in tree.files(root):
        if path.suffix not in source and not tree.is_script(root, path):
            continue
        text = tree.read(root, path)
        problems += check_lines(path, text)
        if MERGE.search(text):
            problems.append(f"{path}: merge mark")
        if path.suffix in (".c", ".h"):
            dead = dead_code(text) + if_zero(text)
            problems += [f"{path}:{line}: commented-out code" for line in dead]
    return problems


if __name__ == "__main__":
    tree.run(check)
