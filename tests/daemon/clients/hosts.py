"""Hosts that we do not have: trees of tests/data/host laid over /proc and /sys of a world."""
import contextlib
import os
import subprocess
import tempfile

from answers import ROOT

FOLDER = os.path.join(ROOT, "tests", "data", "host")
PLACES = ("sys/devices/system", "sys/kernel/mm", "proc/cpuinfo", "proc/meminfo", "proc/stat")


def names():
    return sorted(name[:-5] for name in os.listdir(FOLDER) if name.endswith(".tree"))


def read(name):
    """path -> text, or ("link", target)"""
    files, path = {}, None
    with open(os.path.join(FOLDER, name + ".tree"), encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("\t"):
                files[path] += line[1:] + "\n"
            elif " -> " in line:
                path, target = line.split(" -> ", 1)
                files[path] = ("link", target)
            elif " = " in line:
                path, text = line.split(" = ", 1)
                files[path] = text + "\n"
            elif line.endswith(":"):
                path = line[:-1]
                files[path] = ""
    return files


def write(name, folder):
    for path, text in read(name).items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(text, tuple):
            os.symlink(text[1], path)
        else:
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)


@contextlib.contextmanager
def laid_over(name):
    """Within, this world's processors and memory are those of the tree."""
    with tempfile.TemporaryDirectory(prefix="host-") as folder:
        write(name, folder)
        mounted = []
        try:
            for place in PLACES:
                if not os.path.exists(f"{folder}/{place}"):
                    continue
                subprocess.run(["mount", "--bind", f"{folder}/{place}", f"/{place}"], check=True)
                mounted.append(place)
            yield
        finally:
            for place in reversed(mounted):
                subprocess.run(["umount", f"/{place}"], check=True)
