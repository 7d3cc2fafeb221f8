"""Recorded tables: what the stock daemons answered, one row a question.

A table is a file of tab-separated cells: KEYS columns that say what was asked, then what came back.
A test asks ours the same and compares; rows where ours answers otherwise on purpose are choices,
each with its reason.
"""
import argparse
import os
import sys

from answers import ROOT

FOLDER = os.path.join(ROOT, "tests", "data", "stock")


class Choice:
    """Rows for which ours is meant to differ. `applies(key)` picks them; `expected` are the cells
    that ours must give, or None for a question that is asked of nobody yet."""

    def __init__(self, applies, expected, reason):
        self.applies, self.expected, self.reason = applies, expected, reason
        self.used = False


def path(name):
    return os.path.join(FOLDER, name + ".tsv")


def write(name, columns, rows):
    with open(path(name), "w", encoding="utf-8") as out:
        out.write("# " + "\t".join(columns) + "\n")
        for key, cells in rows.items():
            out.write("\t".join([*key, *cells]) + "\n")


def read(name, keys):
    rows = {}
    with open(path(name), encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                cells = line.rstrip("\n").split("\t")
                rows[tuple(cells[:keys])] = cells[keys:]
    return rows


def compare(recorded, answers, choices, columns):
    """Print each difference; return their number."""
    bad = 0
    for key, cells in answers.items():
        wanted = recorded.get(key)
        if wanted is None:
            print(f"not recorded: {' | '.join(key)}")
            bad += 1
            continue
        for choice in choices:
            if choice.applies(key):
                choice.used = True
                expected = choice.expected
                wanted = expected(key, wanted) if callable(expected) else expected
                break
        if cells != wanted:
            bad += 1
            print(f"differs: {' | '.join(key)}")
            for name, want, have in zip(columns[len(key):], wanted, cells):
                mark = " " if want == have else "*"
                wish = "" if want == have else f"   (wanted {want})"
                print(f"    {mark} {name}: {have}{wish}")
    for key in recorded:
        if key not in answers:
            print(f"recorded, but not asked: {' | '.join(key)}")
            bad += 1
    for choice in choices:
        if not choice.used:
            print(f"no row needs this choice any more: {choice.reason}")
            bad += 1
    return bad


def main(name, columns, keys, ask, choices=()):
    """ask() -> {key: cells}. `--record` writes the table (against stock daemons only)."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", action="store_true", help="write the table (WORLD_STOCK=1)")
    options = parser.parse_args()
    stock = os.environ.get("WORLD_STOCK") == "1"
    if options.record and not stock:
        sys.exit("only the stock daemons are recorded: WORLD_STOCK=1 tests/world ... --record")
    answers = ask()
    if options.record:
        write(name, columns, answers)
        print(f"{len(answers)} rows recorded in {path(name)}")
        return 0
    bad = compare(read(name, keys), answers, () if stock else list(choices), columns)
    print(f"{len(answers)} questions, {bad} differences")
    return 1 if bad else 0
