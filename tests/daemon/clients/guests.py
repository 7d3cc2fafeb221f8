"""Real guests for tests: their documents, their console, and all that a connection tells of them.

The world must have been made with WORLD_GUEST=KIND (tests/guest). Waits end at a deadline.
"""
import os
import re
import select
import signal
import string
import subprocess
import threading
import time
import uuid
import xml.etree.ElementTree

import libvirt

import patience
from answers import ROOT

BOOT_SECONDS = 120

# VIR_DOMAIN_EVENT_ID_*, by number
EVENTS = ["lifecycle", "reboot", "rtc-change", "watchdog", "io-error", "graphics",
          "io-error-reason", "control-error", "block-job", "disk-change", "tray-change",
          "pm-wakeup",
          "pm-suspend", "balloon-change", "pm-suspend-disk", "device-removed", "block-job-2",
          "tunable",
          "agent-lifecycle", "device-added", "migration-iteration", "job-completed",
          "device-removal-failed", "metadata-change", "block-threshold", "memory-failure",
          "memory-device-size-change"]
LIFECYCLE = [
    ("defined", ["added", "updated", "renamed", "from-snapshot"]),
    ("undefined", ["removed", "renamed"]),
    ("started", ["booted", "migrated", "restored", "from-snapshot", "wakeup"]),
    ("suspended", ["paused", "migrated", "ioerror", "watchdog", "restored", "from-snapshot",
                   "api-error", "postcopy", "postcopy-failed"]),
    ("resumed", ["unpaused", "migrated", "from-snapshot", "postcopy", "postcopy-failed"]),
    ("stopped", ["shutdown", "destroyed", "crashed", "migrated", "saved", "failed",
                 "from-snapshot"]),
    ("shutdown", ["finished", "guest", "host"]),
    ("pmsuspended", ["memory", "disk"]),
    ("crashed", ["panicked", "crashloaded"]),
]
STATES = [
    ("nostate", ["unknown"]),
    ("running", ["unknown", "booted", "migrated", "restored", "from-snapshot", "unpaused",
                 "migration-canceled", "save-canceled", "wakeup", "crashed", "postcopy",
                 "postcopy-failed"]),
    ("blocked", ["unknown"]),
    ("paused", ["unknown", "user", "migration", "save", "dump", "ioerror", "watchdog",
                "from-snapshot", "shutting-down", "snapshot", "crashed", "starting-up", "postcopy",
                "postcopy-failed", "api-error"]),
    ("shutdown", ["unknown", "user"]),
    ("shutoff", ["unknown", "shutdown", "destroyed", "crashed", "migrated", "saved", "failed",
                 "from-snapshot", "daemon"]),
    ("crashed", ["unknown", "panicked"]),
    ("pmsuspended", ["unknown"]),
]


def named(table, number, detail):
    """`lifecycle`-like pair in words; the number where a table has no word for it."""
    if number >= len(table):
        return f"{number} {detail}"
    word, details = table[number]
    return f"{word} {details[detail] if detail < len(details) else detail}"


def state_of(domain):
    """`running booted`, `shutoff destroyed`, ..., or `gone`."""
    try:
        return named(STATES, *domain.state())
    except libvirt.libvirtError as error:
        return "gone" if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN else f"error {error}"


def document(name, kind="cloud", template="minimal", **words):
    """A guest's document: tests/guest/TEMPLATE.xml with its words filled in. The same name has the
    same UUID every time."""
    values = {"uuid": uuid.uuid5(uuid.NAMESPACE_DNS, name + ".example"), "machine": "pc",
              "memory": "128", "append": "", "settings": "", "devices": "", **words}
    path = os.path.join(ROOT, "tests", "guest", template + ".xml")
    with open(path, encoding="utf-8") as file:
        return string.Template(file.read()).substitute(values, name=name, kind=kind)


def image(name, size_bytes=1 << 20):
    """A file for a disk."""
    path = f"/var/lib/libvirt/images/{name}"
    with open(path, "wb") as file:
        file.truncate(size_bytes)
    return path


def daemon_name():
    """Who serves guests in this world."""
    return "libvirtd" if os.environ.get("WORLD_STOCK") == "1" else "virtqemud"


def world_ctl(*words):
    return subprocess.run(["world-ctl", *words], check=True, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=patience.long(60)).stdout.strip()


def kill_daemon():
    """End the daemon in the middle of whatever it does."""
    os.kill(int(world_ctl("pid", daemon_name())), signal.SIGKILL)
    until(lambda: subprocess.run(["world-ctl", "pid", daemon_name()], check=False,
                                 stdin=subprocess.DEVNULL, capture_output=True).returncode)


def start_daemon():
    world_ctl("start", daemon_name())


