"""CAR files and DAG-CBOR, as far as a repository of Bluesky needs them: blocks by their hash, and what is in a block.

    length │ header {version: 1, roots: [CID]} │ length │ CID │ block │ length │ CID │ block …

See https://ipld.io/specs/transport/car/carv1 and https://ipld.io/specs/codecs/dag-cbor. A block is held against its
CID, so that no link leads in a circle, and what was cut off or changed is known.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Any

_MAX_DEPTH = 32
_CBOR_CODEC, _SHA_256 = 0x71, 0x12
_CID_BYTES = 36
_CID_START = bytes((1, _CBOR_CODEC, _SHA_256, 32))
_LINK_TAG = 42


class MalformedBlocks(ValueError):
    """The bytes are no CAR file, or no DAG-CBOR; the message says why, in a clause."""


@dataclass(frozen=True, slots=True)
class Link:
    """A CID: the name of a block by its hash, as its bytes."""

    cid: bytes


def read_car(data: bytes) -> tuple[list[Link], dict[bytes, bytes]]:
    """The roots of a CAR file, and its blocks by CID, without those that are not what their CIDs say.

    Raises:
        MalformedBlocks: It is no CAR file of version 1, or is cut off.
    """
    length, at = _read_varint(data, 0)
    header = decode_dag_cbor(_slice(data, at, length))
    at += length
    roots = header.get("roots") if isinstance(header, dict) and header.get("version") == 1 else None
    if not isinstance(roots, list) or not all(isinstance(one, Link) for one in roots):
        raise MalformedBlocks("it is no CAR file of version 1")
    blocks: dict[bytes, bytes] = {}
    while at < len(data):
        length, at = _read_varint(data, at)
        whole = _slice(data, at, length)
        at += length
        cid, block = whole[:_CID_BYTES], whole[_CID_BYTES:]
        if len(cid) < _CID_BYTES or cid[0] != 1 or cid[2:4] != _CID_START[2:]:
            continue  # a block of another kind, such as a picture's: no post is in it
        if hashlib.sha256(block).digest() == cid[4:]:  # a damaged one is missed by who has need of it
            blocks[cid] = block
    return roots, blocks


def decode_dag_cbor(data: bytes) -> Any:
    """The value of one block: None, bool, int, float, bytes, str, list, dict or `Link`.

    Raises:
        MalformedBlocks: It is not DAG-CBOR, or nested too deeply.
    """
    try:
        value, at = _decode(data, 0, 0)
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise MalformedBlocks("a block of it is cut off or not DAG-CBOR") from error
    if at != len(data):
        raise MalformedBlocks("a block of it has more than one value")
    return value


def _decode(data: bytes, at: int, depth: int) -> tuple[Any, int]:  # noqa: PLR0911, PLR0912 - one case a major type
    if depth > _MAX_DEPTH:
        raise MalformedBlocks(f"a block of it is nested deeper than {_MAX_DEPTH} levels")
    major, info = data[at] >> 5, data[at] & 31
    if major == 7:
        if info in _SIMPLE:
            return _SIMPLE[info], at + 1
        if info == 27:
            return struct.unpack_from(">d", data, at + 1)[0], at + 9
        raise MalformedBlocks("a block of it has a value that DAG-CBOR does not know")
    number, at = _read_number(data, at + 1, info)
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major == 2:
        return _slice(data, at, number), at + number
    if major == 3:
        return _slice(data, at, number).decode(), at + number
    if number > len(data) - at and major != 6:
        raise MalformedBlocks("a block of it is cut off")  # before room is made for what is not there
    if major == 4:
        items = []
        for _ in range(number):
            item, at = _decode(data, at, depth + 1)
            items.append(item)
        return items, at
    if major == 5:
        entries: dict[str, Any] = {}
        for _ in range(number):
            key, at = _decode(data, at, depth + 1)
            if not isinstance(key, str):
                raise MalformedBlocks("a block of it has a key that is no text")
            entries[key], at = _decode(data, at, depth + 1)
        return entries, at
    cid, at = _decode(data, at, depth + 1)
    if number != _LINK_TAG or not isinstance(cid, bytes) or cid[:1] != b"\0":
        raise MalformedBlocks("a block of it has a tag that is no link")
    return Link(cid[1:]), at


_SIMPLE = {20: False, 21: True, 22: None}
_WIDTHS = {24: (">B", 1), 25: (">H", 2), 26: (">L", 4), 27: (">Q", 8)}


def _read_number(data: bytes, at: int, info: int) -> tuple[int, int]:
    if info < 24:
        return info, at
    if info not in _WIDTHS:
        raise MalformedBlocks("a block of it has a length that DAG-CBOR does not know")
    form, width = _WIDTHS[info]
    return int(struct.unpack_from(form, data, at)[0]), at + width


def _slice(data: bytes, at: int, length: int) -> bytes:
    if length > len(data) - at:
        raise MalformedBlocks("it is cut off")
    return data[at : at + length]


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 of at most 9 bytes, and where it ends."""
    value = 0
    for place in range(9):
        if at + place >= len(data):
            raise MalformedBlocks("it is cut off")
        byte = data[at + place]
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value, at + place + 1
    raise MalformedBlocks("it is no CAR file")
