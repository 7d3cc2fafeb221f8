"""Seeds for the codec fuzzer: for each procedure and direction the least value and a filled one.

A seed is four bytes that choose (program, procedure high and low, 0 for args or 1 for ret) and then
the encoded value, as tests/fuzz/codecs.c reads it.
"""

from __future__ import annotations

import struct

from .model import Field, Module, Spec, TypeRef

WORDS = ("int", "uint", "char", "uchar", "short", "ushort")
FILLED_MAX = 4096


def padded(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data + b"\0" * (-len(data) % 4)


def base(module: Module, name: str, filled: bool) -> bytes:
    number = 7 if filled else 0
    if name in WORDS:
        return struct.pack(">I", number)
    if name in ("hyper", "uhyper"):
        return struct.pack(">Q", number)
    if name == "double":
        return struct.pack(">d", number)
    if name == "string":
        return padded(b"name" if filled else b"")
    if name == "uuid":
        return bytes(range(16))
    decl = module.find_type(name)
    assert decl is not None
    if decl.kind == "enum":
        return struct.pack(">i", decl.values[0][1])
    if decl.kind == "union":
        arm = decl.arms[-1 if filled else 0]
        return struct.pack(">i", arm.value) + value(decl.module, arm.field.type, filled)
    return fields(decl.module, decl.fields, filled)


def value(module: Module, ref: TypeRef, filled: bool) -> bytes:
    if ref.shape == "plain":
        return base(module, ref.base, filled)
    if ref.shape == "fixed":
        return base(module, ref.base, filled) * ref.limit
    if ref.shape == "opaque":
        return padded(b"\1\2\3" if filled else b"")
    if not filled:
        return struct.pack(">I", 0)
    count = 1 if ref.shape == "optional" else min(ref.limit, 2)
    return struct.pack(">I", count) + base(module, ref.base, filled) * count


def fields(module: Module, listed: list[Field], filled: bool) -> bytes:
    return b"".join(value(module, field.type, filled) for field in listed)


def emit_seeds(spec: Spec) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for index, module in enumerate(spec.programs()):
        for proc in module.procs:
            for side, listed in enumerate((proc.args, proc.ret)):
                if not listed:
                    continue
                head = struct.pack(">BHB", index, proc.number, side)
                name = f"{module.name}-{proc.name}-{('args', 'ret')[side]}"
                files[name] = head + fields(module, listed, False)
                files[name + "-filled"] = head + fields(module, listed, True)[:FILLED_MAX]
    return files
