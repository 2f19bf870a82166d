"""Copies of results in a folder, such as a shared drive. Each result appears there complete or not at all.

    folder:/media/share ─▶ /media/share/.2026-01-31-a-title.partial-…  ─rename─▶  /media/share/2026-01-31-a-title/

Nothing that lies there is changed. The same result again is left as it is; another of the same name stands beside it,
its name ending in eight digits of its content's hash.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import Literal

from automagic.destinations.shared.publication import DestinationAccess, Options, Publication, Receipt
from automagic.errors import RequestError, ResourceError, is_disk_full
from automagic.machine.blocks import copy_file, hash_file
from automagic.machine.leaving import in_thread

_LEFT_BEHIND_S = 86400.0
"""A copy that has not grown for a day belongs to a process that was killed."""
_HASH_DIGITS = 8


class Folder:
    """Copies results into one folder."""

    def __init__(self, path: Path, access: DestinationAccess | None = None, options: Options | None = None) -> None:
        self._path = path.absolute()
        self._access = access
        self._options = options or Options()

    async def check(self) -> None:
        """The folder is there, or can be made in one that is, and can be written."""
        path = self._path
        if path.exists() and not path.is_dir():
            raise RequestError(f"{path} is a file", hint="Name a folder.")
        # Folders above it are not made: they would hide that a drive is not connected.
        place = path if path.is_dir() else path.parent
        if not place.is_dir():
            raise RequestError(f"there is no folder {place}", hint="Check the name; is the drive connected?")
        try:
            probe = place / f".automagic-{secrets.token_hex(4)}"
            probe.mkdir()
            probe.rmdir()
        except OSError as error:
            raise RequestError(
                f"{place} cannot be written: {error.strerror}", hint="Choose another folder, or ask for access to it."
            ) from error

    async def publish(self, publication: Publication) -> tuple[Receipt, ...]:
        """Copy what belongs to a publication, complete or not at all."""
        await self.check()
        # A cancelled copy ends after its block and takes away what it made.
        return (await in_thread(self._publish, publication),)

    def _publish(self, publication: Publication) -> Receipt:
        digests = {name: _digest(publication.folder / name) for name in publication.files}
        whole = hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()[:_HASH_DIGITS]
        name = publication.name
        names = [name, f"{name}-{whole}"]
        if self._options.again:
            names += [f"{name}-{whole}-{number}" for number in range(2, 100)]
        for candidate in names:
            target = self._path / candidate
            if not self._options.again and _holds(target, digests):
                return self._receipt(target, "unchanged")
            if not _taken(target) and self._place(publication, target, digests):
                return self._receipt(target, "published")
        raise RequestError(
            f"{self._path / names[-1]} holds something else", hint="Move it away, or choose another folder."
        )

    def _place(self, publication: Publication, target: Path, digests: dict[str, str]) -> bool:
        """Copy beside the target, then rename; False when somebody else was faster."""
        partial = self._path / f".{target.name}.partial-{secrets.token_hex(4)}"
        try:
            self._path.mkdir(exist_ok=True)
            self._remove_left_behind()
            partial.mkdir()
            for name, digest in digests.items():
                with (publication.folder / name).open("rb") as source, (partial / name).open("wb") as copy:
                    copy_file(source, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
                if _digest(partial / name) != digest:
                    raise RequestError(f"{name} changed while it was copied", hint="Publish it again.")
            _sync(partial)
            try:
                partial.rename(target)
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                    return False
                raise
            _sync(self._path)
        except OSError as error:
            reason = "the disk is full" if is_disk_full(error) else error.strerror
            raise ResourceError(
                f"the result could not be copied to {self._path}: {reason}",
                hint="Nothing was left there; make room and publish it again.",
            ) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return True

    def _remove_left_behind(self) -> None:
        for left in self._path.glob(".*.partial-????????"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _LEFT_BEHIND_S:
                    shutil.rmtree(left, ignore_errors=True)

    def _receipt(self, target: Path, state: Literal["published", "unchanged"]) -> Receipt:
        return Receipt(f"folder:{self._path}", target.name, target.as_uri(), state)


def _taken(target: Path) -> bool:
    """Whether something lies there; an empty folder does not count."""
    if target.is_symlink() or not target.is_dir():
        return target.is_symlink() or target.exists()
    return any(target.iterdir())


def _holds(target: Path, digests: dict[str, str]) -> bool:
    """Whether every file of a result lies there with the same content; what a person added does not count."""
    return all((target / name).is_file() and _digest(target / name) == digest for name, digest in digests.items())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hash_file(file)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable; file systems on the network may not know how."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
