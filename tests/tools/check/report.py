"""What a run of tests/check has found: one line a bad test, its log, the last line."""
import os
import re
import sys
import time

GOOD = {"OK": "pass", "EXPECTEDFAIL": "pass", "SKIP": "skip"}


class Report:
    def __init__(self, options):
        self.pattern = re.compile(options.pattern) if options.pattern else None
        self.verbose = options.verbose
        self.results = []  # (suite, name, pass | fail | skip, reason)
        self.start = time.monotonic()
        self.suite_from = 0
        self.file = os.path.join(options.build_dir, "check-results.txt")

    def wanted(self, name):
        return self.pattern is None or self.pattern.search(name) is not None

    @staticmethod
    def say(text):
        print(text, flush=True)

    def begin(self, suite):
        self.suite_from = len(self.results)
        self.say(f"== {suite}")

    def end(self, suite, seconds):
        states = [result[2] for result in self.results[self.suite_from:]]
        parts = [f"{states.count(state)} {word}" for state, word in
                 (("pass", "passed"), ("fail", "failed"), ("skip", "skipped")) if state in states]
        self.say(f"   {suite}: {', '.join(parts) or 'no tests'} ({seconds:.0f} s)")

    def add(self, suite, name, result, reason="", log="", seconds=None):
        """result as in meson's log: OK, FAIL, SKIP, TIMEOUT, ERROR, ..."""
        state = GOOD.get(result, "fail")
        self.results.append((suite, name, state, reason))
        took = "" if seconds is None else f" ({seconds:.1f} s)"
        if state == "fail":
            self.say(f"FAIL {suite}/{name}: {reason or result.lower()}{took}")
            for line in log.rstrip().splitlines()[-60:]:
                self.say("   | " + line)
        elif self.verbose:
            self.say(f"{state} {suite}/{name}{took}")
        return state != "fail"

    def write(self):
        """The outcome for the feature table's check: `suite/test status`."""
        os.makedirs(os.path.dirname(self.file), exist_ok=True)
        with open(self.file, "w", encoding="utf-8") as out:
            for suite, name, state, _ in self.results:
                out.write(f"{suite}/{name} {state}\n")

    def finish(self):
        self.write()
        skipped = [result for result in self.results if result[2] == "skip"]
        failed = [result for result in self.results if result[2] == "fail"]
        self.say(f"== done in {time.monotonic() - self.start:.0f} s")
        for suite, name, _, reason in skipped:
            self.say(f"skipped {suite}/{name}: {reason or 'no reason given'}")
        for suite, name, _, reason in failed:
            self.say(f"failed {suite}/{name}{': ' + reason if reason else ''}")
        passed = len(self.results) - len(skipped) - len(failed)
        self.say(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
        sys.stdout.flush()
        return 1 if failed or not passed else 0
