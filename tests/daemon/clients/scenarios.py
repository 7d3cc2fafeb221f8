"""Scenarios: a guest's life as a list of steps, with all that a client can see after each.

A step is `do`, a Python expression (names: see Stage), and `until`, a part of an event's text to
wait for when what it starts takes a while. Answers are kept as JSON, one file a scenario; a
message's text is recorded for people and not compared.
"""
import argparse
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import time

import guests
import libvirt
import patience
from answers import ROOT

FOLDER = os.path.join(ROOT, "tests", "data", "stock")
QUIET_SECONDS = 0.4
WORKERS = 4
# what differs from run to run in the output of virsh
VARIES = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+(\.[0-9]+)?")


class Step:
    def __init__(self, do, until=None, quiet=QUIET_SECONDS):
        self.do, self.until, self.quiet = do, until, quiet


class Choice:
    """A step for which ours is meant to answer otherwise than stock: with this error's code, or as
    expected(stock's answer, ours) approves."""

    def __init__(self, expected, reason):
        self.expected, self.reason, self.used = expected, reason, False

    def fits(self, wanted, told):
        if callable(self.expected):
            return isinstance(told, list) and self.expected(wanted, told)
        return isinstance(told, dict) and told.get("code") == self.expected


class Stage:
    """Where a scenario plays: what its steps may name."""

    def __init__(self, name, uri="qemu:///system"):
        self.name = name
        self.c = libvirt.open(uri)
        self.events = guests.Events(self.c, name)
        self.libvirt = libvirt
        self.terminal = None

    @property
    def d(self):
        return self.c.lookupByName(self.name)

    def define(self, **words):
        return self.c.defineXML(guests.document(self.name, **words)) and None

    def create(self, flags=0, **words):
        return self.c.createXML(guests.document(self.name, **words), flags) and None

    def boot(self, **words):
        """Defined, started, logged in."""
        self.define(**words)
        self.d.create()
        self.open_terminal()

    def open_terminal(self):
        self.terminal = guests.Terminal(self.d)
        self.terminal.log_in()

    def type(self, line):
        self.terminal.type(line)

    def say(self, line):
        return self.terminal.run(line).strip()

    def kill(self, number):
        os.kill(guests.qemu_of(self.name), number)

    def monitor(self, command):
        """A QMP command past the daemon's own book-keeping; what it returned."""
        import libvirt_qemu
        answer = json.loads(libvirt_qemu.qemuMonitorCommand(self.d, command, 0))
        return answer.get("return", answer)

    def exists(self):
        return self.name in [domain.name() for domain in self.c.listAllDomains()]

    def sweep(self):
        """Whatever is left is stopped and forgotten."""
        for domain in self.c.listAllDomains():
            if domain.name() != self.name:
                continue
            try:
                if domain.isActive():
                    domain.destroy()
                if domain.isPersistent():
                    domain.undefine()
            except libvirt.libvirtError as error:
                print(f"cannot sweep up {domain.name()}: {error}")

    def monitor_flags(self, flags):
        import libvirt_qemu
        return libvirt_qemu.qemuMonitorCommand(self.d, '{"execute":"query-status"}', flags)

    def hmp(self, command):
        import libvirt_qemu
        return libvirt_qemu.qemuMonitorCommand(self.d, command, 1)

    def define_as(self, name):
        """The guest's UUID under another name."""
        return self.c.defineXML(guests.document(name, uuid=self.d.UUIDString())) and None

    def virsh(self, *words):
        """What virsh printed, a line a string, numbers and identifiers blanked."""
        result = subprocess.run(["virsh", "-q", *words], stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=patience.long(60),
                                check=False)
        return [VARIES.sub("#", " ".join(line.split())) for line in result.stdout.splitlines()
                if line.strip()] + ["error"] * (result.returncode != 0)

    def stats(self, groups=0):
        """The names of a guest's statistics, in their order."""
        return list(self.c.domainListGetStats([self.d], groups)[0][1])

    def image(self, name, size_bytes=1 << 20):
        guests.image(name, size_bytes)

    def full_disk(self, name):
        """A file system with room for nearly nothing, and a large file on it."""
        folder = f"/var/lib/libvirt/images/{name}"
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=755", "small", folder],
                       check=True)
        self.image(f"{name}/disk", 64 << 20)

    def brief_connection(self, flags):
        """A guest started by a connection that ends at once."""
        other = libvirt.open("qemu:///system")
        other.createXML(guests.document(self.name), flags)
        other.close()

    def end(self):
        self.sweep()
        self.c.close()


