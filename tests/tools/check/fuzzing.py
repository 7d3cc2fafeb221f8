"""Fuzz targets: built with clang, each run for its share of the time, as many at once as there are
processors."""
import concurrent.futures
import json
import os
import shutil

import builds
import child
import patience


def targets(folder):
    """{name: program} of what tests/fuzz defines."""
    argv = ["meson", "introspect", "--targets", folder]
    found = json.loads(child.run(argv, deadline=1e12).output)
    return {target["name"]: target["filename"][0] for target in found
            if target["type"] == "executable" and "/tests/fuzz/" in target["defined_in"]}


def programs(folder):
    return [os.path.relpath(program, folder) for program in targets(folder).values()]


def run(options, report, deadline):
    folder = options.build_dir + "-fuzz"
    flags = ["-Dbuildtype=debugoptimized", "-Dfuzz=true", "-Db_lundef=false"]
    if not builds.make(report, "fuzz", folder, flags, "clang", deadline, programs):
        return False
    found = {name: program for name, program in targets(folder).items() if report.wanted(name)}
    if not found:
        return True
    workers = min(os.cpu_count() or 1, len(found))
    seconds = max(1, options.fuzz_seconds * workers // len(found))
    good = True
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        running = {pool.submit(one, options, folder, name, program, seconds): name
                   for name, program in sorted(found.items())}
        for future in concurrent.futures.as_completed(running):
            good &= report.add("fuzz", running[future], *future.result())
    return good


def one(options, folder, name, program, seconds):
    """Fuzz for some seconds; what the report wants to hear: result, reason, log, seconds."""
    fuzz = os.path.join(options.root, "tests", "fuzz")
    corpus, words = os.path.join(fuzz, "corpus", name), os.path.join(fuzz, name + ".dict")
    scratch = os.path.join(folder, "fuzz-" + name)
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch)
    argv = [program, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
            f"-artifact_prefix={scratch}/found-"]
    argv += [f"-dict={words}"] if os.path.exists(words) else []
    seeds = program + "-seeds"  # made by the build, where a target has them
    argv += [scratch] + [folder for folder in (corpus, seeds) if os.path.isdir(folder)]
    outcome = child.run(argv, patience.now() + seconds + 60)
    if outcome.timed_out:
        return "TIMEOUT", "did not end", outcome.output, outcome.seconds
    if outcome.status:
        return "FAIL", f"the input is in {scratch}", outcome.output, outcome.seconds
    return "OK", "", "", outcome.seconds
