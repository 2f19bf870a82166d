"""What a backup is: a tar archive whose members are files under their names in the home.

    backup.json       first: the version that wrote it                                           (Head)
    automagic.db …    the files
    manifest.json     last: name, size and sha256 of each member before it; without it the archive is not complete

It is not compressed: most of what it holds is, any tool reads it, and nothing in it can be larger than itself.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, TypeVar

import msgspec

from automagic.database.revisions import NewerVersion, is_known
from automagic.errors import RequestError
from automagic.machine.blocks import BLOCK_BYTES, check_stopped
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

FORM, FORM_WITH_MEDIA = 1, 2
"""Of this archive: a higher number is refused by versions that could not read it. The first without recordings."""

HEAD_NAME, MANIFEST_NAME = "backup.json", "manifest.json"
MAX_HEAD_BYTES, MAX_MANIFEST_BYTES = 10_000, 256 << 20
MAX_NAME_BYTES, MAX_PART_BYTES = 1_000, 255

NOT_SAVED = frozenset({"models", "logs", "work", "responses"})
"""Folders of a home that no backup holds: what can be fetched or made again, and what says nothing elsewhere."""
MEDIA = "archive"
"""The folder of the recordings of stations: only where a person wants them in, for they may be terabytes."""

Value = TypeVar("Value")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_READ_BYTES = MAX_MANIFEST_BYTES + 512
"""How much the tar reader may read at once: a header may claim any length."""


@dataclass(frozen=True, slots=True)
class Head:
    """Who wrote a backup.

    Attributes:
        version: Of AutoMagic; for people.
        revision: Of the database; "" for none.
        made_at: Seconds since 1970.
    """

    form: int
    version: str
    revision: str
    made_at: float


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file in a backup; its name is its path in the home, with "/"."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredMember:
    """The same, and where its bytes begin in the archive."""

    entry: ArchiveMember
    offset: int


class ArchiveWriter:
    """Writes a backup into an empty file that can be sought in."""

    def __init__(self, file: BinaryIO, head: Head) -> None:
        self._file = file
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `close`
        self._made_at = int(head.made_at)
        self.entries: list[ArchiveMember] = []
        self._add_document(HEAD_NAME, head)

    def add(self, name: str, source: BinaryIO, size_bytes: int, *, sha256: str = "") -> bool:
        """Append a file; False, and nothing is appended, when it is shorter than that or has not that content."""
        at = self._tar.offset
        hashing = _Hashing(source)
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size_bytes, 0o600, self._made_at
        try:
            self._tar.addfile(info, hashing)
        except _Short:
            sha256 = "short"
        vars(self._tar)["members"].clear()  # it would hold them all
        if sha256 and sha256 != hashing.digest.hexdigest():
            self._file.seek(at)
            self._file.truncate()
            self._tar.offset = at
            return False
        self.entries.append(ArchiveMember(name, size_bytes, hashing.digest.hexdigest()))
        return True

    def close(self) -> None:
        """Say what it holds, with which it is complete."""
        self._add_document(MANIFEST_NAME, tuple(self.entries))
        self._tar.close()

    def _add_document(self, name: str, document: object) -> None:
        data = msgspec.json.encode(document)
        self.add(name, io.BytesIO(data), len(data))


class _Short(Exception):
    """A file ended early."""


class _Hashing(io.RawIOBase):
    """Reads a file as far as it is asked to, and hashes what it gave."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Exactly `size` bytes."""
        check_stopped()
        data = self._source.read(size)
        if len(data) < size:
            raise _Short
        self.digest.update(data)
        return data


def read_contents(file: BinaryIO) -> tuple[Head, tuple[StoredMember, ...]]:
    """What a backup holds, from its headers and its manifest, which have to agree. No content is looked at.

    Raises:
        NewerVersion: A newer AutoMagic wrote it.
        RequestError: It is not a backup, is not complete, or names what may not be in one.
    """
    members = _members(file)
    first = next(members, None)
    if first is None or first.entry.name != HEAD_NAME:
        raise not_a_backup("it does not begin with backup.json")
    head = _read_document(file, first, MAX_HEAD_BYTES, Head)
    if head.form > FORM_WITH_MEDIA or not is_known(head.revision or None):
        raise NewerVersion(f"the backup (AutoMagic {_printable(head.version)})")
    placed = [first, *members]
    manifest = placed.pop()
    if manifest.entry.name != MANIFEST_NAME:
        raise not_a_backup("its end is missing")
    entries = _read_document(file, manifest, MAX_MANIFEST_BYTES, tuple[ArchiveMember, ...])
    found = [(one.entry.name, one.entry.size_bytes) for one in placed]
    if found != [(entry.name, entry.size_bytes) for entry in entries]:
        raise not_a_backup("its manifest does not list the files that it holds")
    check_names(entries[1:])
    return head, tuple(StoredMember(entry, one.offset) for entry, one in zip(entries[1:], placed[1:], strict=True))


