"""Screenshots: PNG and PPM to rows of pixels, and a text screen's cells."""
import struct
import zlib

CELL_ROWS, SCREEN_COLUMNS, SCREEN_LINES = 16, 80, 25


def png(data):
    """(width, height, bytes of a pixel, rows): the kinds that QEMU writes, 8 bits a sample."""
    at, packed, head = 8, b"", None
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + size]
        head = struct.unpack(">IIBBBBB", body) if kind == b"IHDR" else head
        packed += body if kind == b"IDAT" else b""
        at += size + 12
    width, height, depth, colour, _, _, interlaced = head
    if depth != 8 or colour not in (2, 6) or interlaced:
        raise ValueError(f"a PNG of another kind: {head}")
    step = 3 if colour == 2 else 4
    return width, height, step, unfiltered(zlib.decompress(packed), width * step, height, step)


def unfiltered(raw, length, height, step):
    """Rows of a PNG without its filters (PNG specification, 9.2)."""
    rows, above = [], bytearray(length)
    for number in range(height):
        start = number * (length + 1)
        kind, row = raw[start], bytearray(raw[start + 1:start + 1 + length])
        for i in range(length if kind else 0):
            left = row[i - step] if i >= step else 0
            corner = above[i - step] if i >= step else 0
            row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2,
                                paeth(left, above[i], corner))[kind]) & 255
        rows.append(bytes(row))
        above = row
    return rows


def paeth(left, above, corner):
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))


def ppm(data):
    magic, width, height, _, pixels = data.split(None, 4) if data.count(b"#") == 0 else (b"",) * 5
    if magic != b"P6":
        raise ValueError("not a plain PPM")
    width, height = int(width), int(height)
    length = width * 3
    return width, height, 3, [pixels[row * length:(row + 1) * length] for row in range(height)]


def read(data):
    return png(data) if data.startswith(b"\x89PNG\r\n\x1a\n") else ppm(data)


def cells(data):
    """A text screen's cells, [line][column]: which pixels are lit, as text of 0 and 1."""
    width, height, step, rows = read(data)
    if width % SCREEN_COLUMNS or height != SCREEN_LINES * CELL_ROWS:
        raise ValueError(f"no text screen of 80x25: {width}x{height}")
    wide = width // SCREEN_COLUMNS
    lit = [[any(row[x * step:x * step + 3]) for x in range(width)] for row in rows]
    return [["".join("01"[lit[line * CELL_ROWS + y][column * wide + x]]
                     for y in range(CELL_ROWS) for x in range(wide))
             for column in range(SCREEN_COLUMNS)] for line in range(SCREEN_LINES)]
