#!/usr/bin/env python3
"""Nothing that waits depends on the time of day, which administrators and networks set: it is read
where it is told or written down only (rows `clock` of allow.txt), and what waits for a time says
which clock it means."""

import re

import tree

FOLDERS = ("common", *tree.PROGRAMS)
WALL = re.compile(
    r"\b(CLOCK_REALTIME\w*|CLOCK_TAI|g_get_real_time|g_get_current_time|g_date_time_new_now\w*|"
    r"gettimeofday|time\s*\(\s*(?:NULL|&\w+)\s*\))"
)
# a condition waits by the time of day unless it was made for another clock
COND_WAIT = re.compile(r"\bpthread_cond_timedwait\b")
COND_CLOCK = re.compile(r"\bpthread_condattr_setclock\s*\([^;]*\bCLOCK_MONOTONIC\b")
ALWAYS_WALL = re.compile(r"\b(pthread_mutex_timedlock|sem_timedwait|pthread_rwlock_timed\w+)\b")


def check(root):
    excused = tree.allowed(root, "clock")
    problems, used = [], set()
    for path in tree.files(root, ".c", ".h"):
        if path.parts[0] not in FOLDERS:
            continue
        code = tree.code_only(tree.read(root, path))
        for number, line in enumerate(code.split("\n"), 1):
            for match in [*WALL.finditer(line), *ALWAYS_WALL.finditer(line)]:
                used.add(str(path))
                if str(path) not in excused:
                    problems.append(f"{path}:{number}: {match.group(1)} depends on the time of day")
        if COND_WAIT.search(code) and not COND_CLOCK.search(code):
            problems.append(f"{path}: waits for a condition by the time of day")
    problems += [f"tests/style/allow.txt: {path} does not read the time of day"
                 for path in sorted(set(excused) - used)]
    return problems


if __name__ == "__main__":
    tree.run(check)
