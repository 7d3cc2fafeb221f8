#!/usr/bin/env python3
"""The tree needs nothing outside itself and the system's packages: no paths of a person's machine,
no download hosts, no links to hosts that a reader would not expect."""

import re

import tree

PATHS = [
    (re.compile(r"\.\./" + r"shared\b"), "a folder outside the tree"),
    (re.compile(r"(?<![\w.])/(?:home|work)/[\w.-]+"), "an absolute path of one machine"),
    (re.compile(r"(?<![\w.])/root/[\w.-]+"), "an absolute path of one machine"),
]
HOSTS = {
    "www.gnu.org",
    "libvirt.org",
    "www.qemu.org",
    "www.freedesktop.org",
    "www.rfc-editor.org",
    "docs.kernel.org",
    "www.w3.org",
    "relaxng.org",
    "llvm.org",
    "mesonbuild.com",
    "www.debian.org",
}
URL = re.compile(r"\b(?:https?|ftp|git)://([\w.-]+\.[a-z]{2,})", re.I)
REGISTRY = re.compile(
    r"\b(?:deb\.debian\.org|pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|crates\.io|"
    r"ghcr\.io|quay\.io|docker\.io|proxy\.golang\.org|snapshot\.debian\.org)\b"
)
EXEMPT = {"LICENSE", "tests/style/outside.py", "tests/style/selftest.py"}
TEXT = (".c", ".h", ".py", ".rpc", ".md", ".build", ".txt", ".in", ".sh", ".conf", ".service",
        ".socket", ".json", ".xml", ".policy", ".rules", "")


def check(root):
    excused = tree.allowed(root, "outside")
    problems = []
    for path in tree.files(root):
        if str(path) in EXEMPT or str(path) in excused or path.suffix not in TEXT:
            continue
        if path.suffix == "" and not tree.is_script(root, path):
            continue
        for number, line in enumerate(tree.read(root, path).split("\n"), 1):
            for pattern, what in PATHS:
                if pattern.search(line):
                    problems.append(f"{path}:{number}: names {what}")
            hosts = {match.lower() for match in URL.findall(line)} - HOSTS
            hosts = {host for host in hosts if not re.search(r"(^|\.)example(\.\w+)?$", host)}
            hosts |= set(REGISTRY.findall(line))
            for host in sorted(hosts):
                problems.append(f"{path}:{number}: names the host {host}")
    return problems


if __name__ == "__main__":
    tree.run(check)
