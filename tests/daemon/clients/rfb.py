"""A VNC client that only types (RFC 6143: the remote framebuffer protocol)."""
import socket
import struct

SECURITY_NONE, KEY_EVENT = 1, 4
RETURN = 0xFF0D  # X11's number of the key; letters and digits are their own


class Keyboard:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), 30)
        self.take(12)
        self.socket.sendall(b"RFB 003.008\n")
        if SECURITY_NONE not in self.take(self.take(1)[0]):
            raise ValueError("the screen wants a password")
        self.socket.sendall(bytes([SECURITY_NONE]))
        if self.take(4) != b"\0\0\0\0":
            raise ValueError("the screen refuses")
        self.socket.sendall(b"\1")  # others may stay
        head = self.take(24)
        self.name = self.take(struct.unpack(">I", head[20:])[0]).decode()

    def take(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise ConnectionError("the screen has gone")
            data += part
        return data

    def type(self, text):
        for letter in text:
            key = RETURN if letter == "\n" else ord(letter)
            for down in (1, 0):
                self.socket.sendall(struct.pack(">BBHI", KEY_EVENT, down, 0, key))

    def close(self):
        self.socket.close()
