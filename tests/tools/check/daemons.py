"""Acceptance tests: the executables of tests/daemon, each in a world of its own, two at a time.

Lines in a test's head tell how it is run:
    # check: fast                part of --fast
    # check: timeout 120         seconds (default 60)
    # check: no world            it makes its own worlds
    # check: also asan|tsan      once more against the daemons of that build
    # world: WORLD_DAEMONS=...   an environment variable for tests/world
"""
import concurrent.futures
import os
import re

import child
import patience

HEAD = re.compile(r"^# (check|world): *(.+?) *$", re.M)


class Test:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        self.fast, self.world, self.timeout, self.env, self.also = False, True, 60, {}, []
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
            elif value.startswith("also "):
                self.also += value.split()[1:]
            elif value.startswith("timeout "):
                self.timeout = int(value.split()[1])


def tests(root):
    folder = os.path.join(root, "tests", "daemon")
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            yield Test(path)


def execute(test, root, deadline, env, wrapper=()):
    world = os.path.join(root, "tests", "world")
    argv = [*wrapper, world, test.path] if test.world else [*wrapper, test.path]
    return child.run(argv, min(deadline, patience.now() + test.timeout), {**env, **test.env})


def judge(report, suite, test, outcome):
    lines = [line.strip() for line in outcome.output.splitlines() if line.strip()]
    if outcome.timed_out:
        result, reason = "TIMEOUT", f"did not end within {outcome.seconds:.0f} s"
    elif outcome.status == 77:
        result, reason = "SKIP", lines[-1] if lines else ""
    else:
        result = "OK" if outcome.status == 0 else "FAIL"
        reason = "" if outcome.status == 0 else f"status {outcome.status}"
    return report.add(suite, test.name, result, reason, outcome.output, outcome.seconds)


def may_run(report, suite, wanted):
    if not wanted or os.geteuid() == 0:
        return True
    for test in wanted:
        report.add(suite, test.name, "SKIP", "worlds need root")
    return False


def run(options, report, deadline):
    wanted = [test for test in tests(options.root)
              if report.wanted(test.name) and (test.fast or not options.fast)]
    if not may_run(report, "daemon", wanted):
        return True
    good = True
    env = {"DAEMON_DIR": os.environ.get("DAEMON_DIR", options.build_dir)}
    wanted.sort(key=lambda test: -test.timeout)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        running = {pool.submit(execute, test, options.root, deadline, env): test
                   for test in wanted}
        for future in concurrent.futures.as_completed(running):
            good &= judge(report, "daemon", running[future], future.result())
    return good


def run_also(suite, folder, options, report, deadline, wrapper, env):
    """Tests that say "also SUITE", against a build with a sanitizer: a daemon that it finds fault
    with ends, and the test fails."""
    wanted = [test for test in tests(options.root)
              if suite in test.also and report.wanted(test.name)]
    if not may_run(report, suite, wanted):
        return True
    env = {**env, "DAEMON_DIR": folder, "WORLD_SANITIZED": "1"}
    return all([judge(report, suite, test, execute(test, options.root, deadline, env, wrapper))
                for test in wanted])
