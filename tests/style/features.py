#!/usr/bin/env python3
"""docs/features.md is true: a row that `works` has a test that exists, that names the row, and that
passed in this run.

    features.py                  existence and naming
    features.py --results FILE   also the outcome; FILE (or VIREO_RESULTS) has lines
                                 "suite/test status"

A test is written `suite/name` and lives in tests/suite/, in any folder below, as name.c, name.py,
name.sh or name. In a run that has any test of a suite, each named test of that suite must have
passed. Rows marked `lab` are shown by a run with the suite lab only.
"""

import argparse
import os
import re
import sys

import tree

PAGE = "docs/features.md"
ROWS = 273
ROW = re.compile(r"^\| ([A-Z]+-\d+) \|(.*)\|\s*$", re.M)
STATES = ("works", "part", "no")
PASSED = {"pass", "passed", "ok", "success"}


class Row:
    def __init__(self, name, cells):
        self.id = name
        self.state = cells[1] if len(cells) > 1 else ""
        self.tests = re.findall(r"`([^`]+)`", cells[2]) if len(cells) > 2 else []
        self.lab = len(cells) > 3 and cells[3] == "lab"


def rows(text):
    return [
        Row(match.group(1), [cell.strip() for cell in match.group(2).split(" | ")])
        for match in ROW.finditer(text)
    ]


def plain(name):
    return name.replace("-", "_").replace(" ", "_")


def test_files(root):
    """{suite/name: [paths]} of everything that can be a test."""
    found = {}
    for path in tree.files(root):
        in_suite = path.parts[0] == "tests" and len(path.parts) > 2
        if in_suite and path.suffix in (".c", ".py", ".sh", ""):
            found.setdefault(f"{path.parts[1]}/{plain(path.stem)}", []).append(path)
    return found


def key(test):
    """suite/module/name and suite/name are the same test."""
    parts = test.split("/")
    return f"{parts[0]}/{plain(parts[-1])}"


def shape_problems(found):
    problems = []
    names = [row.id for row in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(f"{PAGE}: {name} stands there twice")
    if len(set(names)) != ROWS:
        problems.append(f"{PAGE}: {len(set(names))} rows, there are {ROWS} features")
    for row in found:
        if row.state not in STATES:
            problems.append(f"{PAGE}: {row.id} is `{row.state}`, not one of {', '.join(STATES)}")
        if row.state == "works" and not row.tests:
            problems.append(f"{PAGE}: {row.id} works, but no test shows it")
        only_lab = bool(row.tests) and all(test.startswith("lab/") for test in row.tests)
        if row.lab != only_lab:
            problems.append(f"{PAGE}: {row.id}: the mark lab is for rows that only lab/ tests show")
    return problems


def naming_problems(root, row, available):
    problems = []
    for test in row.tests:
        paths = available.get(key(test), [])
        if not paths:
            problems.append(f"{PAGE}: {row.id}: the test {test} does not exist")
        elif not any(re.search(rf"\b{row.id}\b", tree.read(root, path)) for path in paths):
            problems.append(f"{PAGE}: {row.id}: {test} does not name the row")
    return problems


def outcome_problems(row, outcomes, suites):
    problems = []
    for test in row.tests:
        if test.split("/")[0] not in suites:
            continue
        status = outcomes.get(key(test))
        if status is None:
            problems.append(f"{PAGE}: {row.id}: {test} did not run")
        elif status not in PASSED:
            problems.append(f"{PAGE}: {row.id}: {test}: {status}")
    return problems


def read_outcomes(text):
    """{suite/name: status}; a test with several lines has its worst."""
    outcomes = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        test, _, status = line.strip().rpartition(" ")
        name, status = key(test), status.lower()
        if outcomes.get(name, "ok") in PASSED:
            outcomes[name] = status
    return outcomes


def check(root, results=None):
    found = rows((root / PAGE).read_text())
    available = test_files(root)
    problems = shape_problems(found)
    working = [row for row in found if row.state == "works"]
    for row in working:
        problems += naming_problems(root, row, available)
    if results is not None:
        outcomes = read_outcomes(results)
        suites = {name.split("/")[0] for name in outcomes}
        for row in working:
            problems += outcome_problems(row, outcomes, suites)
        if "lab" not in suites:
            only_lab = sum(row.lab for row in working)
            print(f"{only_lab} feature(s) are shown by the lab only; it did not run")
    counts = [sum(row.state == state for row in found) for state in STATES]
    print("features: " + ", ".join(f"{count} {state}" for count, state in zip(counts, STATES)))
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", default=os.environ.get("VIREO_RESULTS"))
    results = parser.parse_args().results
    text = None
    if results is not None:
        with open(results, encoding="utf-8") as stream:
            text = stream.read()
    tree.run(lambda root: check(root, text))


if __name__ == "__main__":
    sys.exit(main())
