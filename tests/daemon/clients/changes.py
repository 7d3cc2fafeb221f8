"""Everything that clients do to a guest and that daemons may be killed in: each from the same
beginning, and a picture of all that is to be seen of it afterwards, by clients and on the host.
"""
import difflib
import os
import re
import shutil
import subprocess
import time

import faults
import libvirt

DEFINITIONS = "/etc/libvirt/qemu"
SNAPSHOTS = "/var/lib/libvirt/qemu/snapshot"
NAME, NEW_NAME = "victim", "renamed"
UUID = "5d1a6f36-7b0e-4c9c-9a53-0d0a3b6f7c11"
IMAGE, BRIDGE = "/var/tmp/victim.raw", "crash0"
DEVICES = f"""<disk type='file'><source file='{IMAGE}'/><target dev='vda'/></disk>
<interface type='bridge'><source bridge='{BRIDGE}'/><mac address='52:54:00:00:cc:01'/>
<model type='virtio'/></interface><serial type='pty'/><graphics type='vnc'/>
<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"""


def document(qemu=faults.QEMU, title=""):
    text = faults.document(NAME, qemu, DEVICES)
    return text.replace("</name>", f"</name><uuid>{UUID}</uuid>{title}", 1)


def other_document(name):
    """Of a guest that runs beside; it has the same kinds of devices."""
    return faults.document(name, devices=DEVICES.replace("cc:01", "cc:02").replace("victim", name))


def prepare_host():
    subprocess.run(["ip", "link", "add", BRIDGE, "type", "bridge"], check=True)
    for path in (IMAGE, IMAGE.replace("victim", "other")):
        with open(path, "wb") as image:
            image.truncate(1 << 20)


# ---- where a change begins ---------------------------------------------------------------------
def nothing(_connection, _qemu):
    return None


def defined(connection, qemu):
    return connection.defineXML(document(qemu))


def starting(connection, qemu):
    """One that starts with the host, and has a snapshot."""
    domain = defined(connection, qemu)
    domain.setAutostart(1)
    os.makedirs(f"{SNAPSHOTS}/{NAME}", exist_ok=True)
    return domain


def linkless(connection, qemu):
    """Where nothing was ever started with the host."""
    shutil.rmtree(f"{DEFINITIONS}/autostart", ignore_errors=True)
    return defined(connection, qemu)


def running(connection, qemu):
    domain = defined(connection, qemu)
    domain.create()
    return domain


def transient(connection, qemu):
    return connection.createXML(document(qemu), 0)


def held(connection, qemu):
    domain = running(connection, qemu)
    domain.suspend()
    return domain


def find(connection):
    return connection.lookupByUUIDString(UUID)


def powered_off(connection, _qemu):
    """By the guest itself; a scripted QEMU has one that listens."""
    find(connection).shutdown()
    end = time.monotonic() + 20
    while find(connection).isActive() and time.monotonic() < end:
        time.sleep(0.01)


# what is done: where it begins, the call
CHANGES = {
    "define": (nothing, lambda connection, qemu: defined(connection, qemu)),
    "define again": (starting, lambda connection, qemu: connection.defineXML(
        document(qemu, "<title>again</title>"))),
    "undefine": (starting, lambda connection, _: find(connection).undefine()),
    "undefine one that runs": (running, lambda connection, _: find(connection).undefine()),
    "define one that runs": (transient, lambda connection, qemu: defined(connection, qemu)),
    "rename": (starting, lambda connection, _: find(connection).rename(NEW_NAME)),
    "set autostart": (linkless, lambda connection, _: find(connection).setAutostart(1)),
    "unset autostart": (starting, lambda connection, _: find(connection).setAutostart(0)),
    "start": (defined, lambda connection, _: find(connection).create()),
    "start a transient one": (nothing, lambda connection, qemu: transient(connection, qemu)),
    "stop": (running, lambda connection, _: find(connection).destroy()),
    "stop a transient one": (transient, lambda connection, _: find(connection).destroy()),
    "power off": (running, powered_off),
    "hold": (running, lambda connection, _: find(connection).suspend()),
    "let go on": (held, lambda connection, _: find(connection).resume()),
}


# what a scripted QEMU says of the guest of the document
SCRIPT = 'query-balloon answer {"actual": 33554432}\n'
# the real QEMU is in what starts and ends it; the others take a scripted one
REAL = {"start", "stop"}