def copy_out(file: BinaryIO, placed: StoredMember, write: Callable[[bytes], object]) -> None:
    """Give the content of one file, block by block.

    Raises:
        RequestError: It is not what the manifest says.
    """
    digest = hashlib.sha256()
    file.seek(placed.offset)
    left = placed.entry.size_bytes
    while left:
        check_stopped()
        block = file.read(min(left, BLOCK_BYTES))
        if not block:
            break
        left -= len(block)
        digest.update(block)
        write(block)
    if left or digest.hexdigest() != placed.entry.sha256:
        raise not_a_backup(f"{_printable(placed.entry.name)} is damaged")


def not_a_backup(why: str) -> RequestError:
    """What is wrong with an archive."""
    return RequestError(f"this is not a valid backup: {why}", hint="Use another one. Nothing was restored.")


def check_names(entries: tuple[ArchiveMember, ...]) -> None:
    """Check that each name is safe inside a home, and that none is there twice or is another's folder.

    Raises:
        RequestError: One is not.
    """
    names = {entry.name for entry in entries}
    folders = {str(folder) for name in names for folder in PurePosixPath(name).parents}
    if len(names) != len(entries) or names & folders:
        raise not_a_backup("two of its files have the same name")
    for entry in entries:
        if not _is_safe(entry):
            raise not_a_backup(f"{_printable(entry.name)} is not the name of a file in AUTOMAGIC_HOME")


def _is_safe(entry: ArchiveMember) -> bool:
    parts = entry.name.split("/")
    if not entry.name.isprintable() or "\\" in entry.name or len(entry.name.encode()) > MAX_NAME_BYTES:
        return False
    if any(part in ("", ".", "..") or len(part.encode()) > MAX_PART_BYTES for part in parts):
        return False
    if parts[0] == "artifacts":
        is_own = len(parts) == 3 and _SHA256.fullmatch(parts[2]) is not None and parts[1] == parts[2][:2]
        return is_own and parts[2] == entry.sha256
    return parts[0] not in NOT_SAVED and _SHA256.fullmatch(entry.sha256) is not None


def _members(file: BinaryIO) -> Iterator[StoredMember]:
    """The members as the headers have them: plain files that lie one behind the other."""
    end = 0
    try:
        with tarfile.open(fileobj=_Bounded(file), mode="r:", encoding="utf-8", errors="strict") as tar:
            while (member := tar.next()) is not None:
                vars(tar)["members"].clear()
                if member.type != tarfile.REGTYPE or member.issparse() or member.linkname:
                    raise not_a_backup(f"{_printable(member.name)} is not a plain file")
                if member.size < 0 or member.offset < end:
                    raise not_a_backup("its members overlap")
                end = member.offset_data + member.size
                yield StoredMember(ArchiveMember(member.name, member.size, ""), member.offset_data)
    except (tarfile.TarError, ValueError, OverflowError, EOFError, RecursionError) as error:
        raise not_a_backup("it is not a tar archive, or is cut off") from error


class _Bounded(io.RawIOBase):
    """A file from which only a bounded number of bytes can be read at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """`size` bytes, or fewer at the end.

        Raises:
            ValueError: These are too many.
        """
        if not 0 <= size <= _MAX_READ_BYTES:
            raise ValueError("its list of files is too large")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _read_document(file: BinaryIO, placed: StoredMember, max_bytes: int, kind: type[Value]) -> Value:
    if placed.entry.size_bytes > max_bytes:
        raise not_a_backup(f"{placed.entry.name} is too large")
    file.seek(placed.offset)
    try:
        return parse_json(file.read(placed.entry.size_bytes), name=placed.entry.name, type=kind)
    except MalformedText as error:
        raise not_a_backup(error.message) from error


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)[:200]
