"""The files in an archive or a folder, by name, read one by one into memory and never unpacked.

A zip that was made to do harm is refused: names that lead out of it, a directory or a file that is too large.
"""

from __future__ import annotations

import contextlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from automagic.errors import RequestError
from automagic.reading.named_files import file_name, open_named, read_named
from automagic.sources.posts.export import shown

MAX_BYTES = 250_000_000
"""Of one file of posts. X parts its own at 100 MB; 1,000 posts take 1.4 MB."""
MAX_ZIP_BYTES = 100_000_000_000
MAX_DIRECTORY_BYTES = 64_000_000
"""Of the list of files in a zip, which is read whole; 500,000 pictures take as much."""

Read = Callable[[], bytes]
Members = Mapping[str, Read]
"""The name of a file, as a path below its archive, → what gives its bytes."""

_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!")
_GOES_OUT = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0")
_WHAT = "a file of posts"


@contextlib.contextmanager
def open_members(path: Path) -> Iterator[Members]:
    """The files of a zip or a folder, or one file by itself, under its name.

    Raises:
        RequestError: It is not there, may not be read, or is broken, locked or dangerous; so for each that is read.
    """
    if path.is_dir():
        yield _list_folder(path)
        return
    with open_named(path, MAX_ZIP_BYTES, what=_WHAT) as (file, size_bytes):
        head = file.read(6)
        if head.startswith(_PACKED):
            raise RequestError(
                f"{file_name(path)} is a packed archive, and not a zip", hint="Unpack it first, and give the folder."
            )
        if head.startswith((b"PK\x03\x04", _END)):
            file.seek(0)
            with _open_zip(file, size_bytes, file_name(path)) as members:
                yield members
            return
    yield {path.name: lambda: read_named(path, MAX_BYTES, what=_WHAT, hint="Part it into several files.")}


def _list_folder(folder: Path) -> dict[str, Read]:
    """Those in the folder, and in its `data`: an archive of X has them there. Links and hidden files stay out."""
    found: dict[str, Read] = {}
    for place in (folder, folder / "data"):
        if place.is_dir():
            for path in sorted(place.iterdir()):
                if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                    found[str(path.relative_to(folder))] = _reader_of(path)
    return found


def _reader_of(path: Path) -> Read:
    return lambda: read_named(path, MAX_BYTES, what=_WHAT, hint="Part it into several files.")


@contextlib.contextmanager
def _open_zip(file: BinaryIO, size_bytes: int, name: str) -> Iterator[Members]:
    _check_directory(file, size_bytes, name)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
        raise _broken(name) from error
    with archive:
        if bad := next((one.filename for one in archive.infolist() if _GOES_OUT.search(one.filename)), None):
            raise RequestError(
                f"{name} is not a safe archive: it has a file {bad[:80]!r}, which leads out of it",
                hint="No network makes such an archive. Download yours again from the network itself.",
            )
        infos = [one for one in archive.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
        yield {str(PurePosixPath(one.filename)): _member_reader(archive, one, name) for one in infos}


def _member_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Read:
    def read() -> bytes:
        called = f"{shown(info.filename)} in {name}"
        if info.flag_bits & 1:
            raise RequestError(f"{called} is locked with a password", hint="Unpack it and give the folder.")
        try:
            with archive.open(info) as file:
                data = file.read(MAX_BYTES + 1) if info.file_size <= MAX_BYTES else None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
            raise _broken(name) from error
        if data is None or len(data) > MAX_BYTES:
            raise RequestError(
                f"{called} is larger than {MAX_BYTES // 1_000_000} MB",
                hint="No network makes a file of posts as large. Is it the right archive?",
            )
        return data

    return read


def _check_directory(file: BinaryIO, size_bytes: int, name: str) -> None:
    """Refuse a zip whose list of files would fill the memory. See APPNOTE.TXT 4.3.14 to 4.3.16."""
    tail_bytes = min(size_bytes, 65_557 + 20)
    file.seek(size_bytes - tail_bytes)
    tail = file.read(tail_bytes)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise _broken(name)
    (directory_bytes,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 20 and tail[at - 20 : at - 16] == _LOCATOR_64:
        (place,) = struct.unpack_from("<Q", tail, at - 12)
        if place > size_bytes:
            raise _broken(name)
        file.seek(place)
        record = file.read(56)
        if len(record) < 56 or record[:4] != _END_64:
            raise _broken(name)
        (directory_bytes,) = struct.unpack_from("<Q", record, 40)
    if directory_bytes > MAX_DIRECTORY_BYTES:
        raise RequestError(
            f"{name} has too many files: their list alone is larger than {MAX_DIRECTORY_BYTES // 1_000_000} MB",
            hint="Unpack it and give the file of posts: data/tweets.js or outbox.json.",
        )
    file.seek(0)


def _broken(name: str) -> RequestError:
    return RequestError(f"{name} is a broken archive", hint="Download it again, or unpack it and give the folder.")
