"""qcow2 — writes an empty qcow2 image: header, refcounts, an L1 table; for tests that need a file
QEMU opens, without qemu-img.

    qcow2.create(path, size_bytes, backing=None, backing_format=None)

Layout: https://www.qemu.org/docs/master/interop/qcow2.html
"""

import struct
import sys

CLUSTER = 65536


def create(path, size, backing=None, backing_format=None):
    l1_entries = -(-size // (CLUSTER * (CLUSTER // 8)))
    extensions = b""
    if backing_format:
        text = backing_format.encode()
        extensions += struct.pack(">II", 0xE2792ACA, len(text)) + text + bytes(-len(text) % 8)
    extensions += bytes(8)
    name = (backing or "").encode()
    header = struct.pack(
        ">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", 3, 104 + len(extensions) if name else 0, len(name), 16,
        size, 0, l1_entries, 3 * CLUSTER, CLUSTER, 1, 0, 0, 0, 0, 0, 4, 104)
    blocks = [
        header + extensions + name,
        struct.pack(">Q", 2 * CLUSTER),  # refcount table: one block
        struct.pack(">HHHH", 1, 1, 1, 1),  # refcounts of the four clusters
        b"",  # L1 table: nothing allocated
    ]
    with open(path, "wb") as file:
        for block in blocks:
            file.write(block.ljust(CLUSTER, b"\0"))


if __name__ == "__main__":
    create(sys.argv[1], int(sys.argv[2]), *sys.argv[3:5])
