"""A client that speaks the protocol itself: for what no stock client would do."""
import socket
import struct

import patience

REMOTE, QEMU, ADMIN, KEEPALIVE = 0x20008086, 0x20008087, 0x06900690, 0x6B656570
OPEN, AUTH_LIST, LIST_DOMAINS = 1, 66, 273
CALL, REPLY = 0, 1


def string(text):
    data = text.encode()
    return struct.pack(">I", len(data)) + data + b"\0" * (-len(data) % 4)


def optional(text):
    return struct.pack(">I", 0) if text is None else struct.pack(">I", 1) + string(text)


def call(procedure, body=b"", serial=0, program=REMOTE, kind=CALL):
    return struct.pack(">7I", 28 + len(body), program, 1, procedure, kind, serial, 0) + body


class Reply:
    def __init__(self, header, body):
        self.program, _, self.procedure, self.kind, self.serial, self.status = header
        self.body = body

    def code(self):
        """0, or the number of the error"""
        return 0 if self.status == 0 else struct.unpack_from(">I", self.body)[0]

    def error(self):
        """(code, domain, text) of an error, (0, 0, "") of a good reply"""
        if self.status == 0:
            return 0, 0, ""
        code, domain, has_text, length = struct.unpack_from(">4I", self.body)
        return code, domain, self.body[16:16 + length].decode() if has_text else ""


class Client:
    def __init__(self, path, seconds=30):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)  # waits, as stock clients do, while the listener has many before us
        self.sock.settimeout(patience.long(seconds))
        self.serial = 0

    def close(self):
        self.sock.close()

    def receive(self):
        data = self.exactly(28)
        length, *header = struct.unpack(">7I", data)
        return Reply(header, self.exactly(length - 28))

    def exactly(self, length):
        data = b""
        while len(data) < length:
            part = self.sock.recv(length - len(data))
            if not part:
                raise ConnectionError("closed")
            data += part
        return data

    def ask(self, procedure, body=b"", program=REMOTE):
        self.serial += 1
        self.sock.sendall(call(procedure, body, self.serial, program))
        while True:
            reply = self.receive()
            if reply.kind == REPLY and reply.serial == self.serial:
                return reply

    def open(self, uri="qemu:///system", flags=0):
        """auth_list and connect_open, as root is let in; the code of the open"""
        self.ask(AUTH_LIST)
        return self.ask(OPEN, optional(uri) + struct.pack(">I", flags)).code()
