"""A BagIt bag, written whole or not at all, whose files need not be read again (RFC 8493).

bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
data/3f0c9a1b2c4d/meeting.mp4        the same file as in the archive, or a copy; its hash as it was when it came
                 /metadata.json      what the station says of it
                 /transcript.json    what is said in it
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from automagic.errors import RequestError, ResourceError, is_disk_full
from automagic.version import __version__

_BLOCK = 1 << 20
_UNSAFE = re.compile(r"[^\w.() -]+")
_LONGEST_NAME = 150


@dataclass
class Bag:
    """One that is being filled.

    Attributes:
        manifest: Path inside the bag → sha256 of the file.
        size_bytes: Of all these files.
        linked: How many are the same file as in the archive.
    """

    folder: Path
    manifest: dict[str, str] = field(default_factory=dict)
    size_bytes: int = 0
    linked: int = 0

    def add_file(self, place: str, source: Path, sha256: str, size_bytes: int, *, copy: bool) -> str:
        """Add a file; gives why it was left out, a clause, "" for that it was not.

        Args:
            place: Below data/.
            sha256, size_bytes: As they were when it came.
        """
        target = self._target(place)
        try:
            if source.stat().st_size != size_bytes:
                return "its length is another than when it came"
            if copy or not _link(source, target):
                if _copy(source, target) != sha256:
                    target.unlink()
                    return "its content is another than when it came"
            else:
                self.linked += 1
        except FileNotFoundError:
            return "its file is not there any more"
        self._note(place, sha256, size_bytes)
        return ""

    def add_text(self, place: str, data: bytes) -> None:
        """Add what was made for the bag."""
        self._target(place).write_bytes(data)
        self._note(place, hashlib.sha256(data).hexdigest(), len(data))

    def close(self, description: str) -> None:
        """Write what says what is in it."""
        info = {
            "Bag-Software-Agent": f"AutoMagic {__version__}",
            "Bagging-Date": date.today().isoformat(),  # noqa: DTZ011 - the day of the person who makes it
            "External-Description": description,
            "Payload-Oxum": f"{self.size_bytes}.{len(self.manifest)}",
        }
        tags = {
            "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in info.items()),
            "manifest-sha256.txt": "".join(f"{digest}  {path}\n" for path, digest in sorted(self.manifest.items())),
        }
        for name, text in tags.items():
            (self.folder / name).write_text(text, "utf-8", newline="\n")
        digests = (f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in tags.items())
        (self.folder / "tagmanifest-sha256.txt").write_text("".join(digests), "utf-8", newline="\n")

    def _target(self, place: str) -> Path:
        target = self.folder / "data" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _note(self, place: str, sha256: str, size_bytes: int) -> None:
        self.manifest[f"data/{place}"] = sha256
        self.size_bytes += size_bytes


@contextmanager
def open_bag(target: Path) -> Iterator[Bag]:
    """A bag that takes its place at the end of the block.

    Raises:
        RequestError: Something is there already, or it cannot be written.
        ResourceError: The disk is full.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RequestError(f"{target} is there already", hint="Name a folder that is not there yet.")
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        (partial / "data").mkdir(parents=True)
        yield Bag(partial)
        if target.exists():
            target.rmdir()
        partial.rename(target)
    except OSError as error:
        if is_disk_full(error):
            raise ResourceError(f"there is no room for {target}", hint="Name a folder on another disk.") from error
        raise RequestError(f"{target} cannot be written: {error.strerror}", hint="Name another folder.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def safe_name(name: str) -> str:
    """A file's name as every system and every reader of bags takes it."""
    plain = _UNSAFE.sub("-", name).strip(" .-")
    return plain[-_LONGEST_NAME:] or "recording"


def _link(source: Path, target: Path) -> bool:
    """Give a file a second name; whether that is possible."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES):
            return False
        raise
    return True


def _copy(source: Path, target: Path) -> str:
    """Copy a file; gives the sha256 of what was read."""
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        while block := read.read(_BLOCK):
            digest.update(block)
            written.write(block)
    return digest.hexdigest()
