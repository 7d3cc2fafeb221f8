"""Clients that do all kinds of things to the same guests, and what each of them believes about
them: from replies, and from events alone. Reality is what processes, files and the QEMUs say.
"""
import collections
import glob
import json
import os
import random
import threading
import time
import uuid
import xml.etree.ElementTree

import faults
import libvirt
import libvirt_qemu
import patience

DIRECT, PROXIED = "qemu:///system?mode=direct", "qemu:///system?mode=legacy"
NAMES = [f"storm{number}" for number in range(8)]
TRANSIENT = [f"passing{number}" for number in range(4)]
MARKER = "marker"
DEADLINE = 60  # seconds; for what must come, on a loaded machine
# not there, or there already; wrong state; given up or ended meanwhile
FITS = {libvirt.VIR_ERR_NO_DOMAIN, libvirt.VIR_ERR_DOM_EXIST, libvirt.VIR_ERR_OPERATION_INVALID,
        libvirt.VIR_ERR_OPERATION_ABORTED, libvirt.VIR_ERR_OPERATION_FAILED}
KILLED = "it was killed by signal 9"  # a QEMU, while it was being started
STARTING = (libvirt.VIR_DOMAIN_PAUSED, libvirt.VIR_DOMAIN_PAUSED_STARTING_UP)
STATES = {libvirt.VIR_DOMAIN_RUNNING: "running", libvirt.VIR_DOMAIN_PAUSED: "paused",
          libvirt.VIR_DOMAIN_SHUTOFF: "off", libvirt.VIR_DOMAIN_CRASHED: "off"}
EVENTS = {libvirt.VIR_DOMAIN_EVENT_STARTED: "running", libvirt.VIR_DOMAIN_EVENT_RESUMED: "running",
          libvirt.VIR_DOMAIN_EVENT_SUSPENDED: "paused", libvirt.VIR_DOMAIN_EVENT_STOPPED: "off"}
STATUS = {"running": "running", "paused": "paused", "prelaunch": "paused"}
MORE = ["define", "pass", "pass", "create", "create", "paused"]
# the call -> the event that each success of it is told by
COUNTED = {"create": libvirt.VIR_DOMAIN_EVENT_STARTED, "paused": libvirt.VIR_DOMAIN_EVENT_STARTED,
           "bound": libvirt.VIR_DOMAIN_EVENT_STARTED, "pass": libvirt.VIR_DOMAIN_EVENT_STARTED,
           "define": libvirt.VIR_DOMAIN_EVENT_DEFINED,
           "undefine": libvirt.VIR_DOMAIN_EVENT_UNDEFINED}


def document(name, title=""):
    """The same guest each time."""
    own = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    return faults.document(name).replace("<memory",
                                         f"<uuid>{own}</uuid><title>{title}</title><memory")


def seen_by(connection):
    """name -> (state, persistent), as replies tell it. Who is being started is off: if that
    succeeds, an event will say so, and else nothing does."""
    kept = {domain.name() for domain in
            connection.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_PERSISTENT)}
    found = {name: ("off", True) for name in kept}
    for domain, figures in connection.getAllDomainStats(libvirt.VIR_DOMAIN_STATS_STATE):
        name, state = domain.name(), figures.get("state.state")
        if (state, figures.get("state.reason")) == STARTING:
            state = libvirt.VIR_DOMAIN_SHUTOFF
        found[name] = (STATES.get(state, state), name in kept)
    return {name: facts for name, facts in found.items() if facts != ("off", False)}


def title_of(connection, name):
    """Of a definition; None: there is none."""
    try:
        return connection.lookupByName(name).metadata(libvirt.VIR_DOMAIN_METADATA_TITLE, None,
                                                      libvirt.VIR_DOMAIN_AFFECT_CONFIG)
    except libvirt.libvirtError as error:
        if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN_METADATA:
            return ""
        if error.get_error_code() in (libvirt.VIR_ERR_NO_DOMAIN, libvirt.VIR_ERR_OPERATION_INVALID):
            return None
        raise


class View:
    """One connection, and what it was told of guests since."""

    def __init__(self, uri, read_only):
        self.connection = libvirt.openReadOnly(uri) if read_only else libvirt.open(uri)
        self.log = []  # (name, event, detail)
        self.id = self.connection.domainEventRegisterAny(
            None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, self.arrived, None)
        # Events may tell of changes from before this look; the last one of a guest is never older.
        self.base = seen_by(self.connection)

    def arrived(self, _connection, domain, event, detail, _data):
        self.log.append((domain.name(), event, detail))

    def told(self):
        """What events say: name -> (state, persistent)."""
        guests = dict(self.base)
        for name, event, _ in list(self.log):
            state, persistent = guests.get(name, ("off", False))
            if event == libvirt.VIR_DOMAIN_EVENT_DEFINED:
                persistent = True
            elif event == libvirt.VIR_DOMAIN_EVENT_UNDEFINED:
                persistent = False
            guests[name] = (EVENTS.get(event, state), persistent)
        return {name: facts for name, facts in guests.items() if facts != ("off", False)}

    def heard_of(self, wanted):
        return [(event, detail) for name, event, detail in list(self.log) if name == wanted]

    def markers(self):
        """Where in the log the marker was told of."""
        return [at for at, (name, _, _) in enumerate(list(self.log)) if name == MARKER]

    def between_markers(self):
        """The events of the last round, of which both ends were heard."""
        *_, first, last = self.markers()
        return self.log[first + 1:last]

    def forget(self):
        """What was compared already; events that come meanwhile stay."""
        self.base, last = self.told(), self.markers()[-1]
        del self.log[:last]

    def close(self):
        for function, *arguments in ((self.connection.domainEventDeregisterAny, self.id),
                                     (self.connection.close,)):
            try:
                function(*arguments)
            except libvirt.libvirtError:
                continue  # its daemon is gone


