"""Files that clients send in parts, which go on where they stopped: draft-ietf-httpapi-resumable-upload, as tus has it.

uploads/ID/facts.json      name and size, as they were announced
uploads/ID/body.partial    what has come
uploads/ID/file/NAME       all of it, when what it is is what its name says

Retention removes those that no job needs (`store.inventory.find_uploads`).
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from automagic.machine.leaving import in_thread
from automagic.reading.json import parse_json
from automagic.reading.named_files import read_named
from automagic.web.problems import Problem

MAX_BYTES = 64 << 30
MAX_OPEN = 100
SPARE_BYTES = 1 << 30
"""Of the disk, so much stays free."""

OLD_S = 86_400.0
"""An upload to which nothing came for so long, and that is not whole, is removed; whole ones go by `--cleanup`."""

_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)
_HEAD_BYTES = 4096
_BUFFER_BYTES = 1 << 20

_KINDS: dict[str, tuple[str, ...]] = {
    "video": (
        "mp4",
        "m4v",
        "mov",
        "m4a",
        "mkv",
        "webm",
        "avi",
        "ts",
        "mts",
        "m2ts",
        "mpg",
        "mpeg",
        "ogv",
        "flv",
        "wmv",
    ),
    "sound": ("mp3", "wav", "flac", "ogg", "oga", "opus", "aac", "wma", "aif", "aiff"),
    "picture": ("png", "jpg", "jpeg", "webp", "gif", "heic", "avif", "tif", "tiff", "bmp"),
    "text": ("txt", "md", "srt", "vtt", "json", "jsonl", "csv", "tsv", "toml", "xml", "ttml", "ass", "scc", "dfxp"),
    "package": ("pdf", "docx", "zip", "gz", "tar"),
}
_BEGINNINGS: tuple[tuple[bytes, int, str], ...] = (
    (b"ftyp", 4, "video"), (b"moov", 4, "video"), (b"mdat", 4, "video"), (b"\x1aE\xdf\xa3", 0, "video"),
    (b"AVI ", 8, "video"), (b"\x00\x00\x01", 0, "video"), (b"FLV\x01", 0, "video"), (b"0&\xb2u", 0, "video"),
    (b"WAVE", 8, "sound"), (b"ID3", 0, "sound"), (b"fLaC", 0, "sound"), (b"OggS", 0, "sound"), (b"FORM", 0, "sound"),
    (b"\x89PNG", 0, "picture"), (b"\xff\xd8\xff", 0, "picture"), (b"WEBP", 8, "picture"), (b"GIF8", 0, "picture"),
    (b"II*\x00", 0, "picture"), (b"MM\x00*", 0, "picture"), (b"BM", 0, "picture"),
    (b"%PDF", 0, "package"), (b"PK\x03\x04", 0, "package"), (b"\x1f\x8b", 0, "package"), (b"ustar", 257, "package"),
)  # fmt: skip
_KIN = {("video", "sound"), ("sound", "video"), ("picture", "video")}
"""(What its name says, what it is) that go together: containers hold either, and HEIC begins as MP4 does."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """One of them, as it stands."""

    id: str
    name: str
    size_bytes: int
    offset: int
    file: Path | None

    @property
    def told(self) -> dict[str, Any]:
        """For a client."""
        told = {"id": self.id, "name": self.name, "size": self.size_bytes, "offset": self.offset}
        return {**told, "whole": self.file is not None}


class SentFiles:
    """Those of a home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "uploads"

    def begin(self, name: str, size_bytes: int) -> SentFile:
        """Make room for a file. Blocks.

        Raises:
            Problem: There is none.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_old()
        if size_bytes > MAX_BYTES:
            raise Problem(413, f"a file has at most {MAX_BYTES >> 30} GiB")
        if shutil.disk_usage(self._folder).free < size_bytes + SPARE_BYTES:
            raise Problem(507, "there is no room for it on the server's disk")
        if sum(1 for _ in self._folder.glob("*/body.partial")) >= MAX_OPEN:
            raise Problem(
                503, "too many uploads are under way", hint="End or remove some.", headers={"retry-after": "60"}
            )
        upload_id = secrets.token_hex(12)
        place = self._folder / upload_id
        place.mkdir(mode=0o700)
        (place / "body.partial").touch(mode=0o600)
        (place / "facts.json").write_bytes(msgspec.json.encode({"name": name, "size": size_bytes}))
        return self.find(upload_id)

    def find(self, upload_id: str) -> SentFile:
        """How it stands.

        Raises:
            Problem: There is none.
        """
        place = self._folder / upload_id
        if not _ID.fullmatch(upload_id) or not (place / "facts.json").is_file():
            raise Problem(404, f"there is no upload {upload_id[:40]!r}", hint="POST /api/uploads begins one.")
        facts = parse_json(read_named(place / "facts.json", 10_000, what="facts"), name="the upload's facts")
        name, size = str(facts["name"]), int(facts["size"])
        file = place / "file" / name
        if file.is_file():
            return SentFile(upload_id, name, size, size, file)
        return SentFile(upload_id, name, size, (place / "body.partial").stat().st_size, None)

    async def extend(self, upload_id: str, offset: int, parts: AsyncIterable[bytes]) -> SentFile:
        """Take what comes; what has come stays when the client goes.

        Raises:
            Problem: It does not go on where it stopped, is more than was announced, or not what its name says.
        """
        upload = self.find(upload_id)
        if upload.file is not None and offset == upload.size_bytes:
            return upload
        with self._hold(upload_id) as file:
            reached = file.tell()
            if offset != reached:
                raise Problem(
                    409, f"it goes on at byte {reached}, not {offset}", headers={"upload-offset": str(reached)}
                )
            waiting = bytearray()
            try:
                async for part in parts:
                    reached += len(part)
                    if reached > upload.size_bytes:
                        raise Problem(413, f"that is more than the {upload.size_bytes:,} bytes that were announced")
                    waiting += part
                    if len(waiting) >= _BUFFER_BYTES:
                        await in_thread(file.write, bytes(waiting))
                        waiting.clear()
            finally:
                if reached <= upload.size_bytes:
                    file.write(waiting)
                file.flush()
        if reached == upload.size_bytes:
            self._finish(upload)
        return self.find(upload_id)

    def _finish(self, upload: SentFile) -> None:
        place = self._folder / upload.id
        with (place / "body.partial").open("rb") as file:
            found = find_kind(file.read(_HEAD_BYTES))
        said = kind_of(upload.name)
        if found != said and (said, found) not in _KIN:
            self.remove(upload.id)
            raise Problem(415, f"{upload.name} is no {said}", hint="What a file holds has to be what its name says.")
        (place / "file").mkdir(mode=0o700, exist_ok=True)
        (place / "body.partial").replace(place / "file" / upload.name)

    @contextlib.contextmanager
    def _hold(self, upload_id: str) -> Iterator[BinaryIO]:
        try:
            file = (self._folder / upload_id / "body.partial").open("ab")
        except FileNotFoundError as error:
            raise Problem(409, "it is whole already") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Problem(409, "another request is sending it", headers={"retry-after": "2"}) from error
            yield file

    def remove(self, upload_id: str) -> None:
        """Forget it."""
        self.find(upload_id)
        shutil.rmtree(self._folder / upload_id, ignore_errors=True)

    def _remove_old(self) -> None:
        for place in self._folder.iterdir():
            partial = place / "body.partial"
            with contextlib.suppress(FileNotFoundError):
                if partial.stat().st_mtime < time.time() - OLD_S:
                    shutil.rmtree(place, ignore_errors=True)


def is_upload_id(text: str) -> bool:
    """Whether an upload may have this id."""
    return _ID.fullmatch(text) is not None


def kind_of(name: str) -> str:
    """What a file's name says that it is; "" for what nothing here reads."""
    ending = name.rpartition(".")[2].lower()
    return next((kind for kind, endings in _KINDS.items() if ending in endings), "")


def find_kind(head: bytes) -> str:
    """What a file that begins so is: "video", "sound", "picture", "text", "package", or "" for something else."""
    for mark, place, kind in _BEGINNINGS:
        if head[place : place + len(mark)] == mark:
            return kind
    if head[:1] == b"\x47" and (len(head) <= 188 or head[188:189] == b"\x47"):
        return "video"
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0:
        return "sound"
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        text = head[: error.start].decode("utf-8") if error.start > len(head) - 4 else "\x00"
    return "" if "\x00" in text or re.match(r"\s*<(!doctype|html|script|svg)", text, re.IGNORECASE) else "text"
