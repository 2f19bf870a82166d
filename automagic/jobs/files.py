"""Files that travel with jobs, kept under the hash of their content: beside the artifacts, where all machines see them.

folder/ab/abcdef…        the artifact store's own layout, so a video that a step made is not kept twice
s3://bucket/ab/abcdef…   the same by fsspec
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from automagic.errors import ConfigurationError, RequestError, ResourceError
from automagic.jobs.place import QueuePlace

MAX_FILE_BYTES = 500_000_000
"""The largest that a product accepts, music, has this bound too."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file by its content."""

    name: str
    sha256: str
    size_bytes: int


class JobFiles:
    """Puts files where all workers see them, and gets them back."""

    def __init__(self, place: QueuePlace) -> None:
        self._folder = place.artifacts
        self._url = place.artifacts_url.rstrip("/")

    def keep(self, name: str, source: Path | bytes) -> KeptFile:
        """Take a copy of a file as it is now.

        Args:
            name: What it will be called where it is needed: a relative path with "/".

        Raises:
            RequestError: It cannot be read, is not a regular file, or is too large.
            ResourceError: There is no room for it.
        """
        if isinstance(source, bytes):
            kept = KeptFile(name, hashlib.sha256(source).hexdigest(), len(source))
            self._write(kept, source)
            return kept
        try:
            descriptor = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise RequestError(f"{source.name} is not a regular file", hint="Give the name of a file.")
                if status.st_size > MAX_FILE_BYTES:
                    raise RequestError(
                        f"{source.name} is {status.st_size / 1e6:.0f} MB large",
                        hint=f"At most {MAX_FILE_BYTES / 1e6:.0f} MB.",
                    )
                kept = KeptFile(name, hashlib.file_digest(file, "sha256").hexdigest(), status.st_size)
                file.seek(0)
                self._write(kept, file)
                return kept
        except FileNotFoundError:
            raise RequestError(f"there is no file {source}", hint="Check the name and the folder.") from None
        except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
            reason = error.strerror if isinstance(error, OSError) else "that is not the name of a file"
            raise RequestError(f"{source.name} cannot be read: {reason}", hint="Check the file.") from error

    def place(self, files: Mapping[str, KeptFile], folder: Path) -> None:
        """Put kept files into a folder under their names.

        Raises:
            ResourceError: One is no longer kept or is damaged.
        """
        for kept in files.values():
            target = folder / kept.name
            if not target.resolve().is_relative_to(folder.resolve()):
                raise RequestError(f"{kept.name!r} would lie outside its folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            self.fetch(kept, target)

    def fetch(self, kept: KeptFile, target: Path) -> None:
        """Copy one kept file to `target`, and see that it is what was kept.

        Raises:
            ResourceError: It is no longer kept or is damaged.
        """
        try:
            with self._open(kept.sha256) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
            with target.open("rb") as copy:
                intact = hashlib.file_digest(copy, "sha256").hexdigest() == kept.sha256
        except FileNotFoundError:
            intact = False
        if not intact:
            target.unlink(missing_ok=True)
            raise ResourceError(
                f"{kept.name} is no longer kept, or is damaged", hint="Give the file again: add the job anew."
            )

    def _write(self, kept: KeptFile, content: BinaryIO | bytes) -> None:
        try:
            if self._folder is not None:
                self._write_local(kept, self._folder / kept.sha256[:2] / kept.sha256, content)
            else:
                self._write_remote(kept, content)
        except OSError as error:
            raise ResourceError(
                f"{kept.name} ({kept.size_bytes / 1e6:.1f} MB) could not be kept: {error.strerror or error}",
                hint="Free some space and try again.",
            ) from error

    def _write_local(self, kept: KeptFile, target: Path, content: BinaryIO | bytes) -> None:
        if target.is_file() and target.stat().st_size == kept.size_bytes:
            with target.open("rb") as there:
                if hashlib.file_digest(there, "sha256").hexdigest() == kept.sha256:
                    return
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{kept.sha256}.{secrets.token_hex(4)}.partial")
        try:
            with partial.open("wb") as copy:
                if isinstance(content, bytes):
                    copy.write(content)
                else:
                    shutil.copyfileobj(content, copy, 1 << 20)
                copy.flush()
                os.fsync(copy.fileno())
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def _write_remote(self, kept: KeptFile, content: BinaryIO | bytes) -> None:
        system, root = self._remote()
        path = f"{root}/{kept.sha256[:2]}/{kept.sha256}"
        if system.exists(path) and system.size(path) == kept.size_bytes:
            return
        system.makedirs(path.rpartition("/")[0], exist_ok=True)
        # An object store shows an object when it is complete, not before.
        with system.open(path, "wb") as copy:
            if isinstance(content, bytes):
                copy.write(content)
            else:
                shutil.copyfileobj(content, copy, 1 << 20)

    def _open(self, sha256: str) -> BinaryIO:
        if self._folder is not None:
            return (self._folder / sha256[:2] / sha256).open("rb")
        system, root = self._remote()
        return cast(BinaryIO, system.open(f"{root}/{sha256[:2]}/{sha256}", "rb"))

    def _remote(self) -> tuple[Any, str]:
        try:
            import fsspec  # type: ignore[import-untyped]  # it ships no types

            system, root = fsspec.core.url_to_fs(self._url)
        except (ImportError, ValueError) as error:
            raise ConfigurationError(
                f"ARTIFACTS_URL cannot be used: {error}", hint="Install what it needs, such as s3fs for s3://."
            ) from error
        return system, str(root).rstrip("/")
