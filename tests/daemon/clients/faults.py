"""QEMUs that fail where a test wants it, and what a guest leaves on the host.

An emulator made here is Debian's QEMU while it is asked what it can do, and tests/fake/qemu.c with
a script once it is to run a guest.
"""
import os
import shutil
import subprocess
import time

import libvirt
import patience

FOLDER = "/usr/local/lib"
FAKE = os.path.join(os.environ.get("DAEMON_DIR", "build"), "tests/fake/fake-qemu")
QEMU = "/usr/bin/qemu-system-x86_64"
# made once, and kept for the next guest
KEPT = {"/run/libvirt/qemu/autostarted", "/run/libvirt/qemu/channel"}


def emulator(name, script="", shell=":"):
    """Path of a QEMU whose guests go by the script (tests/fake/qemu.c), behind a command."""
    folder = f"{FOLDER}/{name}"
    os.makedirs(folder, exist_ok=True)
    shutil.copy(FAKE, f"{folder}/fake")
    with open(f"{folder}/fake.script", "w", encoding="ascii") as file:
        file.write(script)
    with open(f"{folder}/qemu", "w", encoding="ascii") as file:
        file.write('#!/bin/sh\ncase "$*" in\n'
                   f'*"-name guest="*) {shell}; exec {folder}/fake "$@";;\n'
                   f'esac\nexec {QEMU} "$@"\n')
    os.chmod(f"{folder}/qemu", 0o755)
    return f"{folder}/qemu"


def document(name, qemu=QEMU, devices="", system=""):
    return (f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>32</memory>"
            f"<os><type arch='x86_64' machine='pc'>hvm</type>{system}</os>"
            f"<devices><emulator>{qemu}</emulator>{devices}</devices></domain>")


def outcome(function, *arguments):
    """(value, code, domain, text, seconds) of a call."""
    began = time.monotonic()
    try:
        value, code, domain, text = function(*arguments), 0, 0, ""
    except libvirt.libvirtError as error:
        value, code, domain, text = (None, error.get_error_code(), error.get_error_domain(),
                                     str(error))
    return value, code, domain, text, time.monotonic() - began


def processes():
    """QEMUs of guests, ours or fake ones."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as line:
                words = line.read().split(b"\0")
        except OSError:
            continue
        for word in words[:12]:
            if word.startswith(b"guest="):
                found[int(pid)] = word[6:].split(b",")[0].decode()
    return found


def left():
    """All that guests have on the host now: processes, links, files, folders, control groups."""
    things = [f"process {pid} {name}" for pid, name in processes().items()]
    things += [f"link {name}" for name in os.listdir("/sys/class/net") if name.startswith("vnet")]
    for top in ("/run/libvirt/qemu", "/var/lib/libvirt/qemu"):
        for folder, _, files in os.walk(top):
            things += [os.path.join(folder, name) for name in files]
            if "domain-" in os.path.basename(folder):
                things.append(folder)
    for folder, names, _ in os.walk("/sys/fs/cgroup"):
        things += [os.path.join(folder, name) for name in names if "libvirt-qemu" in name]
    return sorted(set(things) - KEPT)


def nothing_left(seconds=15):
    """What is left once nothing changes any more; empty is what it should be."""
    patience.until(lambda: not left(), seconds)
    return left()


def descriptors(pid):
    """What each descriptor of a process leads to; one that is closed meanwhile is left out."""
    found = {}
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            found[name] = os.readlink(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:
            continue
    return found


def anonymous_kib(pid):
    """Memory of a process that no file is behind."""
    with open(f"/proc/{pid}/status", encoding="ascii") as text:
        return next(int(line.split()[1]) for line in text if line.startswith("RssAnon:"))


def run(*words):
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
