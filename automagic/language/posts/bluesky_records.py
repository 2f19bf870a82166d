"""A thread as Bluesky's servers take it: every record named before the call, so that a lost answer is no second thread.

    parts, a seed ─▶ TIDs ─▶ records, each with the CID of the one it answers ─▶ one com.atproto.repo.applyWrites

All of a call is done, or none of it. Whether it was is asked by the name of its first record: `getRecord` finds it or
does not.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from automagic.language.posts.facets import Facet, RichText

COLLECTION = "app.bsky.feed.post"
MOST_LANGUAGES = 3
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"


def make_tid(at: datetime, clock: int) -> str:
    """A record's name: 13 signs of base 32 that sort by time (atproto.com/specs/tid).

    Args:
        at: With a time zone, 1970 to 2255.
        clock: 0 to 1023: what keeps two writers of one microsecond apart.
    """
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    value = (since // timedelta(microseconds=1)) << 10 | clock
    return "".join(_SORTABLE[value >> shift & 31] for shift in range(60, -1, -5))


def thread_tids(seed: str, at: datetime, count: int) -> tuple[str, ...]:
    """The names of a thread's records, the same each time that the thread is published anew.

    Args:
        seed: What is published, and by whom. Threads of one moment are told apart by 30 bits of its hash.
        at: When it was written, with a time zone; the names are of the second that follows.
    """
    bits = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") >> 2
    return following_tids(make_tid(at + timedelta(microseconds=bits >> 10), bits & 1023), count)


def following_tids(first: str, count: int) -> tuple[str, ...]:
    """The names of a thread's records, of which the first is known: a microsecond apart."""
    value = 0
    for sign in first:
        value = value << 5 | _SORTABLE.index(sign)
    values = (value + (index << 10) for index in range(count))
    return tuple("".join(_SORTABLE[one >> shift & 31] for shift in range(60, -1, -5)) for one in values)


def post_record(
    part: RichText,
    created_at: datetime,
    languages: Sequence[str] = (),
    dids: Mapping[str, str] | None = None,
    reply: Mapping[str, Any] | None = None,
    embed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One app.bsky.feed.post.

    Args:
        dids: The account behind each handle that was found; a mention of any other stays plain text.
        reply: `root` and `parent`, each with uri and cid.
        embed: What is shown below the text.
    """
    record: dict[str, Any] = {"$type": COLLECTION, "text": part.text, "createdAt": _timestamp(created_at)}
    if facets := [one for facet in part.facets if (one := _facet_body(facet, dids or {}))]:
        record["facets"] = facets
    if languages:
        record["langs"] = list(languages[:MOST_LANGUAGES])
    if reply:
        record["reply"] = dict(reply)
    if embed:
        record["embed"] = dict(embed)
    return record


def thread_writes(
    did: str,
    parts: Sequence[RichText],
    tids: Sequence[str],
    created_at: datetime,
    languages: Sequence[str] = (),
    dids: Mapping[str, str] | None = None,
    embed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The body of com.atproto.repo.applyWrites: a post for each part, each an answer to the one before it.

    Args:
        did: The account that writes.
        tids: As many as parts.
        embed: Of the first part.
    """
    writes: list[dict[str, Any]] = []
    references: list[dict[str, str]] = []
    for index, (part, tid) in enumerate(zip(parts, tids, strict=True)):
        reply = {"root": references[0], "parent": references[-1]} if references else None
        shown = None if index else embed
        record = post_record(part, created_at + timedelta(milliseconds=index), languages, dids, reply, shown)
        references.append({"uri": f"at://{did}/{COLLECTION}/{tid}", "cid": cid_of(record)})
        writes.append(
            {"$type": "com.atproto.repo.applyWrites#create", "collection": COLLECTION, "rkey": tid, "value": record}
        )
    return {"repo": did, "validate": True, "writes": writes}


def cid_of(record: Mapping[str, Any]) -> str:
    """The CID that a server gives a record: version 1, DAG-CBOR, sha256, in base 32 (atproto.com/specs/data-model).

    Raises:
        TypeError: It holds something else than text, whole numbers, truth values, lists and maps.
    """
    digest = hashlib.sha256(_encode(record)).digest()
    return "b" + base64.b32encode(b"\x01\x71\x12\x20" + digest).decode().lower().rstrip("=")


def _facet_body(facet: Facet, dids: Mapping[str, str]) -> dict[str, Any] | None:
    feature = {"link": "uri", "tag": "tag", "mention": "did"}[facet.kind]
    value = dids.get(facet.value) if facet.kind == "mention" else facet.value
    if value is None:
        return None
    return {
        "index": {"byteStart": facet.start, "byteEnd": facet.end},
        "features": [{"$type": f"app.bsky.richtext.facet#{facet.kind}", feature: value}],
    }


def _timestamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _encode(value: object) -> bytes:
    """DAG-CBOR: the shortest heads, the keys of a map by length and then by byte; a link to a file has a tag."""
    match value:
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int() if value >= 0:
            return _head(0, value)
        case str():
            raw = value.encode()
            return _head(3, len(raw)) + raw
        case {"$link": str(cid), **rest} if not rest:
            raw = b"\0" + base64.b32decode(cid[1:].upper() + "=" * (-len(cid[1:]) % 8))
            return b"\xd8\x2a" + _head(2, len(raw)) + raw
        case Mapping():
            keys = sorted(((str(key).encode(), key) for key in value), key=lambda pair: (len(pair[0]), pair[0]))
            return _head(5, len(keys)) + b"".join(_encode(key) + _encode(value[key]) for _, key in keys)
        case list() | tuple():
            return _head(4, len(value)) + b"".join(map(_encode, value))
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _head(major: int, count: int) -> bytes:
    if count < 24:
        return bytes([major << 5 | count])
    size = next(one for one in (0, 1, 2, 3) if count < 1 << (8 << one))
    return bytes([major << 5 | 24 + size]) + count.to_bytes(1 << size, "big")
