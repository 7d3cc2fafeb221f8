#!/usr/bin/env python3
"""Compares the codecs with an independent one, written from the wire facts alone.

usage: differential.py XDR-TOOL WIRE-FACTS [SEED]

For every procedure's arguments and results, and every structure: random values are encoded here,
decoded and encoded again by the tool, and must be the same; every shortened message must be
refused; of damaged messages both sides must say the same. XDR-TOOL is built from xdr-tool.c.
"""

from __future__ import annotations

import json
import random
import re
import struct
import subprocess
import sys
import tempfile
from typing import Any, Iterator

STRING_MAX = 4194304
VALUES = 10
DAMAGES = 80
CUT_MAX = 600
OVER_MAX = 300
TYPE = re.compile(r"(\w+?)(?:(\?)|<(\d+)>(\[\])?|\[(\d+)\])?$")
SCALARS = {"int": ">i", "uint": ">I", "hyper": ">q", "uhyper": ">Q"}
NARROW = {"char": (8, True), "uchar": (8, False), "short": (16, True), "ushort": (16, False)}


class Refused(Exception):
    pass


class Codec:
    """RFC 4506 by the facts: values are numbers, bytes as latin-1 text, hex text, lists, None."""

    def __init__(self, facts: dict[str, Any], rng: random.Random) -> None:
        self.types = {**facts["types"], **facts["admin_types"], **facts["rpc_types"]}
        self.rng = rng
        self.over = False  # whether short arrays may be longer than their limit

    # -- random values with their encoding

    def make(self, name: str) -> tuple[Any, bytes]:
        base, optional, bound, array, fixed = TYPE.match(name).groups()  # type: ignore[union-attr]
        if optional:
            if self.rng.random() < 0.4:
                return None, struct.pack(">I", 0)
            value, data = self.make(base)
            return value, struct.pack(">I", 1) + data
        if base == "opaque":
            raw = self.rng.randbytes(self.length(int(bound)))
            return raw.hex(), self.counted(raw)
        if bound:
            return self.many(base, self.length(int(bound)), True)
        if fixed:
            return self.many(base, int(fixed), False)
        return self.make_base(base)

    def length(self, bound: int) -> int:
        if self.over and bound <= OVER_MAX and self.rng.random() < 0.5:
            return bound + 1
        if bound <= 16 and self.rng.random() < 0.2:
            return bound
        return min(self.rng.choice((0, 1, 2, 3, 5)), bound)

    def many(self, base: str, count: int, counted: bool) -> tuple[Any, bytes]:
        made = [self.make(base) for _ in range(count)]
        head = struct.pack(">I", count) if counted else b""
        return [value for value, _ in made], head + b"".join(data for _, data in made)

    @staticmethod
    def counted(raw: bytes) -> bytes:
        return struct.pack(">I", len(raw)) + raw + b"\0" * (-len(raw) % 4)

    def make_base(self, base: str) -> tuple[Any, bytes]:
        rng = self.rng
        if base in SCALARS:
            bits = 64 if "hyper" in base else 32
            low = -(1 << (bits - 1)) if not base.startswith("u") else 0
            value = rng.choice((low, low + (1 << bits) - 1, 0, 1, rng.randrange(1 << bits) + low))
            return value, struct.pack(SCALARS[base], value)
        if base in NARROW:
            bits, signed = NARROW[base]
            value = rng.randrange(1 << bits) - ((1 << (bits - 1)) if signed else 0)
            return value, struct.pack(">i", value)
        if base == "double":
            raw = rng.choice((struct.pack(">d", rng.uniform(-1e9, 1e9)), rng.randbytes(8)))
            return raw.hex(), raw
        if base == "string":
            raw = bytes(rng.randrange(1, 256) for _ in range(rng.choice((0, 1, 2, 3, 4, 9, 33))))
            return raw.decode("latin-1"), self.counted(raw)
        if base == "uuid":
            raw = rng.randbytes(16)
            return raw.hex(), raw
        decl = self.types[base]
        if decl["kind"] == "enum":
            value = rng.choice(list(decl["values"].values()))
            return value, struct.pack(">i", value)
        if decl["kind"] == "union":
            arm = rng.choice(decl["arms"])
            value, data = self.make(arm["type"])
            return [arm["value"], value], struct.pack(">i", arm["value"]) + data
        return self.make_list([field["type"] for field in decl["fields"]])

    def make_list(self, names: list[str]) -> tuple[Any, bytes]:
        made = [self.make(name) for name in names]
        return [value for value, _ in made], b"".join(data for _, data in made)

    # -- decoding

    def read_list(self, names: list[str], data: bytes) -> tuple[Any, int]:
        values, at = [], 0
        for name in names:
            value, at = self.read(name, data, at)
            values.append(value)
        return values, at

    @staticmethod
    def word(data: bytes, at: int, form: str = ">I") -> tuple[int, int]:
        end = at + struct.calcsize(form)
        if end > len(data):
            raise Refused
        return struct.unpack(form, data[at:end])[0], end

    def read_counted(self, data: bytes, at: int, bound: int) -> tuple[bytes, int]:
        count, at = self.word(data, at)
        end = at + count + (-count % 4)
        if count > bound or end > len(data):
            raise Refused
        return data[at:at + count], end

    def read(self, name: str, data: bytes, at: int) -> tuple[Any, int]:
        base, optional, bound, array, fixed = TYPE.match(name).groups()  # type: ignore[union-attr]
        if optional:
            present, at = self.word(data, at)
            if present > 1:
                raise Refused
            return self.read(base, data, at) if present else (None, at)
        if base == "opaque":
            raw, at = self.read_counted(data, at, int(bound))
            return raw.hex(), at
        if not bound and not fixed:
            return self.read_base(base, data, at)
        if bound:
            count, at = self.word(data, at)
            if count > int(bound):
                raise Refused
        else:
            count = int(fixed)
        values = []
        for _ in range(count):
            value, at = self.read(base, data, at)
            values.append(value)
        return values, at

    def read_base(self, base: str, data: bytes, at: int) -> tuple[Any, int]:
        if base in SCALARS:
            return self.word(data, at, SCALARS[base])
        if base in NARROW:
            bits, signed = NARROW[base]
            value, at = self.word(data, at)
            value &= (1 << bits) - 1
            return value - (1 << bits) if signed and value >> (bits - 1) else value, at
        if base in ("double", "uuid"):
            end = at + (8 if base == "double" else 16)
            if end > len(data):
                raise Refused
            return data[at:end].hex(), end
        if base == "string":
            raw, at = self.read_counted(data, at, STRING_MAX)
            if b"\0" in raw:
                raise Refused
            return raw.decode("latin-1"), at
        decl = self.types[base]
        if decl["kind"] == "enum":
            return self.word(data, at, ">i")
        if decl["kind"] == "union":
            number, at = self.word(data, at, ">i")
            for arm in decl["arms"]:
                if arm["value"] == number:
                    value, at = self.read(arm["type"], data, at)
                    return [number, value], at
            raise Refused
        values = []
        for field in decl["fields"]:
            value, at = self.read(field["type"], data, at)
            values.append(value)
        return values, at


