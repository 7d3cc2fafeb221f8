"""The calls of REMOTE as common/spec describes them: numbers, arguments, lists, access rules."""
import os
import re

import facts
from answers import ROOT

CONDITION = re.compile(r"(\w+):(\w+)(?: when (\w+) (any_of|none_of|equals) .*=(\d+))?$")


class Rule:
    """A permission, and with which values of an argument it is needed; without one always."""

    def __init__(self, text):
        found = CONDITION.match(text).groups()
        self.object, self.permission, self.argument, self.how, value = found
        self.value = int(value or 0)

    def holds(self, value):
        return {None: True, "any_of": value & self.value != 0, "none_of": value & self.value == 0,
                "equals": value == self.value}[self.how]


class Call:
    def __init__(self, number, name):
        self.number, self.name = int(number), name
        self.args, self.rules, self.most, self.items, self.read_only = [], [], None, None, False

    def add(self, word, rest):
        if word == "in":
            self.args += [part.split()[-2:] for part in rest.split(",")]
        elif word == "out" and self.items is None:
            self.items = "[]" in rest.split(",")[0]
        elif word == "client":
            found = re.match(r"(cut|count|exact) max=(\w+)|list flag=(\w+)", rest)
            self.most = found and (found[2] or found[3])
        elif word == "serves":
            self.read_only = "read_only served" in rest
        elif word == "acl":
            texts = [rest] if " when " in rest else rest.split()
            self.rules += [Rule(re.sub(r" +", " ", text)) for text in texts]


def calls():
    with open(os.path.join(ROOT, "common/spec/remote.rpc"), encoding="utf-8") as file:
        lines = re.sub(r"(,|\\)\n +", r"\1 ", file.read()).replace("\\", "").splitlines()
    found = []
    for line in lines:
        words = line.split(None, 2)
        if line.startswith("proc "):
            found.append(Call(words[1], words[2]))
        elif line.startswith("event "):
            found.append(Call(0, "event"))
        elif found and line.startswith("  ") and len(words) > 1:
            found[-1].add(words[0], line.split(None, 1)[1].strip())
    left_out = facts.PREAMBLE | facts.DANGEROUS
    return [call for call in found if call.number and call.name not in left_out]
