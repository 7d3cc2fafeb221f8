"""Speed and memory beside stock's: a release build and tests/bench."""
import os
import sys

import builds
import child

DAEMONS = ["virtqemud", "virtproxyd", "virtnetworkd", "virtstoraged", "virtnodedevd"]
TARGETS = [*(f"{name}/{name}" for name in DAEMONS), "virtqemud/exec/virt-exec",
           "tests/bench/bench-client", "tests/bench/bench-durable.so"]


def run(options, report, deadline):
    folder = options.build_dir + "-bench"
    if os.geteuid() != 0:
        return report.add("bench", "measured", "SKIP", "worlds need root")
    if not builds.make(report, "bench", folder, ["-Dbuildtype=release"], "gcc", deadline,
                       lambda _: TARGETS):
        return False
    program = os.path.join(options.root, "tests", "bench", "run")
    outcome = child.run([sys.executable, program, "--build-dir", folder], deadline)
    if outcome.status == 77:
        return report.add("bench", "measured", "SKIP", outcome.output.splitlines()[-1])
    report.say(outcome.output)
    result = "TIMEOUT" if outcome.timed_out else "OK" if outcome.status == 0 else "FAIL"
    return report.add("bench", "measured", result, seconds=outcome.seconds)