class Client:
    """Does things by chance, and connects again when its daemon was killed."""

    def __init__(self, number, uri, read_only, tally):
        self.number, self.uri, self.read_only, self.tally = number, uri, read_only, tally
        self.chance = random.Random(number)
        self.view, self.titles = None, 0
        self.calls = {
            "XML": lambda c, d: d.XMLDesc(), "figures": lambda c, d: c.getAllDomainStats(),
            "list": lambda c, d: c.listAllDomains(), "info": lambda c, d: d.info(),
            "state": lambda c, d: d.state(), "control": lambda c, d: d.controlInfo(),
            "memory": lambda c, d: d.memoryStats()}
        if not read_only:
            self.calls |= {
                "create": lambda c, d: d.create(), "paused": lambda c, d: d.createWithFlags(1),
                "bound": lambda c, d: d.createWithFlags(libvirt.VIR_DOMAIN_START_AUTODESTROY),
                "destroy": lambda c, d: d.destroy(), "end": lambda c, d: d.destroyFlags(1),
                "suspend": lambda c, d: d.suspend(), "resume": lambda c, d: d.resume(),
                "reset": lambda c, d: d.reset(0), "undefine": lambda c, d: d.undefine()}

    def connect(self):
        """Until it is; a daemon that was killed comes again."""
        end = time.monotonic() + patience.long(DEADLINE)
        while True:
            try:
                self.view = View(self.uri, self.read_only)
                return
            except libvirt.libvirtError:
                if time.monotonic() > end:
                    return  # whoever waits for this thread sees it
                time.sleep(0.05)

    def leave(self):
        if self.view:
            self.view.close()
        self.view = None

    def act(self):
        connection, name = self.view.connection, self.chance.choice(NAMES)
        call = self.chance.choice(sorted(self.calls) + ([] if self.read_only else MORE))
        if call == "define":
            self.titles += 1
            title = f"{self.number}-{self.titles}"
            with self.tally.lock:
                self.tally.titles[name].add(title)
            told = faults.outcome(connection.defineXML, document(name, title))
            if told[1] in FITS:
                with self.tally.lock:
                    self.tally.titles[name].discard(title)
        elif call == "pass":
            name = self.chance.choice(TRANSIENT)
            told = faults.outcome(connection.createXML, document(name))
        else:
            if self.chance.random() < 0.3 and call in ("destroy", "end", "suspend", "XML"):
                name = self.chance.choice(TRANSIENT)
            told = faults.outcome(
                lambda: self.calls[call](connection, connection.lookupByName(name)))
        self.tally.note(call, name, told)
        return told[1]

    def run(self, end):
        while time.monotonic() < end:
            if self.view is None:
                self.connect()
            if self.view is None:
                return
            code = self.act()
            is_lost = code and code not in FITS and not self.view.connection.isAlive()
            if is_lost or self.chance.random() < 0.02:
                self.leave()
            time.sleep(self.chance.random() * 0.1)
        if self.view is not None and not self.view.connection.isAlive():
            self.leave()
        if self.view is None:
            self.connect()


class Tally:
    """What all clients were answered in one round."""

    def __init__(self):
        self.lock = threading.Lock()
        self.titles = collections.defaultdict(set)
        self.begin()

    def begin(self):
        self.seen, self.counted = collections.Counter(), collections.Counter()
        self.unsure = collections.Counter()

    def note(self, call, name, told):
        with self.lock:
            self.seen[call, told[1]] += 1
            if told[1] == 0 and call in COUNTED:
                self.counted[name, COUNTED[call]] += 1
            # the client's library looks the guest up once more behind a start that went well
            if call == "create" and told[1] == libvirt.VIR_ERR_NO_DOMAIN:
                self.unsure[name, COUNTED[call]] += 1
            if told[1] and told[1] not in FITS and KILLED not in told[3]:
                self.seen["does not fit", call, told[1:4]] += 1

    def unfit(self):
        return [(key[1:], count) for key, count in self.seen.items() if key[0] == "does not fit"]


def reality(connection):
    """What is without the daemon's memory of it: name -> (state, persistent), name -> title of the
    file, and what contradicts itself."""
    running, titles, odd = faults.processes(), {}, []
    for path in glob.glob("/etc/libvirt/qemu/*.xml"):
        tree = xml.etree.ElementTree.parse(path)
        titles[os.path.basename(path)[:-4]] = tree.findtext("title") or ""
    if len(set(running.values())) != len(running):
        odd.append(f"two processes of one guest: {running}")
    status = {os.path.basename(path)[:-4] for path in glob.glob("/run/libvirt/qemu/*.xml")}
    if status != set(running.values()):
        odd.append(f"state files of {sorted(status)}, processes of {sorted(running.values())}")
    found = {name: ("off", True) for name in titles}
    for name in running.values():
        try:
            text = libvirt_qemu.qemuMonitorCommand(connection.lookupByName(name),
                                                   '{"execute": "query-status"}', 0)
            state = json.loads(text)["return"]["status"]
        except libvirt.libvirtError as error:
            state = f"error: {error}"
        found[name] = (STATUS.get(state, state), name in titles)
    return found, titles, odd
