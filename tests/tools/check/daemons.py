"""Acceptance tests: the executables of tests/daemon, each in a world of its own, two at a time.

Lines in a test's head tell how it is run:
    # check: fast                part of --fast
    # check: timeout 120         seconds (default 60)
    # check: no world            it makes its own worlds
    # world: WORLD_DAEMONS=...   an environment variable for tests/world
"""
import concurrent.futures
import os
import re
import time

import child

HEAD = re.compile(r"^# (check|world): *(.+?) *$", re.M)


class Test:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        self.fast, self.world, self.timeout, self.env = False, True, 60, {}
        with open(path, encoding="utf-8", errors="replace") as text:
            head = text.read(4000)
        for kind, value in HEAD.findall(head):
            if kind == "world":
                key, _, setting = value.partition("=")
                self.env[key] = setting.strip("'\"").replace("\\n", "\n")
            elif value == "fast":
                self.fast = True
            elif value == "no world":
                self.world = False
            elif value.startswith("timeout "):
                self.timeout = int(value.split()[1])


def tests(root):
    folder = os.path.join(root, "tests", "daemon")
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            yield Test(path)


def execute(test, options, deadline):
    world = os.path.join(options.root, "tests", "world")
    argv = [world, test.path] if test.world else [test.path]
    env = {"DAEMON_DIR": os.environ.get("DAEMON_DIR", options.build_dir), **test.env}
    return child.run(argv, min(deadline, time.monotonic() + test.timeout), env)


def run(options, report, deadline):
    wanted = [test for test in tests(options.root)
              if report.wanted(test.name) and (test.fast or not options.fast)]
    if wanted and os.geteuid() != 0:
        for test in wanted:
            report.add("daemon", test.name, "SKIP", "worlds need root")
        return True
    good = True
    wanted.sort(key=lambda test: -test.timeout)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        running = {pool.submit(execute, test, options, deadline): test for test in wanted}
        for future in concurrent.futures.as_completed(running):
            test, outcome = running[future], future.result()
            lines = [line.strip() for line in outcome.output.splitlines() if line.strip()]
            if outcome.timed_out:
                result, reason = "TIMEOUT", f"did not end within {outcome.seconds:.0f} s"
            elif outcome.status == 77:
                result, reason = "SKIP", lines[-1] if lines else ""
            else:
                result = "OK" if outcome.status == 0 else "FAIL"
                reason = "" if outcome.status == 0 else f"status {outcome.status}"
            good &= report.add("daemon", test.name, result, reason, outcome.output, outcome.seconds)
    return good