# starts and stops that pass the points of others: some of them, in turn
ALIKE = ["start a transient one", "stop a transient one", "power off", "autostart"]
STRIDE = 1 if os.environ.get("EVERY") == "1" else 4


def numbers(what, passed, once=False):
    """Of the points at which a change is cut off; `once`: a name that comes again is left out."""
    found = [number for number, name in enumerate(passed, 1)
             if not once or passed.index(name) + 1 == number]
    return found[ALIKE.index(what) % STRIDE::STRIDE] if what in ALIKE else found


def begun(what, before):
    """A change that was begun: what hangs on a guest goes before the guest."""
    if what != "undefine":
        return {}
    found = {}
    for name, gone in (("without its snapshots", [SNAPSHOTS]),
                       ("without its link", [SNAPSHOTS, f"{DEFINITIONS}/autostart"])):
        guests = {guest: {**facts, "autostart": facts["autostart"] and len(gone) == 1}
                  for guest, facts in before["guests"].items()}
        found[name] = {**before, "guests": guests, "files": [
            path for path in before["files"] if os.path.dirname(path) not in gone]}
    return found


def clean(connection):
    """The guest is gone, with all that it had."""
    for domain in connection.listAllDomains():
        if domain.UUIDString() != UUID:
            continue
        if domain.isActive():
            domain.destroy()
        if domain.UUIDString() in [other.UUIDString() for other in connection.listAllDomains()]:
            domain.undefine()
    for name in (NAME, NEW_NAME):
        if os.path.isdir(f"{SNAPSHOTS}/{name}"):
            os.rmdir(f"{SNAPSHOTS}/{name}")


# ---- what there is -----------------------------------------------------------------------------
def unnumbered(things):
    """Numbers of processes, guests, taps and folders differ from run to run."""
    return sorted(re.sub(r"\d+", "N", thing) for thing in things)


def files():
    found = []
    for folder in (DEFINITIONS, f"{DEFINITIONS}/autostart", SNAPSHOTS):
        if os.path.isdir(folder):
            found += [f"{folder}/{name}" for name in os.listdir(folder)]
    return sorted(name for name in found if not name.endswith(("/autostart", "/networks")))


def guest(domain):
    """Of one guest; its running document without what each run numbers anew."""
    numbered = r"id='\d+'|/dev/pts/\d+|vnet\d+|port='\d+'|domain-\d+|tty='[^']*'"
    persistent = domain.isPersistent()
    live = domain.XMLDesc() if domain.isActive() else ""
    return {"state": domain.state()[0], "persistent": persistent,
            "autostart": persistent and domain.autostart(),
            "document": domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE) if persistent else "",
            "live": re.sub(numbered, "N", live)}


def picture(connection, besides=()):
    """All that there is, but for the guests named."""
    seen = {domain.name(): guest(domain) for domain in connection.listAllDomains()
            if domain.name() not in besides}
    things = [thing for thing in faults.left() if not any(name in thing for name in besides)]
    taps = [thing for thing in things if thing.startswith("link ")]
    return {"guests": seen, "files": files(), "taps": len(taps),
            "host": unnumbered(set(things) - set(taps))}


def differences(have, wanted, path=""):
    if isinstance(have, dict) and isinstance(wanted, dict):
        return [text for key in sorted({*have, *wanted})
                for text in differences(have.get(key), wanted.get(key), f"{path}/{key}")]
    if have == wanted:
        return []
    if not isinstance(have, str) or not isinstance(wanted, str):
        return [f"{path}: {str(have)[:200]} and not {str(wanted)[:200]}"]
    lines = difflib.unified_diff(wanted.split("\n"), have.split("\n"), lineterm="", n=0)
    return [f"{path}: " + " ".join(list(lines)[2:8])]


def settle(look, wanted, seconds=20):
    """Which of the pictures it is, once it is one of them; otherwise how it differs from each."""
    end = time.monotonic() + seconds
    while True:
        have = look()
        for name, one in wanted.items():
            if have == one:
                return name, ""
        if time.monotonic() > end:
            return "", "; ".join(f"not {name}, for {differences(have, one)}"
                                 for name, one in wanted.items())
        time.sleep(0.02)
