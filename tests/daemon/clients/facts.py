"""Every call of REMOTE and QEMU as recorded facts: number, family, what a read-only client may, and
the least arguments that decode."""
import json
import os
import re
import struct

import wire

DATA = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "data")
TYPE = re.compile(r"(\w+?)(?:(\?)|<(\d+)>(\[\])?|\[(\d+)\])?$")
WORDS = {"int", "uint", "char", "uchar", "short", "ushort"}
PROGRAMS = {"remote": wire.REMOTE, "qemu": wire.QEMU}
# Ending, authenticating and opening are not asked again on a connection that is open.
PREAMBLE = {"connect_open", "connect_close", "auth_list", "auth_polkit", "auth_sasl_init",
            "auth_sasl_start", "auth_sasl_step"}
# What a daemon must not be asked to do for a test.
DANGEROUS = {"node_suspend_for_duration"}


def load(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        return json.load(file)


class Facts:
    def __init__(self):
        facts = load("wire-facts.json")
        self.types = facts["types"]
        self.args = {(program, row["number"]): row["args"] for program in PROGRAMS
                     for row in facts["programs"][program]["procedures"]}
        self.calls = load("read-only.json")

    def dummy(self, name):
        """The least value: nothing where nothing may be, one element in an array, zeros, a name
        that nothing has."""
        base, optional, bound, array, fixed = TYPE.match(name).groups()
        if optional or base == "opaque":
            return bytes(4)
        if bound and base == "typed_param":
            return bytes(4)
        if bound:
            return struct.pack(">I", 1) + self.dummy(base)
        if fixed:
            return self.dummy(base) * int(fixed)
        if base in WORDS:
            return bytes(4)
        if base in ("hyper", "uhyper", "double"):
            return bytes(8)
        if base == "string":
            return wire.string("zz-none")
        if base == "uuid":
            return b"\x11" * 16
        kind = self.types[base]
        if kind["kind"] == "struct":
            return b"".join(self.dummy(field["type"]) for field in kind["fields"])
        assert kind["kind"] == "enum", name
        return bytes(4)

    def parts(self, row, replace=None):
        """The encoded arguments, one by one; `replace` maps positions to numbers."""
        types = self.args[row["program"], row["number"]]
        parts = [self.dummy(name) for name in types]
        for position, value in (replace or {}).items():
            parts[position] = struct.pack(">I", value)
        return parts

    def body(self, row, replace=None):
        return b"".join(self.parts(row, replace))
