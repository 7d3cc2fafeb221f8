#!/usr/bin/env python3
"""Nonsense is refused by us where Debian's schema refuses it, or stands in domain-leniency.txt.

usage: domain_leniency.py READ-DOMAINS FOLDER LIST

Each attribute and text of the documents in FOLDER is once replaced by nonsense. What the schema
refuses and we take is listed, one path a line; REGENERATE=1 writes the list. What we refuse and the
schema takes must not be. Exits 77 where the schema is not installed.
"""

import copy
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

SCHEMA = pathlib.Path("/usr/share/libvirt/schemas/domain.rng")
NONSENSE = "zz?!"
# What all devices share is tried with one of them.
COMMON = re.compile(r"^/domain/devices/\w+/(address|rom|boot|acpi|driver)/(?!@name|@type)")
NEEDED = ("name", "uuid", "memory", "vcpu", "os")
# Paths that we refuse and the schema does not, because stock refuses them, too.
STRICTER = {
    "/domain/devices/channel/source/@mode",
    "/domain/devices/channel/target/@port",
    "/domain/devices/console/source/@mode",
    "/domain/devices/console/target/@port",
    "/domain/devices/parallel/target/@port",
    "/domain/devices/redirdev/source/@mode",
    "/domain/devices/serial/source/@mode",
    "/domain/devices/serial/target/@port",
}


def places(element: ET.Element, path: str):
    """(path, element, attribute or None) of every value below."""
    for name in element.attrib:
        yield f"{path}/@{name}", element, name
    if not len(element) and element.text and element.text.strip():
        yield path, element, None
    for child in element:
        if isinstance(child.tag, str) and not child.tag.startswith("{"):
            yield from places(child, f"{path}/{child.tag}")


def alone(root: ET.Element, element: ET.Element) -> ET.Element:
    """What every guest has, and the part and the device that have the element: quick to check."""
    result = ET.Element(root.tag, root.attrib)
    for part in root:
        if part.tag == "devices":
            devices = ET.SubElement(result, "devices")
            devices.extend(device for device in part if element in device.iter())
        elif part.tag in NEEDED or element in part.iter():
            result.append(part)
    return copy.deepcopy(result)


def mutants(folder: pathlib.Path):
    seen = set()
    for source in sorted(folder.glob("*.xml")):
        if not source.name.startswith("stock-") and not source.name.endswith(".out.xml"):
            continue
        root = ET.parse(source).getroot()
        for path, element, attribute in places(root, "/domain"):
            by_type = attribute != "type" and element.tag in ("source", "graphics", "backend")
            kind = element.get("type", "") if by_type else ""
            place = COMMON.sub(r"/domain/devices/*/\1/", path)
            if (place, kind) in seen or "/metadata" in path:
                continue
            seen.add((place, kind))
            if attribute is None:
                before, element.text = element.text, NONSENSE
            else:
                before = element.get(attribute)
                element.set(attribute, NONSENSE)
            yield path, alone(root, element)
            if attribute is None:
                element.text = before
            else:
                element.set(attribute, before)


def refused_by_schema(files: list[str]) -> set[str]:
    result = subprocess.run(
        ["xmllint", "--noout", "--relaxng", str(SCHEMA), *files],
        capture_output=True, text=True, check=False,
    )
    return set(re.findall(r"^(\S+) fails to validate$", result.stderr, re.M))


def refused_by_us(reader: str, files: list[str]) -> set[str]:
    result = subprocess.run([reader, *files], capture_output=True, text=True, check=True)
    lines = result.stdout.splitlines()
    assert len(lines) == len(files), "the reader lost documents"
    return {file for file, line in zip(files, lines) if line.startswith("refused")}


def main() -> int:
    if not SCHEMA.exists() or shutil.which("xmllint") is None:
        print("skipped: no schema or no xmllint here")
        return 77
    reader, folder, listed = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    with tempfile.TemporaryDirectory() as place:
        paths = {}
        for number, (path, root) in enumerate(mutants(folder)):
            file = f"{place}/{number}.xml"
            ET.ElementTree(root).write(file)
            paths[file] = path
        files = list(paths)
        theirs, ours = refused_by_schema(files), refused_by_us(reader, files)
    lenient = sorted({paths[file] for file in theirs - ours})
    stricter = sorted({paths[file] for file in ours - theirs} - STRICTER)
    if os.environ.get("REGENERATE"):
        listed.write_text("".join(f"{path}\n" for path in lenient), encoding="utf-8")
    known = listed.read_text(encoding="utf-8").split() if listed.exists() else []
    problems = [f"{path}: the schema refuses nonsense here, we take it" for path in lenient
                if path not in known]
    problems += [f"{path}: listed, but refused now" for path in known if path not in lenient]
    problems += [f"{path}: we refuse what the schema takes" for path in stricter]
    print("\n".join(problems + [f"{len(files)} documents: both refuse {len(theirs & ours)}, "
                                f"we take {len(theirs - ours)} more"]))
    return 1 if problems or len(theirs & ours) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
