"""Finds out what a person gave, by names and first bytes, and has it read by the reader for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from automagic.errors import RequestError
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json, split_json_list
from automagic.reading.named_files import expand_home, file_name
from automagic.sources.posts import x_archive
from automagic.sources.posts.bluesky import read_repository
from automagic.sources.posts.export import Export, shown
from automagic.sources.posts.mastodon import read_outbox
from automagic.sources.posts.members import Members, Read, open_members
from automagic.sources.posts.rows import read_csv, read_json_lines, read_json_list, read_plain
from automagic.sources.posts.x_archive import read_x_archive

_X = (x_archive.POSTS, x_archive.NOTES)
_OUTBOX = re.compile(r"(?:[^/]+/)?outbox\.json")
_READERS = {
    ".car": read_repository,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_plain,
    ".md": read_plain,
}
FORMS = (
    "Give an archive of X (zip, folder or tweets.js), an outbox.json of Mastodon, a .car of Bluesky, "
    "or posts as .jsonl, .csv or .txt."
)


def read_exports(paths: Iterable[Path]) -> list[Export]:
    """What is in each of these files, archives and folders.

    Raises:
        RequestError: One is dangerous, broken as a whole or for the most part, or has no posts; or one has those of
            several accounts.
    """
    exports: list[Export] = []
    for path in map(expand_home, paths):
        found = _read_place(path)
        for export in found:
            export.settle()
        if not any(export.posts or export.left_out for export in found):
            raise RequestError(f"{file_name(path)} has no posts", hint=FORMS)
        exports += found
    for export in exports:
        if len(export.accounts) > 1:
            names = ", ".join(sorted(one.partition(":")[2] for one in export.accounts)[:5])
            raise RequestError(
                f"{export.name} has posts of {len(export.accounts)} authors: {names}",
                hint="Give a file for each author, and learn each under a name of their own.",
            )
    return exports


def list_posts_files(folder: Path) -> list[Path]:
    """The files of a folder that would be read: a job takes them along, and leaves pictures where they are."""
    with open_members(folder) as members:
        chosen = _choose(members, by_name=False)
        beside = [name for name in members if x_archive.ACCOUNT.fullmatch(name) or name.endswith(".zip")]
        return [folder / name for name in dict.fromkeys([*chosen, *beside])]


def _read_place(path: Path) -> list[Export]:
    by_name = not path.is_dir()
    with open_members(path) as members:
        name = file_name(path)
        single = by_name and list(members) == [path.name]
        chosen = _choose(members, by_name=single)
        exports: list[Export] = []
        if any(_is_x(one) for one in chosen):
            accounts = [one for one in members if x_archive.ACCOUNT.fullmatch(one)]
            exports.append(read_x_archive(name, {one: members[one] for one in (*chosen, *accounts)}))
            chosen = [one for one in chosen if not _is_x(one)]
        exports += [_read_one(name if single else f"{shown(one)} in {name}", one, members[one]) for one in chosen]
    if not by_name:
        for archive in sorted(path.glob("*.zip")):
            exports += _read_place(archive)
    return exports


def _choose(members: Members, *, by_name: bool) -> list[str]:
    """The files to read: of a network's archive those of posts; of another place, all that may be.

    Args:
        by_name: It is one file, which was given by its name: whatever it is called, it is meant.
    """
    if found := [name for name in members if _is_x(name)] + [name for name in members if _OUTBOX.fullmatch(name)]:
        return found
    if by_name:
        return list(members)
    return [name for name in members if PurePosixPath(name).suffix.lower() in (*_READERS, ".json")]


def _is_x(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in _X)


def _read_one(name: str, file: str, read: Read) -> Export:
    """A file by its suffix; one of no known suffix by its first bytes."""
    suffix = PurePosixPath(file).suffix.lower()
    if suffix in _READERS:
        return _READERS[suffix](name, read())
    data = read()
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"window.YTD.tweet"):
        return read_x_archive(name, {"tweets.js": lambda: data})
    if head[:1] in (b"{", b"["):
        return _read_json(name, data)
    raise RequestError(f"{name} is nothing that posts can be read from", hint=FORMS)


def _read_json(name: str, data: bytes) -> Export:
    if data.count(b"\n{") and data.lstrip()[:1] == b"{" and b'"orderedItems"' not in data[:100_000]:
        return read_json_lines(name, data)
    try:
        document: Any = parse_json(data, name=name)
    except MalformedText:  # a single record may be to blame
        if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
            document = _parse_each(data, name)
        else:
            document = {"orderedItems": _parse_each(data, name, "orderedItems")}
    return read_json_list(name, document) if isinstance(document, list) else read_outbox(name, document)


def _parse_each(data: bytes, name: str, key: str = "") -> list[Any]:
    """The elements of a list, or what is wrong with one.

    Raises:
        MalformedText: It is none.
    """

    def parse(one: bytes) -> Any:
        try:
            return parse_json(one, name=name)
        except MalformedText as error:
            return error

    return [parse(one) for one in split_json_list(data, name=name, key=key)]
