"""Fuzz targets: built with clang, run in turn for an equal share of the time."""
import json
import os
import shutil
import time

import builds
import child


def targets(folder):
    argv = ["meson", "introspect", "--targets", folder]
    found = json.loads(child.run(argv, deadline=1e12).output)
    for target in found:
        if target["type"] == "executable" and "/tests/fuzz/" in target["defined_in"]:
            yield target["name"], target["filename"][0]


def run(options, report, deadline):
    folder = options.build_dir + "-fuzz"
    flags = ["-Dbuildtype=debugoptimized", "-Dfuzz=true", "-Db_lundef=false"]
    if not builds.make(report, "fuzz", folder, flags, "clang", deadline):
        return False
    found = [target for target in targets(folder) if report.wanted(target[0])]
    good = True
    for name, program in sorted(found):
        seconds = max(1, options.fuzz_seconds // len(found))
        good &= one(options, report, folder, name, program, seconds)
    return good


def one(options, report, folder, name, program, seconds):
    seeds = [path for path in (os.path.join(options.root, "tests", "fuzz", "corpus", name),
                               os.path.join(options.root, "tests", "data", "fuzz", name))
             if os.path.isdir(path)]
    scratch = os.path.join(folder, "fuzz-" + name)
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch)
    argv = [program, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
            f"-artifact_prefix={scratch}/", scratch, *seeds]
    outcome = child.run(argv, time.monotonic() + seconds + 60)
    if outcome.timed_out:
        return report.add("fuzz", name, "TIMEOUT", "did not end", outcome.output)
    good = outcome.status == 0
    return report.add("fuzz", name, "OK" if good else "FAIL", "" if good else f"see {scratch}",
                      outcome.output, outcome.seconds)

