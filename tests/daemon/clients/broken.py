"""Many calls at once, and arguments of calls with one word broken: every count, length, flag and
kind of value that the types of a call have, each with numbers that no honest client sends there."""
import struct

import facts
import wire

BATCH = 64  # calls that are sent before their answers are read
STRING_MAX = 4194304
MOST = (0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


class Words:
    """The least arguments of a call, and where in them the words are that say how much follows."""

    def __init__(self, types):
        self.types = types
        self.body = b""
        self.marks = []  # (offset, what, numbers that are wrong there)

    def word(self, value):
        self.body += struct.pack(">I", value)

    def count(self, what, limit, element, value):
        """A count of elements of that many bytes: over its limit, negative, wrapping."""
        wraps = [2 ** 32 // size + 1 for size in (element, 2 * element, 8) if size > 1]
        wrong = {limit + 1, *MOST, *(n for n in wraps if n > limit)}
        self.marks.append((len(self.body), what, wrong))
        if limit * element > 4096:  # allowed as a number, and the bytes are not there
            self.marks.append((len(self.body), what, {limit}))
        self.word(value)

    def string(self, text=b"zz"):
        self.count("length of a string", STRING_MAX, 1, len(text))
        self.body += text + bytes(-len(text) % 4)

    def add(self, name):
        base, optional, bound, array, fixed = facts.TYPE.match(name).groups()
        if optional:
            self.marks.append((len(self.body), "an optional value's flag", {2, *MOST}))
            self.word(1)
            self.add(base)
        elif base == "opaque":
            self.count("number of bytes", int(bound), 1, 4)
            self.body += b"\xff" * 4
        elif bound:
            inner = Words(self.types)
            inner.add(base)
            self.count("number of elements", int(bound), 8 if base == "typed_param" else
                       4 if base in ("string", "char") else len(inner.body), 1)
            self.add(base)
        elif fixed:
            for _ in range(int(fixed)):
                self.add(base)
        elif base == "typed_param":
            self.string()
            self.marks.append((len(self.body), "the kind of a value", {0, 8, *MOST}))
            self.word(7)
            self.string()
        elif base in facts.WORDS:
            self.word(0)
        elif base in ("hyper", "uhyper", "double"):
            self.body += bytes(8)
        elif base == "string":
            self.string()
        elif base == "uuid":
            self.body += b"\x11" * 16
        elif self.types[base]["kind"] == "struct":
            for field in self.types[base]["fields"]:
                self.add(field["type"])
        else:
            self.word(0)


def bodies(types, args):
    """(what is wrong, the arguments) for each broken word; none of them decodes."""
    words = Words(types)
    for name in args:
        words.add(name)
    for offset, what, numbers in words.marks:
        for number in sorted(numbers):
            yield (f"{what} {number:#x} at byte {offset}",
                   words.body[:offset] + struct.pack(">I", number) + words.body[offset + 4:])
    for cut in range(0, len(words.body), 4):
        yield f"{cut} of {len(words.body)} bytes", words.body[:cut]
    for cut in {1, 2, 3} & set(range(len(words.body))):
        yield f"{cut} bytes less than {len(words.body)}", words.body[:-cut]


class Crowd:
    """A connection on which many calls are under way at once."""

    def __init__(self, path, seconds=60):
        self.client = wire.Client(path, seconds)
        self.reader = self.client.sock.makefile("rb")

    def ask(self, requests):
        """The answers, as (code, body), to calls (program, number, body), in their order."""
        found = []
        for start in range(0, len(requests), BATCH):
            part = requests[start:start + BATCH]
            self.client.sock.sendall(b"".join(wire.call(number, body, serial, program) for
                                              serial, (program, number, body) in enumerate(part)))
            answers = {}
            while len(answers) < len(part):
                length, _, _, _, kind, serial, status = struct.unpack(">7I", self.reader.read(28))
                body = self.reader.read(length - 28)
                if kind == wire.REPLY:
                    answers[serial] = (struct.unpack_from(">I", body)[0] if status else 0, body)
            found += [answers[serial] for serial in range(len(part))]
        return found

    def close(self):
        self.reader.close()
        self.client.close()
