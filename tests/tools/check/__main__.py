"""The suites of tests/check: which there are, in which order, and how the run ends."""
import argparse
import os
import signal
import sys
import time

import bench
import builds
import daemons
import fuzzing
import patience
from report import Report

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))

# name -> (function, seconds it may take, part of --fast); three times what it takes on two
# processors without a cache of the compiler's: the bound is for what hangs
SUITES = {
    "build": (builds.gcc, 1200, True),
    "unit": (builds.unit, 600, True),
    "golden": (builds.golden, 600, True),
    "style": (builds.style, 300, True),
    "daemon": (daemons.run, 3600, True),
    "clang": (builds.clang, 1200, False),
    "asan": (builds.asan, 1800, False),
    "tsan": (builds.tsan, 1500, False),
    "fuzz": (fuzzing.run, 1500, False),
}

BENCH = (bench.run, 1200, False)
NEED_BUILD = {"unit", "golden", "style", "daemon"}


def parse(argv):
    parser = argparse.ArgumentParser(
        prog="tests/check",
        description="Build, run the suites, end with one line: N passed, N failed, N skipped.",
        epilog="Suites: " + ", ".join(SUITES) + ". Without any, all of them.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", choices=[[], *SUITES], default=[])
    parser.add_argument("--fast", action="store_true",
                        help="one build; unit, golden, style and the core of daemon")
    parser.add_argument("--bench", action="store_true",
                        help="nothing of that: measure speed and memory beside stock's")
    parser.add_argument("-k", metavar="PATTERN", dest="pattern",
                        help="only tests whose name matches this regular expression")
    parser.add_argument("--fuzz-seconds", type=int, default=180, metavar="N",
                        help="for all fuzz targets together (default 180)")
    parser.add_argument("--build-dir", default=os.path.join(ROOT, "build"), metavar="DIR",
                        help="the debug build (default build); beside it: DIR-asan, ...")
    parser.add_argument("--no-build", action="store_true", help="take the debug build as it is")
    parser.add_argument("-v", "--verbose", action="store_true", help="name every test")
    options = parser.parse_args(argv)
    options.root = ROOT
    options.build_dir = os.path.realpath(options.build_dir)
    return options


def chosen(options):
    if options.bench:
        return ["bench"]
    names = [name for name, row in SUITES.items()
             if (name in options.suites if options.suites else not options.fast or row[2])]
    if "build" not in names and set(names) & NEED_BUILD:
        names.insert(0, "build")
    return [name for name in names if name != "build" or not options.no_build]


def environment():
    # Whoever owns the tree, git may be asked about it.
    os.environ.update(GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="safe.directory",
                      GIT_CONFIG_VALUE_0="*", PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
    for name in ("MAKEFLAGS", "DESTDIR", "CFLAGS", "LDFLAGS", "LIBVIRT_DEFAULT_URI", "REGENERATE"):
        os.environ.pop(name, None)
    for tool in ("/usr/sbin", "/sbin"):
        if tool not in os.environ.get("PATH", "").split(":"):
            os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":" + tool


def give_back(options):
    """sudo made the build folders root's: give them to the tree's owner."""
    owner = os.stat(options.root)
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for name in os.listdir(os.path.dirname(options.build_dir)):
        path = os.path.join(os.path.dirname(options.build_dir), name)
        if path == options.build_dir or path.startswith(options.build_dir + "-"):
            for folder, _, files in os.walk(path):
                for entry in (folder, *(os.path.join(folder, file) for file in files)):
                    os.lchown(entry, owner.st_uid, owner.st_gid)


def main():
    options = parse(sys.argv[1:])
    environment()
    os.chdir(options.root)
    report = Report(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    broken = False
    for name in chosen(options):
        run, seconds, _ = BENCH if name == "bench" else SUITES[name]
        if broken and name in NEED_BUILD:
            report.add(name, "all", "SKIP", reason="the build failed")
            continue
        start = time.monotonic()
        report.begin(name)
        ok = run(options, report, patience.now() + seconds)
        report.end(name, time.monotonic() - start)
        broken = broken or (name == "build" and not ok)
    # --fast runs a part of a suite: what a row names may not be in it.
    whole = not (options.suites or options.pattern or options.fast or options.bench)
    if whole and not broken:
        builds.features(options, report)
    give_back(options)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
