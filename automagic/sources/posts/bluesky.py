"""The repository of an account of Bluesky, as a CAR file: what `com.atproto.sync.getRepo` and "Export my data" give.

    root ─▶ commit {did, data} ─▶ tree of keys "app.bsky.feed.post/3k…" ─▶ records {text, createdAt, langs, embed …}

The tree is a Merkle search tree, whose keys share the beginning of the key before them; see
https://atproto.com/specs/repository. Likes, pictures and all but posts and reposts are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from automagic.errors import RequestError
from automagic.sources.posts.dag_cbor import Link, MalformedBlocks, decode_dag_cbor, read_car
from automagic.sources.posts.export import Export, read_language_tag, read_time, shown
from automagic.values.post import PostKind

_POSTS, _REPOSTS = "app.bsky.feed.post/", "app.bsky.feed.repost/"
_EMBED = "app.bsky.embed."
_MAX_LEVELS = 64
_HINT = "Download it again: Settings, Account, Export my data."


def read_repository(name: str, data: bytes) -> Export:
    """Its posts.

    Args:
        name: For people.

    Raises:
        RequestError: It is broken, or no repository; a single record is left out.
    """
    export = Export(name)
    try:
        roots, blocks = read_car(data)
        did, tree = _read_commit(blocks, roots)
        export.add_account("bluesky", did)
        for key, link in _walk(blocks, tree, set()):
            if key.startswith(_REPOSTS):
                export.left_out["reposts"] += 1
            elif key.startswith(_POSTS):
                with export.record():
                    add_record(export, _load_record(blocks, link, name, key), f"at://{did}/{key}", did)
    except MalformedBlocks as error:
        raise RequestError(
            f"{name} is not a valid repository of Bluesky: {error}",
            hint=_HINT,
        ) from error
    return export


def _read_commit(blocks: Mapping[bytes, bytes], roots: list[Link]) -> tuple[str, Link]:
    """Whose it is, and the root of the tree."""
    match _load(blocks, roots[0]) if roots else None:
        case {"did": str(did), "data": Link() as tree}:
            return did, tree
    raise MalformedBlocks("it has no commit of an account")


def _load(blocks: Mapping[bytes, bytes], link: Link) -> Any:
    if link.cid not in blocks:
        raise MalformedBlocks("a block that it names is missing or damaged")
    return decode_dag_cbor(blocks[link.cid])


def _load_record(blocks: Mapping[bytes, bytes], link: Link, name: str, key: str) -> Mapping[str, Any]:
    where = f"{name}, post {shown(key.rpartition('/')[2])}"
    try:
        record = _load(blocks, link)
    except MalformedBlocks as error:
        raise RequestError(f"{where}: {error}", hint=_HINT) from error
    if not isinstance(record, dict):
        raise RequestError(f"{where}: it is no record", hint=_HINT)
    return record


def _walk(blocks: Mapping[bytes, bytes], root: Link, seen: set[bytes], level: int = 0) -> Iterator[tuple[str, Link]]:
    """Each key of a tree and the record it stands for, in order.

    Args:
        seen: The nodes so far. In a tree each comes once; one that came often would multiply what is below it.
    """
    node = _load(blocks, root)
    entries = node.get("e") if isinstance(node, dict) else None
    if level > _MAX_LEVELS or not isinstance(entries, list) or root.cid in seen:
        raise MalformedBlocks("its tree of posts is broken")
    seen.add(root.cid)
    if isinstance(node.get("l"), Link):
        yield from _walk(blocks, node["l"], seen, level + 1)
    before = b""
    for entry in entries:
        match entry:
            case {"p": int(shared), "k": bytes(rest), "v": Link() as value}:
                before = before[:shared] + rest
                yield before.decode("ascii", "replace"), value
                if isinstance(entry.get("t"), Link):
                    yield from _walk(blocks, entry["t"], seen, level + 1)
            case _:
                raise MalformedBlocks("its tree of posts is broken")


def add_record(export: Export, record: Mapping[str, Any], uri: str, did: str) -> None:
    """Keep a record of app.bsky.feed.post.

    Args:
        did: Whose repository it is in.

    Raises:
        RequestError: It is broken.
    """
    text, languages = record.get("text"), record.get("langs")
    where = f"post {shown(uri.rpartition('/')[2])}"
    export.add(
        _with_whole_links(text, record.get("facets")) if isinstance(text, str) else "",
        id=uri,
        where=where,
        created_at=read_time(record.get("createdAt"), f"{export.name}, {where}"),
        kind=_kind_of(record, did),
        language=read_language_tag(languages[0]) if isinstance(languages, list) and languages else "",
        media=_count_media(record.get("embed")),
    )


def _kind_of(record: Mapping[str, Any], did: str) -> PostKind:
    """A post in a thread of the author's own is a post."""
    match record.get("reply"):
        case {"parent": {"uri": str(parent)}} if parent.startswith(f"at://{did}/"):
            pass
        case None:
            pass
        case _:
            return "reply"
    embed = record.get("embed")
    kind = embed.get("$type") if isinstance(embed, dict) else None
    return "quote" if kind in (f"{_EMBED}record", f"{_EMBED}recordWithMedia") else "post"


def _count_media(embed: Any) -> int:
    match embed:
        case {"$type": "app.bsky.embed.recordWithMedia", "media": media}:
            return _count_media(media)
        case {"images": list(images)}:
            return len(images)
        case {"video": _}:
            return 1
    return 0


def _with_whole_links(text: str, facets: Any) -> str:
    """The text with each link that is shown cut off ("example.com/a-long…") as it leads. Offsets are of UTF-8."""
    data = text.encode()
    found: list[tuple[int, int, str]] = []
    for facet in facets if isinstance(facets, list) else ():
        match facet:
            case {"index": {"byteStart": int(start), "byteEnd": int(end)}, "features": [{"uri": str(uri)}, *_]}:
                if 0 <= start < end <= len(data) and data[start:end].endswith(("…".encode(), b"...")):
                    found.append((start, end, uri))
    last = len(data)
    for start, end, uri in sorted(found, reverse=True):
        if end <= last:
            data = data[:start] + uri.encode() + data[end:]
            last = start
    return data.decode("utf-8", "replace")
