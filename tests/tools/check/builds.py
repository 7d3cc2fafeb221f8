"""The builds and the suites that meson runs in them."""
import json
import os
import platform
import shutil
import sys

import child
import daemons
import patience

# the sanitizers of gcc 12 cannot work with many random address bits
NO_RANDOM = ["setarch", platform.machine(), "-R"]


def cached(compiler):
    return f"ccache {compiler}" if shutil.which("ccache") else compiler


def make(report, suite, folder, options, compiler, deadline, targets=None):
    """Configure where that is needed, then build (all, or what targets(folder) names)."""
    env = {"CC": cached(compiler)}
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        shutil.rmtree(folder, ignore_errors=True)
    setup = ["meson", "setup", folder, *options]
    if os.path.exists(folder):
        setup.insert(2, "--reconfigure")
    outcome = child.run(setup, deadline, env)
    if outcome.status == 0 and not outcome.timed_out:
        only = targets(folder) if targets else []
        outcome = child.run(["ninja", "-C", folder, "-k", "20", *only], deadline, env)
    reason = "deadline" if outcome.timed_out else "" if outcome.status == 0 else "does not build"
    return report.add(suite, "compiles", "OK" if not reason else "FAIL", reason, outcome.output,
                      outcome.seconds)


def last_words(entry):
    """Why a test was skipped: TAP says it behind # SKIP, others in their last line."""
    text = (entry.get("stdout") or "") + "\n" + (entry.get("stderr") or "")
    for line in text.splitlines():
        if "# SKIP" in line.upper():
            return line[line.upper().index("# SKIP") + 6:].strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def listed(folder, suites):
    """Names of the tests in any of the suites: [(name as meson wants it, suite)]."""
    found = json.loads(child.run(["meson", "introspect", "--tests", folder], deadline=1e12).output)
    names = []
    for test in found:
        own = [suite.rpartition(":")[2] for suite in test["suite"]]
        if set(own) & set(suites):
            names.append(test["name"])
    return names


def run_tests(report, name, folder, suites, deadline, wrapper=(), env=None):
    names = [test for test in listed(folder, suites) if report.wanted(test)]
    if not names:
        return True
    log = os.path.join(folder, "meson-logs", "testlog.json")
    if os.path.exists(log):
        os.unlink(log)
    argv = [*wrapper, "meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs"]
    # sanitizers are slow; a test that ends does so long before
    multiplier = (8 if wrapper else 3) * patience.factor()
    argv += ["--timeout-multiplier", f"{multiplier:.0f}"]
    for suite in suites:
        argv += ["--suite", suite]
    if report.pattern:
        argv += sorted(set(names))
    outcome = child.run(argv, deadline, env)
    ran, good = [], True
    if os.path.exists(log):
        with open(log, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                entry = json.loads(line)
                test = entry["name"].rpartition(" / ")[2].rpartition(":")[2]
                ran.append(test)
                output = (entry.get("stdout") or "") + "\n" + (entry.get("stderr") or "")
                good &= report.add(name, test, entry["result"],
                                   last_words(entry) if entry["result"] == "SKIP" else "", output,
                                   entry.get("duration"))
    if outcome.timed_out or len(ran) < len(names):
        missing = sorted(set(names) - set(ran))
        good = report.add(name, "all", "TIMEOUT" if outcome.timed_out else "ERROR",
                          f"{len(missing)} tests did not end: {' '.join(missing[:8])}",
                          outcome.output)
    return good


def gcc(options, report, deadline):
    return make(report, "build", options.build_dir, ["-Dbuildtype=debug"], "gcc", deadline)


def unit(options, report, deadline):
    return run_tests(report, "unit", options.build_dir, ["unit"], deadline)


def golden(options, report, deadline):
    return run_tests(report, "golden", options.build_dir, ["golden"], deadline)


def style(options, report, deadline):
    return run_tests(report, "style", options.build_dir, ["style"], deadline)


def clang(options, report, deadline):
    folder = options.build_dir + "-clang"
    return make(report, "clang", folder, ["-Dbuildtype=debug"], "clang", deadline)


def asan(options, report, deadline):
    folder = options.build_dir + "-asan"
    flags = ["-Dbuildtype=debug", "-Db_sanitize=address,undefined", "-Db_lundef=false"]
    env = {"ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
           "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1", "G_SLICE": "always-malloc"}
    return (make(report, "asan", folder, flags, "gcc", deadline) and
            run_tests(report, "asan", folder, ["unit", "golden", "codecs"], deadline, NO_RANDOM,
                      env) and
            daemons.run_also("asan", folder, options, report, deadline, NO_RANDOM, env))


def tsan(options, report, deadline):
    folder = options.build_dir + "-tsan"
    flags = ["-Dbuildtype=debug", "-Db_sanitize=thread", "-Db_lundef=false"]
    # GLib's slices pass from thread to thread by locks that the sanitizer does not see
    env = {"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1", "G_SLICE": "always-malloc"}
    return (make(report, "tsan", folder, flags, "gcc", deadline) and
            run_tests(report, "tsan", folder, ["concurrent"], deadline, NO_RANDOM, env) and
            daemons.run_also("tsan", folder, options, report, deadline, NO_RANDOM, env))


def features(options, report):
    """The feature table against what this run has shown."""
    page = os.path.join(options.root, "tests", "style", "features.py")
    report.write()
    outcome = child.run([sys.executable, page, "--results", report.file], deadline=1e12)
    report.add("style", "features-of-this-run", "OK" if outcome.status == 0 else "FAIL",
               log=outcome.output)