def sides(facts: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What to ask the tool for, and the types in order."""
    for program, content in facts["programs"].items():
        for proc in content["procedures"]:
            for side in ("args", "ret"):
                if proc[side]:
                    yield f"{program} {proc['number']} {side}", proc[side]
    for name in ("error", "domain", "typed_param", "domain_stats_record", "header", "stream_hole",
                 "client", "domain_get_security_label_ret"):
        table = next(facts[key] for key in ("types", "admin_types", "rpc_types")
                     if name in facts[key])
        yield f"type {name}", [field["type"] for field in table[name]["fields"]]


def damage(data: bytes, rng: random.Random) -> bytes:
    """One or two words replaced by what decoders stumble over."""
    raw = bytearray(data)
    for _ in range(rng.choice((1, 1, 2))):
        at = 4 * rng.randrange(max(1, len(raw) // 4))
        raw[at:at + 4] = struct.pack(">I", rng.choice(
            (0, 1, 2, 3, 4, 5, 7, 8, 16, 17, 64, 65, 16384, 16385, 65536, 4194304, 4194305,
             0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF, rng.randrange(1 << 32))))
    return bytes(raw)


def cases(facts: dict[str, Any], codec: Codec) -> Iterator[tuple[str, list[str], bytes, str]]:
    rng = codec.rng
    for ask, names in sides(facts):
        shortest = None
        for _ in range(VALUES):
            _, data = codec.make_list(names)
            yield ask, names, data, "value"
            yield ask, names, data + b"\xff\xff\xff", "trailing"
            if shortest is None or len(data) < len(shortest):
                shortest = data
            for _ in range(DAMAGES // VALUES):
                yield ask, names, damage(data, rng), "damaged"
        codec.over = True
        for _ in range(VALUES):
            yield ask, names, codec.make_list(names)[1], "over"
        codec.over = False
        assert shortest is not None
        cuts = range(len(shortest))
        for end in cuts if len(cuts) <= CUT_MAX else sorted(rng.sample(cuts, CUT_MAX)):
            yield ask, names, shortest[:end], "cut"


def verdict(codec: Codec, names: list[str], data: bytes, kind: str, line: str) -> str:
    """Empty when the tool's answer is right."""
    try:
        expected, used = codec.read_list(names, data)
    except Refused:
        if kind == "value":
            return "the oracle refuses its own value"
        return "" if line.startswith("error RPC error: ") else "accepted, should be refused"
    if kind == "cut":
        return "the oracle accepts a cut message"
    if not line.startswith("ok "):
        return "refused, should be accepted"
    _, told, again, text = line.split(" ", 3)
    if int(told) != used:
        return f"used {told} bytes, should be {used}"
    if json.loads(text) != expected:
        return f"decoded {text[:200]}, should be {str(expected)[:200]}"
    encoded = bytes.fromhex(again.strip('"'))
    if kind in ("value", "trailing") and encoded != data[:used]:
        return "encodes to other bytes"
    if codec.read_list(names, encoded) != (expected, len(encoded)):
        return "encodes to another value"
    return ""


def main() -> int:
    tool, path = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20240229
    with open(path, encoding="ascii") as file:
        facts = json.load(file)
    codec = Codec(facts, random.Random(seed))
    todo = list(cases(facts, codec))
    wrong = 0
    counts: dict[str, int] = {}
    with tempfile.TemporaryFile("w+", encoding="ascii") as questions:
        for ask, _, data, _ in todo:
            questions.write(f"{ask} {data.hex() or '-'}\n")
        questions.flush()
        questions.seek(0)
        run = subprocess.run([tool], stdin=questions, stdout=subprocess.PIPE, encoding="ascii",
                             check=False)
    answers = run.stdout.splitlines()
    for (ask, names, data, kind), line in zip(todo, answers):
        counts[kind] = counts.get(kind, 0) + 1
        said = verdict(codec, names, data, kind, line)
        if said:
            wrong += 1
            print(f"{ask} ({kind}): {said}\n  {data.hex()[:400]}\n  {line[:200]}")
            if wrong > 20:
                break
    if len(answers) != len(todo):
        wrong += 1
        print(f"{len(answers)} answers to {len(todo)} questions")
    print(f"seed {seed}: {counts}, {wrong} wrong, tool's exit status {run.returncode}")
    return 0 if wrong == 0 and run.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
