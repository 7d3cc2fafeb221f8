#!/usr/bin/env python3
"""No function is longer than 100 lines; above 60 the comment over it says why."""

import re

import tree

EXPLAIN, MOST = 60, 100
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
NAME = re.compile(r"([A-Za-z_]\w*)\s*\($")


def name_before(text, open_paren):
    match = NAME.search(text, 0, open_paren + 1)
    return match.group(1) if match else "?"


def functions(text):
    """(name, first line, lines, has a comment over it) of each function body in C."""
    code = DIRECTIVE.sub(lambda match: tree.blank(match.group()), tree.code_only(text))
    lines = text.split("\n")
    found, depth, paren, start, last_open = [], 0, 0, None, 0
    declaration = 0
    for position, char in enumerate(code):
        if char == "(":
            if depth == 0 and paren == 0:
                last_open = position
            paren += 1
        elif char == ")":
            paren -= 1
        elif char == "{" and paren == 0:
            if depth == 0:
                before = code[declaration:position].rstrip()
                is_function = before.endswith(")") and "=" not in before
                start = position if is_function else None
            depth += 1
        elif char == "}" and paren == 0:
            depth -= 1
            if depth == 0:
                if start is not None:
                    blanks = list(re.finditer(r"\n[ \t]*\n", code[declaration:start].rstrip()))
                    head = declaration + blanks[-1].end() if blanks else declaration
                    head += len(code[head:]) - len(code[head:].lstrip())
                    first = code.count("\n", 0, head) + 1
                    end = code.count("\n", 0, position) + 1
                    above = lines[first - 2].rstrip() if first >= 2 else ""
                    found.append((name_before(code, last_open), first, end - first + 1,
                                  above.endswith("*/") or above.lstrip().startswith("//")))
                declaration = position + 1
        elif char == ";" and depth == 0 and paren == 0:
            declaration = position + 1
    return found


def check(root):
    excused = tree.allowed(root, "function-length")
    problems = []
    for path in tree.files(root, ".c", ".h"):
        for name, line, length, explained in functions(tree.read(root, path)):
            if f"{path}:{name}" in excused:
                continue
            if length > MOST:
                problems.append(f"{path}:{line}: {name} has {length} lines, the most is {MOST}")
            elif length > EXPLAIN and not explained:
                problems.append(f"{path}:{line}: {name} has {length} lines and no comment why")
    return problems


if __name__ == "__main__":
    tree.run(check)
