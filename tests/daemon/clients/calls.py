"""Every call that a daemon serves, from the tables that it is built of: class, subject, and
arguments that mean something to it."""
import os
import re
import struct

import facts
import wire
from answers import ROOT

PROC = re.compile(r"^proc (\d+) (\w+)\n((?:  .*\n)+)", re.M)
ARGUMENT = re.compile(r"([\w?<>\[\]]+) (\w+)$")
# arguments by name: what a guest of ours has. Any other is the least that decodes.
NUMBERS = {"maxnames": 64, "maxids": 64, "max_stats": 16, "maxerrors": 16, "nparams": 16,
           "ncpumaps": 4, "maplen": 4, "maxinfo": 4, "need_results": 1, "maxcells": 1,
           "cell_count": 1, "size": 512, "ncpus": 1, "need_map": 1, "need_online": 1}
WORDS = {"path": "vda", "disk": "vda", "arch": "x86_64"}
# counts that must be nought where the first answer is a number
EXACT = {"node_get_cpu_stats": {"nparams": 0}, "node_get_memory_stats": {"nparams": 0},
         "node_get_memory_parameters": {"nparams": 0}}


def spec_text(program):
    with open(os.path.join(ROOT, "common", "spec", f"{program}.rpc"), encoding="utf-8") as file:
        return re.sub(r"\\\n *", "", file.read())


def handled(daemon):
    """Names in the daemon's own list of calls."""
    with open(os.path.join(ROOT, daemon, "handlers", "handlers.h"), encoding="utf-8") as file:
        return set(re.findall(r"^ +X\((\w+)\)", file.read(), re.M))


class Subject:
    """What calls are about: its name, uuid and number, and how it is encoded, by kind."""

    def __init__(self, name, uuid, number=-1, **kinds):
        self.name, self.uuid, self.id, self.kinds = name, uuid, number, kinds


def guest(domain):
    name, uuid, number = domain.name(), domain.UUID(), domain.ID()
    return Subject(name, uuid, number,
                   domain=wire.string(name) + uuid + struct.pack(">i", number))


def pool(found, volume):
    own = wire.string(found.name()) + found.UUID()
    return Subject(found.name(), found.UUID(), storage_pool=own,
                   storage_vol=wire.string(found.name()) + wire.string(volume.name()) +
                   wire.string(volume.key()))


class Call:
    def __init__(self, program, number, name, body):
        self.number, self.name, self.program = int(number), name, facts.PROGRAMS[program]
        self.kind = re.search(r"class (\w+)", body)[1]
        self.subject = re.search(r"^  subject +(\S+)", body, re.M)[1]
        self.streams = "\n  stream " in body
        text = " ".join(re.findall(r"^  in +(.*)$", body, re.M))
        self.arguments = [ARGUMENT.search(part.strip()).groups() for part in text.split(",")
                          if part.strip()]

    def part(self, dummy, kind, name, subject, words):
        base = kind.rstrip("?")
        given = {**NUMBERS, **EXACT.get(self.name, {})}
        if kind in subject.kinds:
            return subject.kinds[kind]
        if self.subject.endswith(f":{name}"):
            return {"name": wire.string(subject.name), "uuid": subject.uuid,
                    "id": struct.pack(">i", subject.id)}.get(name, dummy)
        if base == "string" and {**WORDS, **words}.get(name):
            text = {**WORDS, **words}[name]
            return wire.optional(text) if kind.endswith("?") else wire.string(text)
        if base in ("int", "uint") and name in given:
            return struct.pack(">I", given[name])
        return dummy

    def body(self, known, subject, words):
        """Encoded arguments; `words`: strings by an argument's name."""
        row = {"program": "qemu" if self.program == wire.QEMU else "remote", "number": self.number}
        return b"".join(self.part(dummy, *argument, subject, words)
                        for dummy, argument in zip(known.parts(row), self.arguments, strict=True))


def served(daemon):
    """The calls that it answers itself, in the order of their numbers."""
    names = handled(daemon)
    return [call for program in facts.PROGRAMS for call in
            (Call(program, *row) for row in PROC.findall(spec_text(program))) if call.name in names]
