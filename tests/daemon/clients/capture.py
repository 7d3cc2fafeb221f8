"""A forwarder between two Unix sockets that keeps what passes, and a capture file made of it."""
import os
import select
import socket
import struct
import threading
import time

CLIENT, SERVER = ("10.0.0.1", 40000), ("10.0.0.2", 16509)


class Connection:
    """Chunks in the order in which they passed: (seconds, from the client?, bytes)."""

    def __init__(self):
        self.chunks = []

    def sides(self):
        for way in (True, False):
            yield b"".join(data for _, from_client, data in self.chunks if from_client is way)


class Forwarder:
    """Listens on `path` and passes every connection on to `target` while it is open."""

    def __init__(self, target, path):
        self.target, self.path = target, path
        self.seen, self.threads = [], []
        if os.path.exists(path):
            os.unlink(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        os.unlink(self.path)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            connection = Connection()
            self.seen.append(connection)
            thread = threading.Thread(target=self.forward, args=(client, connection), daemon=True)
            self.threads.append(thread)
            thread.start()

    def forward(self, client, connection):
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.target)
            other = {client: server, server: client}
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    try:
                        data = ready.recv(1 << 16)
                    except OSError:
                        return
                    if not data:
                        return
                    connection.chunks.append((time.time(), ready is client, data))
                    try:
                        other[ready].sendall(data)
                    except OSError:
                        return

    def connections(self):
        for thread in self.threads:
            thread.join(10)
        return self.seen


def messages(stream):
    """The whole packets of one direction; each begins with its own length."""
    found, at = [], 0
    while at + 4 <= len(stream):
        length = struct.unpack_from(">I", stream, at)[0]
        if length < 28:
            raise ValueError(f"a packet of length {length} at {at}")
        found.append(stream[at:at + length])
        at += length
    return found


def packet(way, port, sequence, acknowledged, data, flags):
    source, target = ((CLIENT[0], port), SERVER) if way else (SERVER, (CLIENT[0], port))
    tcp = struct.pack(">HHIIBBHHH", source[1], target[1], sequence, acknowledged, 5 << 4, flags,
                      65535, 0, 0)
    length = 20 + len(tcp) + len(data)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, length, 0, 0, 64, 6, 0, socket.inet_aton(source[0]),
                     socket.inet_aton(target[0]))
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\x00" + ip + tcp + data


def write_pcap(path, connections):
    """Every chunk becomes TCP segments; each connection has a client port of its own."""
    records = []
    for number, connection in enumerate(connections):
        port = CLIENT[1] + number
        at = {True: 1, False: 1}
        start = connection.chunks[0][0] if connection.chunks else time.time()
        records.append((start, packet(True, port, 0, 0, b"", 0x02)))
        records.append((start, packet(False, port, 0, 1, b"", 0x12)))
        for seconds, way, data in connection.chunks:
            for offset in range(0, len(data), 60000):
                part = data[offset:offset + 60000]
                records.append((seconds, packet(way, port, at[way], at[not way], part, 0x18)))
                at[way] += len(part)
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1))
        for seconds, data in sorted(records, key=lambda record: record[0]):
            out.write(struct.pack("<IIII", int(seconds), int(seconds % 1 * 1e6), len(data),
                                  len(data)))
            out.write(data)
