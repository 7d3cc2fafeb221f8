#!/usr/bin/env python3
"""Each style check reports the fault it is there for, and nothing in a tree without one."""

import sys
import tempfile
from pathlib import Path

import clocks
import features
import functions
import heads
import includes
import leftovers
import links
import names
import outside
import readmes
import sizes
import tree

HEAD = "/*\n * {0} — a sample.\n */\n"
HEADER = "#pragma once\n"
LONG_BODY = "    call();\n" * 101
SAMPLE = {
    "common/base/a.h": HEAD.format("a") + HEADER,
    "common/base/a.c": HEAD.format("a") + '#include "common/base/a.h"\n\n#include <stdio.h>\n',
    "common/base/README.md": "a\n",
    "common/README.md": "\n",
    "docs/README.md": "\n",
    "tests/README.md": "\n",
    "tests/style/allow.txt": "",
}


def feature_page(row):
    others = [f"| A-{number} | text | no | | |" for number in range(1, features.ROWS)]
    return "\n".join([row, *others]) + "\n"


# check, the file that has the fault, its text, what the report says
FAULTS = [
    (clocks, "common/base/b.c", "int b = time(NULL);\n", "depends on the time of day"),
    (clocks, "virtqemud/b.c", "a(CLOCK_REALTIME, &b);\n", "depends on the time of day"),
    (clocks, "common/base/b.c", "pthread_cond_timedwait(a);\n", "waits for a condition"),
    (clocks, "tests/style/allow.txt", "clock | common/base/a.c | b\n", "does not read"),
    (includes, "common/base/b.c", '#include "common/rpc/x.h"\n', "may not include common/rpc"),
    (includes, "common/conf/b.c", '#include "common/rpc/x.h"\n', "may not include common/rpc"),
    (includes, "virtqemud/b.c", '#include "virtstoraged/x.h"\n', "belongs to virtstoraged"),
    (includes, "common/rpc/b.c", '#include "b.h"\n', "not named from the top"),
    (includes, "common/base/a.c", '#include <a.h>\n#include "common/base/a.h"\n', "own header"),
    (includes, "virtqemud/b.c", '#include "common/base/a.h"\n#include <a.h>\n', "order"),
    (includes, "common/base/b.h", HEADER + '#include "common/base/b.h"\n', "include each other"),
    (includes, "common/base/b.h", "int b;\n", "no #pragma once"),
    (functions, "common/base/b.c", f"int\nf(void)\n{{\n{LONG_BODY}}}\n", "f has 105 lines"),
    (functions, "common/base/b.c", f"int\nf(void)\n{{\n{LONG_BODY[:732]}}}\n", "no comment why"),
    (heads, "common/base/b.h", HEADER, "no head comment"),
    (heads, "common/base/b.h", HEAD.format("c") + HEADER, "no head comment"),
    (heads, "tests/unit/base/b.c", "int b;\n", "no comment"),
    (leftovers, "common/base/b.c", "/* TO" + "DO: more */\n", "to-do mark"),
    (leftovers, "common/base/b.c", "/* if (a)\n *     b(); */\n", "commented-out code"),
    (leftovers, "common/base/b.c", "// b = call(c);\n", "commented-out code"),
    (leftovers, "common/base/b.c", "#if 0\n#endif\n", "commented-out code"),
    (leftovers, "common/base/b.c", "int b; \n", "blank at the end"),
    (leftovers, "common/base/b.c", "/* " + "b" * 100 + " */\n", "columns"),
    (leftovers, "docs/b.md", "<<<<<<< here\n", "merge mark"),
    (outside, "tests/b.py", 'open("../sha' + 'red/x")\n', "outside the tree"),
    (outside, "tests/b.py", 'open("/home/me/x")\n', "one machine"),
    (outside, "tests/b.py", 'get("https://pypi.org/x")\n', "pypi.org"),
    (readmes, "common/rpc/b.c", "", "no README.md"),
    (readmes, "common/base/b.c", "", "does not name b.c"),
    (readmes, "common/base/README.md", "a\n" * 41, "41 lines"),
    (links, "docs/b.md", "[b](c.md)\n", "link to c.md"),
    (links, "docs/b.md", "see `common/base/c.c`\n", "names common/base/c.c"),
    (links, "docs/b.md", "see `common/base/{a,c}.c`\n", "names common/base/c.c"),
    (names, "tests/unit/base/b.c", "int main(void) { usleep(1); }\n", "sleeps"),
    (names, "tests/unit/base/b.c", "int main(void) {}\n", "never runs"),
    (sizes, "common/base/b.c", "\n" * 601, "needs a reason"),
    (sizes, "common/base/b.c", "\n" * 1001, "the most is 1000"),
    (sizes, "docs/sizes.md", "| common/base | 1 | 900 | a | 1 |\n", "run with --write"),
    (features, features.PAGE, "| A-1 | text | no | | |\n", "1 rows"),
    (features, features.PAGE, feature_page("| A-0 | text | maybe | | |"), "`maybe`"),
    (features, features.PAGE, feature_page("| A-0 | text | works | | |"), "no test shows"),
    (features, features.PAGE, feature_page("| A-0 | t | works | `unit/x` | |"), "does not exist"),
    (features, features.PAGE, feature_page("| A-0 | text | works | `lab/x` | |"), "mark lab"),
]


def grow(root, extra):
    for name, text in {**SAMPLE, **extra}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if sizes.PAGE not in extra:
        (root / sizes.PAGE).write_text("")
        (root / sizes.PAGE).write_text(sizes.page(root))


def problems_of(check, extra, **more):
    with tempfile.TemporaryDirectory() as folder:
        grow(Path(folder), extra)
        return check.check(Path(folder), **more)


def outcome_faults():
    """A row that works, with each outcome of its test."""
    page = feature_page("| A-0 | text | works | `unit/x-y` | |")
    extra = {features.PAGE: page, "tests/unit/base/x_y.c": "/* Shows A-0. */\n"}
    cases = [
        ("unit/x_y ok\n", None),
        ("vireo\n", None),
        ("daemon/z failed\n", None),
        ("unit/base/x-y skipped\n", "skipped"),
        ("unit/x_y ok\nunit/x_y failed\n", "failed"),
        ("unit/z ok\n", "did not run"),
    ]
    faults = []
    for results, expected in cases:
        problems = problems_of(features, extra, results=results)
        if bool(problems) != bool(expected) or (expected and expected not in problems[0]):
            faults.append(f"features: results {results!r} gave {problems}")
    extra["tests/unit/base/x_y.c"] = "/* Shows A-01. */\n"
    if not any("does not name" in problem for problem in problems_of(features, extra)):
        faults.append("features: a test that does not name its row was not reported")
    return faults


def main():
    faults = []
    for check, name, text, expected in FAULTS:
        page = feature_page("| A-0 | t | no | | |")
        problems = problems_of(check, {features.PAGE: page, name: text})
        if not any(expected in problem for problem in problems):
            faults.append(f"{check.__name__}: {name}: expected {expected!r}, reported {problems}")
    clean = {features.PAGE: feature_page("| A-0 | t | no | | |")}
    for check in sorted({check for check, *_ in FAULTS}, key=lambda module: module.__name__):
        problems = problems_of(check, clean)
        if problems:
            faults.append(f"{check.__name__}: reported {problems} in a tree without a fault")
    faults += outcome_faults()
    print("\n".join(faults + [f"{len(faults)} fault(s) not told"]))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
