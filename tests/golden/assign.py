#!/usr/bin/python3
"""What a definition becomes is what a stock daemon made of it.

    assign.py PROGRAM DOCUMENTS DEFINED LIVE CAPS

PROGRAM (golden-assign) defines every document of DOCUMENTS; DEFINED and LIVE hold what a stock
daemon printed (tests/tools/record-define). Documents are compared as lists of paths with values.
DOCUMENTS/differences lists what is left and why, one line each: NAME, the path with its value,
with '-' where stock has it and '+' where we do, and the reason; refusals are 'refused CODE'. A line
that no longer happens fails as well. Also: what comes out, and what stock stored, stays when it is
defined (again); aliases are those of the running guest; all validates with the schemas of Debian's
libvirt-clients. Shows XML-13, XML-14.
"""
import collections
import glob
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

SCHEMA = '/usr/share/libvirt/schemas/domain.rng'
MAC = "52:54:00:00:00:00"
UUID = '00000000-0000-0000-0000-000000000000'


def read(path):
    with open(path, encoding='utf-8') as source:
        return source.read()


def paths_of(element, path):
    """All values below, as path=value."""
    yield path
    for name, value in sorted(element.attrib.items()):
        yield f'{path}/@{name}={value}'
    if element.text and element.text.strip():
        yield f'{path}={element.text.strip()}'
    seen = collections.Counter()
    for child in element:
        seen[child.tag] += 1
        yield from paths_of(child, f'{path}/{child.tag}[{seen[child.tag]}]')


def without_chance(xml, document):
    if '<uuid>' not in document:
        xml = re.sub(r'<uuid>[^<]*</uuid>', f'<uuid>{UUID}</uuid>', xml)
    given = {mac.lower() for mac in re.findall(r"<mac address='([^']*)'", document)}
    return re.sub(r"<mac address='([^']*)'/>",
                  lambda m: m[0] if m[1] in given else f"<mac address='{MAC}'/>", xml)


def values(text):
    return list(paths_of(ET.fromstring(text), ''))


def differences(stock, ours):
    stock, ours = collections.Counter(stock), collections.Counter(ours)
    return [f'-{line}' for line in (stock - ours)] + [f'+{line}' for line in (ours - stock)]


def compare_document(name, documents, defined, results):
    document = read(f'{documents}/{name}.xml')
    refused = f'{results}/{name}.error'
    stock_refused = f'{defined}/{name}.error'
    stock_code = read(stock_refused).split()[0] if os.path.exists(stock_refused) else None
    code = read(refused).split()[0] if os.path.exists(refused) else None
    # stock says 1, an internal error, for much that is the document's fault
    if stock_code is not None or code is not None:
        if stock_code == code or (stock_code == '1' and code is not None):
            return []
        return [f'-{"refused " + stock_code if stock_code else "accepted"}',
                f'+{"refused " + code if code else "accepted"}']
    return differences(values(read(f'{defined}/{name}.xml')),
                       values(without_chance(read(f'{results}/{name}.xml'), document)))


def read_list(path):
    listed = {}
    for number, line in enumerate(read(path).splitlines(), 1):
        if line.startswith('#') or not line:
            continue
        fields = line.split('\t')
        if len(fields) != 3 or not fields[2]:
            sys.exit(f'{path}:{number}: not NAME, path and reason')
        listed[(fields[0], fields[1])] = fields[2]
    return listed


def check_fixpoints(names, results):
    for name in names:
        again = f'{results}/{name}.again.xml'
        if not os.path.exists(f'{results}/{name}.xml'):
            continue
        if not os.path.exists(again):
            yield f'{name}: its result is refused: {read(f"{results}/{name}.again.error")}'
        elif read(again) != read(f'{results}/{name}.xml'):
            yield f'{name}: its result changes when it is defined again'


def aliases(text):
    return [line for line in values(text) if '/alias[1]/@name=' in line]


def check_aliases(live, results):
    for path in sorted(glob.glob(f'{live}/*.xml')):
        name = os.path.basename(path)[:-len('.xml')]
        for line in differences(aliases(read(path)), aliases(read(f'{results}/{name}.live.xml'))):
            yield f'{name}: alias {line}'


def check_stocks_own(program, defined, caps, listed):
    """What stock stored is complete: it stays when it is defined here."""
    expected = {name for name, _ in listed}
    with tempfile.TemporaryDirectory() as results:
        subprocess.run([program, defined, caps, results], check=True)
        for path in sorted(glob.glob(f'{defined}/*.xml')):
            name = os.path.basename(path)[:-len('.xml')]
            ours = f'{results}/{name}.xml'
            if name not in expected and (not os.path.exists(ours) or read(ours) != read(path)):
                yield f"{name}: stock's result changes when it is defined here"


def check_schema(results):
    paths = sorted(path for path in glob.glob(f'{results}/*.xml')
                   if not path.endswith(('.again.xml', '.live.xml')))
    answer = subprocess.run(['xmllint', '--noout', '--relaxng', SCHEMA, *paths], text=True,
                            stderr=subprocess.PIPE, check=False)
    for line in answer.stderr.splitlines():
        if not line.endswith(' validates'):
            yield f'schema: {line}'


def main():
    program, documents, defined, live, caps = sys.argv[1:]
    names = sorted(os.path.basename(path)[:-len('.xml')]
                   for path in glob.glob(f'{documents}/*.xml'))
    listed = read_list(f'{documents}/differences')
    wrong = []
    with tempfile.TemporaryDirectory() as results:
        subprocess.run([program, documents, caps, results], check=True)
        found = {(name, line) for name in names
                 for line in compare_document(name, documents, defined, results)}
        wrong += [f'{name}\t{line}' for name, line in sorted(found - set(listed))]
        wrong += [f'{name}\t{line}: listed, but it is no longer so'
                  for name, line in sorted(set(listed) - found)]
        wrong += check_stocks_own(program, defined, caps, listed)
        wrong += check_fixpoints(names, results)
        wrong += check_aliases(live, results)
        wrong += check_schema(results)
    print('\n'.join(wrong))
    print(f'{len(names)} documents, {len(listed)} differences listed, {len(wrong)} wrong')
    return 1 if wrong or len(names) < 120 else 0


if __name__ == '__main__':
    sys.exit(main())
