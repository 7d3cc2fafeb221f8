"""A client that does many things at once on one connection: calls, events, streams, descriptors."""
import array
import hashlib
import json
import os
import socket
import struct
import time

import patience
import wire

HERE = os.path.dirname(os.path.realpath(__file__))
with open(os.path.join(HERE, "../../data/wire-facts.json"), encoding="utf-8") as facts:
    _PROGRAMS = json.load(facts)["programs"]
P = {row["name"].upper(): row["number"] for row in _PROGRAMS["remote"]["procedures"]}
QEMU = _PROGRAMS["qemu"]["id"]
CALL, REPLY, EVENT, STREAM, CALL_FDS, REPLY_FDS, HOLE = range(7)
OK, ERROR, CONTINUE = range(3)
PING, PONG = 1, 2
MAX_PACKET = 262120


def u32(*values):
    return struct.pack(f">{len(values)}I", *(value & 0xffffffff for value in values))


def u64(value):
    return struct.pack(">Q", value)


def uuid_of(name):
    return hashlib.md5(name.encode()).digest()


def domain(name):
    return wire.string(name) + uuid_of(name) + u32(-1)


def definition(name):
    text = uuid_of(name).hex()
    uuid = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    return wire.string(f"<domain type='test'><name>{name}</name><uuid>{uuid}</uuid></domain>")


def network(name="default"):
    return wire.string(name) + bytes([2, 1]) + bytes(14)


def pool(name="default"):
    return wire.string(name) + bytes([3, 1]) + bytes(14)


def volume(name):
    return wire.string("default") + wire.string(name) + wire.string("/" + name)


def text_of(body, at=0):
    length = struct.unpack_from(">I", body, at)[0]
    return body[at + 4:at + 4 + length].decode()


