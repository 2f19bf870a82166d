"""Exports of posts as networks make them, small: an archive of X, an outbox of Mastodon, a repository of Bluesky."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WORDS = ("rain", "bread", "rivers", "a late train", "good shoes", "the moon", "cold tea", "old maps")
PLACES = ("in Lisbon", "under the bridge", "at my aunt's", "on the roof", "by the sea", "behind us", "nowhere else")
TIMES = ("at noon", "since May", "again", "all night", "for once", "too early", "on Sundays", "last year", "as ever")
FIRST_ID = 1_580_661_436_132_757_505
"""Above 2^53: as a floating-point number it is another."""


def texts(count: int) -> list[str]:
    """So many different posts, by more than their numbers."""
    return [f"Note {number}: {_subject(number)} and {_subject(3 * number + number // 8)}." for number in range(count)]


def _subject(number: int) -> str:
    return f"{WORDS[number % 8]} {PLACES[number // 2 % 7]} {TIMES[number // 3 % 9]}"


def tweet(number: int, text: str, **more: Any) -> dict[str, Any]:
    """An entry of `tweets.js`."""
    fields = {
        "id_str": str(FIRST_ID + number),
        "id": str(FIRST_ID + number),
        "full_text": text,
        "created_at": f"Wed Oct {1 + number % 28:02} 20:07:25 +0000 2022",
        "favorite_count": "3",
        "retweet_count": "0",
        "retweeted": False,
        "lang": "en",
        "entities": {"urls": [], "hashtags": [], "user_mentions": []},
        "edit_info": {"initial": {"editTweetIds": [str(FIRST_ID + number)]}},
    }
    return {"tweet": {**fields, **more}}


def tweets(count: int) -> list[dict[str, Any]]:
    return [tweet(number, text) for number, text in enumerate(texts(count))]


def script(entries: Sequence[Any], name: str = "tweets", part: int = 0) -> bytes:
    """A file of an archive of X."""
    return f"window.YTD.{name}.part{part} = {json.dumps(entries, indent=1)}".encode()


def account(name: str = "jane", id: str = "42") -> bytes:
    return script([{"account": {"username": name, "accountId": id, "email": "jane@example.com"}}], "account")


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def note(number: int, content: str, *, actor: str = "jane", to: Sequence[str] = (PUBLIC,), **more: Any) -> Any:
    """An activity of an outbox."""
    user = f"https://example.social/users/{actor}"
    made = {
        "id": f"{user}/statuses/{number}",
        "type": "Note",
        "published": f"2026-03-{1 + number % 28:02}T08:00:00Z",
        "content": content,
        "contentMap": {"en": content},
        "inReplyTo": None,
        "attachment": [],
        "likes": {"totalItems": 2},
    }
    return {"type": "Create", "actor": user, "to": [*to], "cc": [], "object": {**made, **more}}


def outbox(items: Sequence[Any]) -> bytes:
    document = {"id": "outbox.json", "type": "OrderedCollection", "totalItems": len(items), "orderedItems": [*items]}
    return json.dumps(document).encode()


# ---------------------------------------------------------------------------------------------- Bluesky

DID = "did:plc:abcdefghijklmnopqrstuvwx"


class Cid(bytes):
    """A link to a block."""


def cid_of(block: bytes) -> Cid:
    return Cid(bytes((1, 0x71, 0x12, 32)) + hashlib.sha256(block).digest())


def encode(value: Any) -> bytes:  # noqa: PLR0911 - one for each type
    """DAG-CBOR."""
    match value:
        case None | True | False:
            return bytes([{False: 0xF4, True: 0xF5, None: 0xF6}[value]])
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case Cid():
            return _head(6, 42) + encode(b"\0" + bytes(value))
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list() | tuple():
            return _head(4, len(value)) + b"".join(map(encode, value))
    keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
    return _head(5, len(keys)) + b"".join(encode(key) + encode(value[key]) for key in keys)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for info, form in ((24, ">B"), (25, ">H"), (26, ">L"), (27, ">Q")):
        if number < 1 << 8 * struct.calcsize(form):
            return bytes([major << 5 | info]) + struct.pack(form, number)
    raise OverflowError(number)


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def car(blocks: Iterable[bytes], root: Cid) -> bytes:
    """A CAR file."""
    parts = [encode({"version": 1, "roots": [root]}), *(bytes(cid_of(block)) + block for block in blocks)]
    return b"".join(varint(len(part)) + part for part in parts)


def repository(records: Mapping[str, Any], *, did: str = DID) -> bytes:
    """The repository of an account: its records by key ("app.bsky.feed.post/3k…"), in a tree of two levels."""
    blocks = {cid_of(block): block for block in map(encode, records.values())}
    keys = sorted(records)
    half = len(keys) // 2
    left = encode(_tree_node(keys[:half], records))
    top = encode({**_tree_node(keys[half:], records), "l": cid_of(left)})
    commit = encode({"did": did, "version": 3, "data": cid_of(top), "rev": "3k", "prev": None, "sig": b"\0" * 64})
    return car([commit, top, left, *blocks.values()], cid_of(commit))


def _tree_node(keys: Sequence[str], records: Mapping[str, Any]) -> dict[str, Any]:
    entries, before = [], b""
    for key in (key.encode() for key in keys):
        shared = len(os.path.commonprefix([key, before]))  # noqa: RUF071 - they are no paths
        entries.append({"p": shared, "k": key[shared:], "v": cid_of(encode(records[key.decode()])), "t": None})
        before = key
    return {"l": None, "e": entries}


def skeet(number: int, text: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A key and its record."""
    record = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": f"2026-04-{1 + number % 28:02}T10:00:00.000Z",
        "langs": ["en"],
    }
    return f"app.bsky.feed.post/3kabc{number:05}", {**record, **more}
