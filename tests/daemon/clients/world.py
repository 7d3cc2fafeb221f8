"""The world a test runs in: its daemons, its clients, and how a test says what is not so."""
import os
import socket
import struct
import subprocess
import sys

import patience

STOCK = os.environ.get("WORLD_STOCK") == "1"
SANITIZED = os.environ.get("WORLD_SANITIZED") == "1"  # memory figures mean nothing then
DAEMONS = ["libvirtd"] if STOCK else os.environ.get("WORLD_DAEMONS", "").split()
URIS = {"libvirtd": "qemu:///system", "virtqemud": "qemu:///system",
        "virtnetworkd": "network:///system", "virtstoraged": "storage:///system",
        "virtnodedevd": "nodedev:///system", "virtproxyd": "qemu:///system?mode=legacy"}
AUTH_LIST = struct.pack(">7I", 28, 0x20008086, 1, 66, 0, 0, 0)
PROBLEMS = []


def check(what, good, *details):
    """Note what is not so; the test goes on, so that one run tells everything."""
    if not good:
        PROBLEMS.append(what)
        print(f"not so: {what}", *details, flush=True)
    return good


def finish():
    sys.exit(1 if PROBLEMS else 0)


def skip(reason):
    print(reason)
    sys.exit(77)


def wait_for(condition, seconds=20):
    """Until condition() is true, or time is over; what it said last."""
    return patience.until(condition, seconds, 0.03)


def socket_base(daemon):
    """Path of the daemon's read-write socket without its last part: .../virtqemud, .../libvirt"""
    return "/run/libvirt/" + {"virtproxyd": "libvirt", "libvirtd": "libvirt"}.get(daemon, daemon)


def ctl(*words):
    done = subprocess.run(["world-ctl", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def pid_of(daemon):
    return int(ctl("pid", daemon)[1])


def virsh(*words, user="root", text=None, seconds=20):
    """status, stdout, stderr of virsh as a user; text are commands for its standard input"""
    done = subprocess.run(["world-as", user, "virsh", *words], input=text, capture_output=True,
                          stdin=subprocess.DEVNULL if text is None else None, text=True,
                          timeout=patience.long(seconds), check=False)
    return done.returncode, done.stdout, done.stderr


def receive(sock, length):
    data = b""
    while len(data) < length:
        part = sock.recv(length - len(data))
        if not part:
            return data
        data += part
    return data


def answers(path, seconds=5):
    """Does a daemon answer a call on this socket?"""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(patience.long(seconds))
        try:
            sock.connect(path)
            sock.sendall(AUTH_LIST)
            return len(receive(sock, 28)) == 28
        except OSError:
            return False


def run_daemon(daemon, *options, env=None, fds=()):
    """Start a daemon by hand, beside or instead of the world's own."""
    return subprocess.Popen([f"/usr/sbin/{daemon}", *options], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, **(env or {})}, pass_fds=fds)