def pattern(offset, length):
    """What testd's downloads hold, and its uploads want."""
    start = offset % 251
    return (bytes(range(251)) * ((start + length) // 251 + 1))[start:start + length]


class Packet:
    def __init__(self, header, body, fds):
        self.program, self.version, self.procedure, self.kind, self.serial, self.status = header
        self.body = body
        self.fds = fds

    def int(self, index=0):
        return struct.unpack_from(">i", self.body, 4 * index)[0]

    def code(self):
        return 0 if self.status != ERROR else self.int()

    def message(self):
        return text_of(self.body, 12) if self.status == ERROR and self.int(2) else ""

    def __repr__(self):
        return (f"<{self.kind} proc {self.procedure} serial {self.serial} status {self.status} "
                f"{len(self.body)} bytes {self.message()!r}>")


class Closed(Exception):
    pass


class Peer:
    def __init__(self, path, seconds=20, connected=None, answer_pings=True):
        self.seconds = patience.long(seconds)
        self.sock = connected or socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.seconds)
        if connected is None:
            self.sock.connect(path)
        self.answer_pings = answer_pings
        self.serial = 0
        self.buffer = bytearray()
        self.at = 0
        self.fds = []
        self.queue = []

    def close(self):
        self.sock.close()
        for fd in self.fds + [fd for packet in self.queue for fd in packet.fds]:
            os.close(fd)
        self.fds = []

    # --- sending ---

    def send(self, procedure, body=b"", **how):
        """Returns the serial; how: serial, program, kind, status, fds"""
        serial = how.get("serial")
        if serial is None:
            self.serial += 1
            serial = self.serial
        fds = how.get("fds", ())
        kind = how.get("kind", CALL_FDS if fds else CALL)
        if kind == CALL_FDS:
            body = u32(how.get("announced", len(fds))) + body
        self.sock.sendall(u32(28 + len(body), how.get("program", wire.REMOTE), 1, procedure, kind,
                              serial,
                              how.get("status", OK)) + body)
        for fd in fds:
            self.sock.sendmsg([b"\0"],
                              [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
        return serial

    def data(self, procedure, serial, body, status=CONTINUE):
        self.send(procedure, body, serial=serial, kind=STREAM, status=status)

    def hole(self, procedure, serial, length):
        self.send(procedure, u64(length) + u32(0), serial=serial, kind=HOLE, status=CONTINUE)

    def ping(self):
        self.send(PING, program=wire.KEEPALIVE, kind=EVENT, serial=0)

    # --- receiving ---

    def parse(self):
        have = len(self.buffer) - self.at
        if have < 28:
            return None
        length, *header = struct.unpack_from(">7I", self.buffer, self.at)
        n_fds = 0
        if header[3] in (CALL_FDS, REPLY_FDS):
            if have < 32:
                return None
            n_fds = struct.unpack_from(">I", self.buffer, self.at + 28)[0]
        if have < length + n_fds:
            return None
        start = self.at + (32 if header[3] in (CALL_FDS, REPLY_FDS) else 28)
        body = bytes(memoryview(self.buffer)[start:self.at + length])
        self.at += length + n_fds
        fds, self.fds = self.fds[:n_fds], self.fds[n_fds:]
        return Packet(header, body, fds)

    def read(self, seconds=None):
        """The next packet that is not a ping; Closed at the end, TimeoutError when none comes."""
        deadline = time.monotonic() + (self.seconds if seconds is None else seconds)
        while True:
            packet = self.parse()
            if packet is None:
                del self.buffer[:self.at]
                self.at = 0
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                self.sock.settimeout(left)
                try:
                    data, control, _, _ = self.sock.recvmsg(1 << 20, socket.CMSG_SPACE(32 * 4))
                except ConnectionResetError as error:
                    raise Closed from error
                finally:
                    self.sock.settimeout(self.seconds)
                if not data:
                    raise Closed
                self.buffer += data
                for level, kind, fds in control:
                    if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                        self.fds += array.array("i", fds).tolist()
            elif self.answer_pings and (packet.program, packet.procedure) == (wire.KEEPALIVE, PING):
                self.send(PONG, program=wire.KEEPALIVE, kind=EVENT, serial=0)
            else:
                return packet

    def wait(self, wanted, seconds=None):
        """The first packet that wanted() likes; the others are kept in order."""
        for i, packet in enumerate(self.queue):
            if wanted(packet):
                return self.queue.pop(i)
        deadline = time.monotonic() + (self.seconds if seconds is None else seconds)
        while True:
            packet = self.read(deadline - time.monotonic())
            if wanted(packet):
                return packet
            self.queue.append(packet)

    def reply(self, serial, seconds=None):
        return self.wait(lambda p: p.kind in (REPLY, REPLY_FDS) and p.serial == serial, seconds)

    def stream(self, serial, seconds=None):
        return self.wait(lambda p: p.kind in (STREAM, HOLE) and p.serial == serial, seconds)

    def event(self, procedure, seconds=None):
        return self.wait(lambda p: p.kind == EVENT and p.procedure == procedure
                         and p.program != wire.KEEPALIVE, seconds)

    def silent(self, seconds=0.3):
        """Whether nothing comes for that time"""
        try:
            self.queue.append(self.read(seconds))
            return False
        except TimeoutError:
            return True

    def drain(self, seconds=0.2):
        """What came so far, and what comes until nothing does for that time"""
        while not self.silent(seconds):
            pass
        packets, self.queue = self.queue, []
        return packets

    def ended(self, seconds=None):
        """Reads to the end of the connection; the packets before it"""
        packets, self.queue = self.queue, []
        try:
            while True:
                packets.append(self.read(seconds))
        except Closed:
            return packets

    # --- asking ---

    def ask(self, procedure, body=b"", **how):
        return self.reply(self.send(procedure, body, **how), how.get("seconds"))

    def open(self, uri="qemu:///system", flags=0):
        if 2 in struct.unpack_from(">2I", self.ask(P["AUTH_LIST"]).body)[1:]:
            reply = self.ask(P["AUTH_POLKIT"])
            if reply.code():
                return reply
        return self.ask(P["CONNECT_OPEN"], wire.optional(uri) + u32(flags))

    def define(self, name):
        return self.ask(P["DOMAIN_DEFINE_XML"], definition(name))

    def report(self, uri="qemu:///system"):
        """What the test daemon behind this URI says of its caller and of itself"""
        number, body = {"qemu": (P["CONNECT_GET_SYSINFO"], u32(0)),
                        "network": (P["NETWORK_GET_XML_DESC"], network() + u32(0)),
                        "storage": (P["STORAGE_POOL_GET_XML_DESC"],
                                    pool() + u32(0))}[uri.split(":")[0]]
        reply = self.ask(number, body)
        if reply.code():
            return {"error": reply.message()}
        return dict(line.split("=", 1) for line in text_of(reply.body).splitlines())


def params(**values):
    """Typed parameters: int for unsigned long long, str for string; names with _ for -"""
    body = u32(len(values))
    for name, value in values.items():
        body += wire.string(name.replace("_", "-"))
        if isinstance(value, str):
            body += u32(7) + wire.string(value)
        else:
            body += u32(3 if name in ("process_id",) else 4) + u64(value)
    return body + u32(0)