def qemu_of(name):
    """The process of a guest's QEMU; None where there is none."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"qemu-system-x86_64") and any(
                word.startswith(b"guest=" + name.encode() + b",") for word in words):
            return int(pid)
    return None


def until(condition, seconds=60):
    """Ask again until it holds; False at the deadline. For what nobody tells by an event."""
    return bool(patience.until(condition, seconds))


class Report:
    """What a test found: prints each thing that is not so."""

    def __init__(self):
        self.good, self.bad = 0, 0

    def check(self, what, holds, shown=""):
        self.good, self.bad = self.good + bool(holds), self.bad + (not holds)
        if not holds:
            print(f"not so: {what}" + (f"; {shown}" if shown != "" else ""), flush=True)

    def same(self, what, value, wanted):
        self.check(what, value == wanted, f"{value!r}, wanted {wanted!r}")

    def end(self):
        print(f"{self.good} things as they should be, {self.bad} not")
        return 1 if self.bad or not self.good else 0


# ---- the event loop and what it brings ---------------------------------------------------------
def start_loop():
    """Call before the first connection is opened."""
    libvirt.registerErrorHandler(lambda *_: None, None)
    libvirt.virEventRegisterDefaultImpl()

    def turn():
        while True:
            libvirt.virEventRunDefaultImpl()
    threading.Thread(target=turn, daemon=True).start()


class Events:
    """Everything that a connection tells of one guest, or of all, in the order of arrival."""

    def __init__(self, connection, name=None):
        self.seen = []
        self.name = name
        self.changed = threading.Condition()
        self.connection = connection
        self.ids = [connection.domainEventRegisterAny(None, number, self.arrived, number)
                    for number in range(len(EVENTS))]

    def arrived(self, _connection, domain, *facts):
        *facts, number = facts
        if self.name and not (domain.name() + ".").startswith(self.name + "."):
            return
        if number == 0:
            text = f"{domain.name()}: lifecycle {named(LIFECYCLE, *facts)}"
        else:
            text = " ".join([f"{domain.name()}:", EVENTS[number], *(str(fact) for fact in facts)])
        with self.changed:
            self.seen.append(text)
            self.changed.notify_all()

    def wait(self, wanted, seconds=60):
        """Until an event contains the text; False at the deadline."""
        return self.wait_for(lambda: any(wanted in text for text in self.seen), seconds)

    def wait_for(self, condition, seconds):
        with self.changed:
            return self.changed.wait_for(condition, patience.long(seconds))

    def settle(self, quiet):
        """Until nothing has come for that many seconds, or longer where all takes longer."""
        with self.changed:
            while True:
                count = len(self.seen)
                if not self.changed.wait_for(lambda: len(self.seen) != count, patience.long(quiet)):
                    return

    def take(self):
        """What came since the last call."""
        with self.changed:
            taken, self.seen = self.seen, []
        return taken


# ---- a guest's terminal ------------------------------------------------------------------------
class Terminal:
    """A dialog with a guest through its serial port's pseudo terminal."""

    def __init__(self, domain):
        tree = xml.etree.ElementTree.fromstring(domain.XMLDesc())
        self.fd = os.open(tree.find("devices/serial/source").get("path"),
                          os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        self.text = ""

    def close(self):
        os.close(self.fd)

    def read(self, seconds):
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                self.text += os.read(self.fd, 65536).decode(errors="replace")
            except OSError:
                time.sleep(0.05)  # its other end is closed for now

    def expect(self, pattern, seconds=BOOT_SECONDS):
        """Read until the pattern is there; returns the match and drops the text up to its end."""
        def found():
            match = re.search(pattern, self.text)
            if not match:
                self.read(0.2)
            return match
        match = patience.until(found, seconds, pause=0)
        if not match:
            raise TimeoutError(f"the guest's terminal never said {pattern!r}; "
                               f"last: {self.text[-300:]!r}")
        self.text = self.text[match.end():]
        return match

    def type(self, line):
        os.write(self.fd, line.encode() + b"\r")

    def log_in(self):
        """As root. What a guest said before its terminal was opened is lost, and QEMU may lose what
        it says in that moment, so the prompt is asked for again where it stays silent."""
        before = ""
        for left in range(BOOT_SECONDS // 10, -1, -1):
            try:
                self.expect("login: ", 10)
                break
            except TimeoutError:
                if left == 0:
                    raise
                if self.text == before:
                    self.type("")
                before = self.text
        self.type("root")
        self.expect("guest# ")

    def run(self, command):
        """What a command printed."""
        self.type(command)
        self.expect(re.escape(command) + "\r*\n", 20)
        return self.expect(r"(?s)(.*?)guest# ", 60)[1].replace("\r", "")
