#!/usr/bin/env python3
"""Guests made at random from the tables of elements, and what is wrong with them, are judged by
us as by the schema of Debian's libvirt0.

usage: domain_random.py RANDOM-DOMAINS COMPARE-DOMAINS OUR-SCHEMA DUMPS LIST

RANDOM-DOMAINS makes guests, and itself reads each again and prints it the same. They validate with
the schema that the tables print. They, and they and dumps of a stock daemon with one mistake each,
are judged by COMPARE-DOMAINS: we, asked to validate, and Debian's schema agree on each, but for
what LIST has:

    we-take PLACE...: reason                a guest that the schema refuses
    MISTAKE PLACE WHO: reason               one with a mistake; WHO: we-take or we-refuse

MISTAKE: `drop` (the place is left out), `nonsense`, `negative`, `huge` (its value), `attribute`,
`element` (an unknown one in it), `twice`. A '*' in a line stands for one name, '**' for anything.
A line that no longer happens fails as well. What has no row and is kept as it came (its guest
cannot be started) is not judged. REGENERATE=1 writes the list; what is new has no reason and
fails. Exits 77 where the schema is not installed.
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

SCHEMA = "/usr/share/libvirt/schemas/domain.rng"
GUESTS = int(os.environ.get("RANDOM_GUESTS", "400"))
ATTRIBUTES = 5
NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0"
# What all devices share is tried with one of them.
COMMON = re.compile(r"^/domain/devices/\w+/(address|rom|boot|acpi|alias|driver)(?=/|$)")
NEEDED = ("name", "uuid", "memory", "vcpu", "os")


# ---- mistakes ----

def changed(element, attribute, value):
    """Sets the value; returns what undoes it."""
    if attribute is None:
        before, element.text = element.text, value
        return lambda: setattr(element, "text", before)
    before = element.attrib[attribute]
    element.set(attribute, value)
    return lambda: element.set(attribute, before)


def dropped(element, attribute):
    pairs = list(element.attrib.items())
    del element.attrib[attribute]
    return lambda: (element.attrib.clear(), element.attrib.update(pairs))


def added(parent, child, place):
    parent.insert(place, child)
    return lambda: parent.remove(child)


def removed(parent, child):
    place = list(parent).index(child)
    parent.remove(child)
    return lambda: parent.insert(place, child)


def value_mistakes(element, attribute, value):
    yield "nonsense", lambda: changed(element, attribute, "zz?!")
    if value.isdigit():
        yield "negative", lambda: changed(element, attribute, "-7")
        yield "huge", lambda: changed(element, attribute, "99999999999999999999")


def element_mistakes(parent, element):
    tags = [child.tag for child in parent]
    yield "drop", lambda: removed(parent, element)
    if tags.count(element.tag) == 1:
        yield "twice", lambda: added(parent, copy.deepcopy(element), tags.index(element.tag) + 1)
    yield "attribute", lambda: (element.set("spoon", "1"), lambda: element.attrib.pop("spoon"))[1]
    yield "element", lambda: added(element, ET.Element("spoon"), 0)


def mistakes(parent, element, path):
    """(kind, path, a function that makes the mistake and returns what undoes it) of all below."""
    if parent is not None:
        for kind, make in element_mistakes(parent, element):
            yield kind, path, make
    for name, value in list(element.attrib.items()):
        yield "drop", f"{path}/@{name}", lambda name=name: dropped(element, name)
        for kind, make in value_mistakes(element, name, value):
            yield kind, f"{path}/@{name}", make
    if not len(element) and element.text and element.text.strip():
        for kind, make in value_mistakes(element, None, element.text.strip()):
            yield kind, path, make
    for child in list(element):
        if isinstance(child.tag, str) and not child.tag.startswith("{") and child.tag != "metadata":
            yield from mistakes(element, child, f"{path}/{child.tag}")


def alone(root, element):
    """What every guest has, and the part and the device that have the element: quick to check."""
    result = ET.Element(root.tag, root.attrib)
    for part in root:
        if part.tag == "devices":
            devices = ET.SubElement(result, "devices")
            devices.extend(device for device in part if element in device.iter())
        elif part.tag in NEEDED or element in part.iter():
            result.append(part)
    return copy.deepcopy(result)


def split_disk(root):
    """A disk with one child more than it needs, for each: all together take the schema long."""
    disk = root.find("devices/disk")
    if disk is None:
        return [root]
    result = []
    for child in [child for child in disk if child.tag not in ("source", "target")] or [None]:
        part = copy.deepcopy(root)
        other = part.find("devices/disk")
        for mine, theirs in zip(list(other), list(disk)):
            if theirs is not child and theirs.tag not in ("source", "target"):
                other.remove(mine)
        for below in other.iterfind("backingStore/backingStore"):
            below.clear()
        result.append(part)
    return result


def with_few_attributes(root):
    """The schema takes a time that doubles with each attribute beside a wrong one."""
    for element in root.iter():
        for name in list(element.attrib)[ATTRIBUTES:]:
            del element.attrib[name]
    return root


def parts(documents):
    """Each device and each part of the guests, with what every guest has; small ones first."""
    result = []
    for root in documents:
        for part in list(root):
            if part.tag == "devices":
                result += [alone(root, device) for device in part if isinstance(device.tag, str)]
            elif isinstance(part.tag, str) and part.tag != "metadata":
                result.append(alone(root, part))
    result = [with_few_attributes(part) for root in result for part in split_disk(root)]
    return sorted(result, key=lambda root: len(ET.tostring(root)))


def wrong_guests(documents, seen):
    """(kind and place, text) of guests with one mistake, each kind once at each place."""
    for root in parts(documents):
        for kind, path, make in mistakes(None, root, "/domain"):
            by_type = re.search(r"/(source|graphics|backend|backingStore)\b", path)
            context = root.find("devices/*") if by_type else None
            context = context.get("type", "") if context is not None else ""
            place = COMMON.sub(r"/domain/devices/*/\1", path)
            if (kind, place, context) in seen:
                continue
            seen.add((kind, place, context))
            undo = make()
            yield f"{kind} {path}", ET.tostring(root, encoding="unicode")
            undo()


# ---- judging ----

def judge(program, documents, folder, *options):
    """What COMPARE-DOMAINS says of each of the texts."""
    files = []
    for number, text in enumerate(documents):
        files.append(f"{folder}/{number}.xml")
        pathlib.Path(files[-1]).write_text(text, encoding="utf-8")
    lines = []
    for first in range(0, len(files), 2000):
        result = subprocess.run([program, SCHEMA, *options, *files[first:first + 2000]],
                                capture_output=True, text=True, check=True)
        lines += result.stdout.splitlines()
    assert len(lines) == len(files), "some documents were not judged"
    return lines


def differences_of_guests(lines, texts):
    """{what differs: the reason that we gave, or a document}."""
    found = {}
    for line, text in zip(lines, texts):
        if line.startswith("we-take "):
            found.setdefault(line, text)
        elif line.startswith("we-"):
            found.setdefault(" ".join(line.split(" ")[:2]), line)
    return found


def differences_of_mistakes(names, lines, texts):
    found = {}
    for name, line, text in zip(names, lines, texts):
        if line == "we-take":
            found.setdefault(f"{name} we-take", text)
        elif line.startswith("we-refuse "):
            found.setdefault(f"{name} we-refuse", line)
    return found


def read_list(path):
    """[(line, pattern of what it covers, reason)]"""
    result = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            what, _, reason = line.partition(": ")
            pattern = re.escape(what).replace(r"\*\*", ".+").replace(r"\*", r"[\w:-]+")
            result.append((what, re.compile(pattern + r"\Z"), reason))
    return result


def compare_with_list(found, path):
    known = read_list(path)
    used, problems = set(), []
    for what, why in sorted(found.items()):
        lines = [line for line, pattern, reason in known if pattern.match(what) and reason]
        used.update(lines)
        if not lines:
            problems.append(f"{what}: not listed\n    {why}")
    problems += [f"{line}: listed, but it does not happen or has no reason"
                 for line, _, _ in known if line not in used]
    if os.environ.get("REGENERATE"):
        kept = [f"{line}: {reason}" for line, _, reason in known if line in used]
        new = [f"{problem.split(': not listed')[0]}: " for problem in problems
               if ": not listed" in problem]
        head = [line for line in path.read_text(encoding="utf-8").splitlines()
                if line.startswith("#")]
        path.write_text("\n".join(head + kept + new) + "\n", encoding="utf-8")
    return problems


def refused_by_ours(schema, files):
    result = subprocess.run(["xmllint", "--noout", "--relaxng", schema, *files],
                            capture_output=True, text=True, check=False)
    return re.findall(r"^(\S+) fails to validate$", result.stderr, re.M)


def main() -> int:
    if not os.path.exists(SCHEMA) or shutil.which("xmllint") is None:
        print("skipped: no schema of libvirt0 or no xmllint here")
        return 77
    make, compare, ours, dumps, listed = sys.argv[1:6]
    ET.register_namespace("qemu", NAMESPACE)
    with tempfile.TemporaryDirectory() as guests, tempfile.TemporaryDirectory() as work:
        subprocess.run([make, guests, str(GUESTS)], check=True)
        files = sorted(map(str, pathlib.Path(guests).iterdir()))
        not_ours = refused_by_ours(ours, files)
        texts = [pathlib.Path(file).read_text(encoding="utf-8") for file in files]
        verdicts = judge(compare, texts, work)
        found = differences_of_guests(verdicts, texts)
        good = [ET.fromstring(text) for text, line in zip(texts, verdicts) if line == "both-take"]
        stock = [ET.parse(path).getroot() for path in sorted(pathlib.Path(dumps).glob("*.xml"))
                 if path.name.startswith("stock-") or path.name.endswith(".out.xml")]
        wrong = list(wrong_guests(stock + good, set()))
        lines = judge(compare, [text for _, text in wrong], work, "-q")
        found.update(differences_of_mistakes([name for name, _ in wrong], lines,
                                             [text for _, text in wrong]))
    problems = compare_with_list(found, pathlib.Path(listed))
    problems += [f"{file} is not valid for our own schema" for file in not_ours]
    both = lines.count("both-refuse")
    print("\n".join(problems))
    print(f"{len(files)} guests, {len(good)} taken by both; {len(wrong)} with a mistake: {both} "
          f"refused by both, {lines.count('both-take')} taken by both, {len(found)} differences")
    return 1 if problems or both < len(wrong) // 2 or len(good) < len(files) * 9 // 10 else 0


if __name__ == "__main__":
    sys.exit(main())
