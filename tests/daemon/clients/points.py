"""Fault points of a daemon (common/base/fault.h): which ones it passes, and what happens at one.

The world must have been made with VIREO_FAULTS=/run/faults, and the daemons without NDEBUG.
"""
import os
import re

import answers

FOLDER = os.environ.get("VIREO_FAULTS", "/run/faults")
PASSED, AT = f"{FOLDER}/passed", f"{FOLDER}/at"
CALL = re.compile(r'fault_point\(\s*"([^"]+)"\s*\)')


def watch(number=0, action="kill"):
    """From now on points are noted; at the one of that number the daemon dies or waits (`hold`)."""
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/new", "w", encoding="ascii") as file:
        file.write(f"{number} {action}")
    os.rename(f"{FOLDER}/new", AT)
    open(PASSED, "w", encoding="ascii").close()


def passed():
    with open(PASSED, encoding="ascii") as file:
        return file.read().splitlines()


def release():
    """Who waits at the point goes on."""
    os.unlink(AT)


def ignore():
    """Points are passed without notice again."""
    for path in (PASSED, AT):
        if os.path.exists(path):
            os.unlink(path)


def of_sources():
    """Every point that the sources of the daemon name; those of tables are known by what passes."""
    found = set()
    for top in ("common", "virtqemud"):
        for folder, _, files in os.walk(os.path.join(answers.ROOT, top)):
            for name in files:
                if name.endswith(".c"):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        found.update(CALL.findall(file.read()))
    return found
