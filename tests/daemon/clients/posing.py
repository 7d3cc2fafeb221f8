"""Test daemons that pose as others (see ../testd/README.md), and what is asked of their
processes."""
import os
import pwd
import signal
import socket
import subprocess
import time

import patience
import peer
import world

PROGRAM = os.path.join(os.environ.get("DAEMON_DIR", "build"), "tests/daemon/testd/testd")
PROXY = "/run/libvirt/libvirt-sock"
RUNNING = []
KEPT = []


def skip_stock():
    if world.STOCK:
        world.skip("the test daemons are ours")


def sock(daemon):
    return f"/run/libvirt/{daemon}-sock"


class Daemon:
    """A test daemon that runs from here on under the name of a real one."""

    def __init__(self, name, config=None, user=None, env=None):
        self.name = name
        self.user = user
        self.env = env or {}
        self.log = f"/run/world/log/{name}.testd"
        if config is not None:
            with open(f"/etc/libvirt/{name}.conf", "w", encoding="ascii") as out:
                out.write(config)
        self.process = None
        self.start()
        RUNNING.append(self)

    def start(self, wait=True):
        with open(self.log, "a", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [self.name, "--timeout=0"] if self.user is None else
                ["world-as", self.user, "bash", "-c", f"exec -a {self.name} {PROGRAM}"],
                executable=PROGRAM if self.user is None else None, stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, env={**os.environ, **self.env})
        if wait and self.user is None:
            world.check(f"{self.name} comes up",
                        world.wait_for(lambda: world.answers(sock(self.name))),
                        self.words())

    def words(self):
        with open(self.log, encoding="utf-8", errors="replace") as text:
            return text.read()[-3000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """SIGTERM, and a clean end"""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            status = "none within 20 s"
        world.check(f"{self.name} ends well on SIGTERM", status == 0, status, self.words())

    def pid(self):
        return self.process.pid


def rss_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as text:
        return next(int(line.split()[1]) for line in text if line.startswith("VmRSS:"))


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as text:
        fields = text.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def opened(path=PROXY, uri="qemu:///system", flags=0, seconds=20):
    client = peer.Peer(path, seconds)
    reply = client.open(uri, flags)
    world.check(f"{uri} opens on {path}", reply.code() == 0, reply)
    return client


def paths(daemon, uri):
    """The ways to the same objects: directly and through the proxy"""
    return ((sock(daemon), uri), (PROXY, uri))


def socket_as(user, path):
    """A socket that this user connected, and the process that did: it lives until the end of the
    test, because access rules are asked about it."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            entry = pwd.getpwnam(user)
            os.initgroups(user, entry.pw_gid)
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            ours.close()
            mine = socket.socket(socket.AF_UNIX)
            mine.connect(path)
            socket.send_fds(theirs, [b"x"], [mine.fileno()])
            mine.close()
            theirs.recv(1)
        finally:
            os._exit(0)
    theirs.close()
    KEPT.append(ours)
    _, fds, _, _ = socket.recv_fds(ours, 1, 1)
    return socket.socket(fileno=fds[0]), pid


def peer_as(user, path, seconds=20):
    """A client that is this user"""
    found, pid = socket_as(user, path)
    client = peer.Peer(path, seconds, found)
    client.pid = pid
    return client


def rules_hold(path, question, user="alice"):
    """Whether the rules that were just written answer already"""
    client = peer_as(user, path)
    good = client.open().code() == 0 and question(client)
    client.close()
    return good


def uid_of(user):
    return pwd.getpwnam(user).pw_uid


def finish():
    for daemon in RUNNING:
        if daemon.process.returncode is None:
            daemon.stop()
    if os.environ.get("WORLD_DAEMONS", "") and world.DAEMONS:
        for name in world.DAEMONS:
            world.check(f"{name} still runs", world.ctl("pid", name)[0] == 0)
    world.finish()


def until(what, condition, seconds=10):
    return world.check(what, world.wait_for(condition, seconds))


def raw(path):
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    return client


def now():
    return time.monotonic()


def ms(idle):
    """So long a call takes that others are meant to overtake"""
    return int(patience.long(idle))


def soon(begin, seconds):
    """Whether it is not longer ago, on a machine that does nothing else (patience.py)"""
    return now() - begin < patience.long(seconds)
