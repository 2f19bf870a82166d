"""Real pictures for the test servers that have files: a gradient that depends on the name, in any size and format."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from functools import cache

from PIL import Image


@cache
def draw_picture(name: str, width: int, height: int, kind: str = "JPEG") -> bytes:
    """A picture of that size; the same arguments always give the same bytes."""
    seed = hashlib.sha256(name.encode()).digest()
    base = Image.radial_gradient("L").resize((width, height))
    bands = [
        base.point([(level * seed[band] // 255 + seed[band + 3]) % 256 for level in range(256)]) for band in range(3)
    ]
    file = io.BytesIO()
    Image.merge("RGB", bands).save(file, kind, **({"quality": 80} if kind == "JPEG" else {}))
    return file.getvalue()


def draw_bomb(side: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes whose header promises `side` x `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(200_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