def answer_of(stage, do):
    """What the call returned, or {code, domain, message} of its error."""
    names = {name: getattr(stage, name) for name in dir(stage)
             if not name.startswith("_") and name != "d"}
    if "d." in do or "d," in do or "(d" in do:
        try:
            names["d"] = stage.d
        except libvirt.libvirtError:
            names["d"] = None
    try:
        value = eval(do, {"signal": signal, "os": os, "time": time, "guests": guests, **names})
    except libvirt.libvirtError as error:
        return {"code": error.get_error_code(), "domain": error.get_error_domain(),
                "message": error.get_error_message()}
    except (AttributeError, IndexError, KeyError, OSError, TypeError) as error:
        return {"failed": f"{type(error).__name__}: {error}"}
    if isinstance(value, tuple):
        value = list(value)
    if isinstance(value, dict) and str(value.get("id", "")).startswith("libvirt-"):
        value["id"] = "libvirt"
    plain = isinstance(value, (int, str, float, list, dict, type(None)))
    return value if plain else type(value).__name__


def play(name, table):
    """[{do, answer, events, state}] of each step."""
    stage = Stage("guest-" + name)
    shown = []
    try:
        for step in table:
            row = {"do": step.do, "answer": answer_of(stage, step.do)}
            if step.until and not stage.events.wait(step.until, 60):
                row["missing"] = step.until
            stage.events.settle(step.quiet)
            row["events"] = [text[len(stage.name):].removeprefix(": ")
                             for text in stage.events.take()]
            row["state"] = guests.state_of(stage.d) if stage.exists() else "gone"
            shown.append(row)
    finally:
        stage.end()
    return shown


def comparable(rows):
    """Without a message's words, and without what depends on who is quicker: how often the
    firmware resets the machine again, when a balloon says where it is (who must see it waits
    for it), whether QEMU's last word is read before it is gone, and whether a crash is told
    before its pause."""
    def answer(row):
        answer = row["answer"]
        return ({key: value for key, value in answer.items() if key != "message"}
                if isinstance(answer, dict) and "code" in answer else answer)

    def events(row):
        told = [text for text in row["events"]
                if text not in ("lifecycle shutdown host", "control-error")
                and not text.startswith("balloon-change")]
        if "lifecycle crashed panicked" in told:
            told = [text for text in told if text != "lifecycle suspended paused"]
        told = [re.sub(r"^(rtc-change|graphics) .*", r"\1", text) for text in told]
        often = {"reboot", "rtc-change", *(text for text in told if text.startswith("io-error"))}
        return [text for place, text in enumerate(told)
                if text not in often or text not in told[:place]]
    return [{**row, "answer": answer(row), "events": events(row)} for row in rows]


def chosen(choices, want, have):
    """Whether a difference is a choice: only the answer differs, and as the choice says."""
    choice = choices.get(have["do"])
    if not choice or {**want, "answer": 0} != {**have, "answer": 0}:
        return False
    fits = choice.fits(want["answer"], have["answer"])
    choice.used = choice.used or fits
    return fits


def compare(name, wanted, shown, choices):
    bad = 0
    if [row["do"] for row in wanted] != [row["do"] for row in shown]:
        print(f"{name}: other steps than those that are recorded")
        return 1
    for want, have in zip(comparable(wanted), comparable(shown)):
        if want != have and not chosen(choices, want, have):
            bad += 1
            print(f"{name}: {have['do']}")
            for key in sorted({*want, *have}):
                if want.get(key) != have.get(key):
                    print(f"    {key}: {have.get(key)}\n      stock: {want.get(key)}")
    return bad


def judge(folder, name, shown, record, choices):
    """Compare with the recorded answers, or record these; the number of differences."""
    path = os.path.join(FOLDER, folder, name + ".json")
    if record:
        with open(path, "w", encoding="utf-8") as out:
            json.dump(shown, out, indent=1)
            out.write("\n")
        bad = sum("missing" in row or "'failed'" in str(row["answer"])[:12] for row in shown)
    else:
        with open(path, encoding="utf-8") as recorded:
            bad = compare(name, json.load(recorded), shown, choices)
    print(f"{name}: {len(shown)} steps, {bad} differences", flush=True)
    return bad


def main(arguments, table, folder, choices=()):
    """choices: those of ours; none applies to stock itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", action="store_true", help="write the answers (WORLD_STOCK=1)")
    parser.add_argument("scenario", nargs="*")
    options = parser.parse_args(arguments)
    if options.record and os.environ.get("WORLD_STOCK") != "1":
        sys.exit("only the stock daemons are recorded: WORLD_STOCK=1 tests/world ... --record")
    choices = {} if os.environ.get("WORLD_STOCK") == "1" else dict(choices)
    guests.start_loop()
    wanted = {name: table[name] for name in options.scenario or table}
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        played = {name: pool.submit(play, name, wanted[name]) for name in wanted}
        bad = sum(judge(folder, name, future.result(), options.record, choices)
                  for name, future in played.items())
    for do, choice in choices.items():
        if not choice.used and not options.scenario:
            print(f"no step needs this choice any more: {do}: {choice.reason}")
            bad += 1
    print(f"{bad} differences")
    return 1 if bad else 0


def steps(*rows):
    """A row is an expression, or (expression, event to wait for)."""
    return [Step(row) if isinstance(row, str) else Step(*row) for row in rows]
