"""Files that travel with jobs, kept under the hash of their content: beside the artifacts, where all machines see them.

A video that a step made is not kept twice. What no job needs any more goes with the next cleanup.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from automagic.errors import RequestError, ResourceError
from automagic.jobs.place import QueuePlace
from automagic.orchestrator.shelf import open_shelf

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
        self.shelf = open_shelf(place.artifacts_url or str(place.home / "artifacts"))

    def keep(self, name: str, source: Path | bytes) -> KeptFile:
        """Take a copy of a file as it is now.

        Args:
            name: What it will be called where it is needed: a relative path with "/".

        Raises:
            RequestError: It cannot be read, is not a regular file, or is too large.
            ResourceError: There is no room for it.
            ConfigurationError: The place for it cannot be written.
        """
        if isinstance(source, bytes):
            kept = KeptFile(name, hashlib.sha256(source).hexdigest(), len(source))
            self.shelf.put(kept.sha256, kept.size_bytes, io.BytesIO(source))
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
                self.shelf.put(kept.sha256, kept.size_bytes, file)
                return kept
        except FileNotFoundError:
            raise RequestError(f"there is no file {source}", hint="Check the name and the folder.") from None
        except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
            reason = error.strerror if isinstance(error, OSError) else "that is not the name of a file"
            raise RequestError(f"{source.name} cannot be read: {reason}", hint="Check the file.") from error

    def place(self, files: Mapping[str, KeptFile], folder: Path) -> None:
        """Put kept files into a folder under their names.

        Raises:
            ResourceError: One is no longer kept or is damaged, or there is no room.
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
            ResourceError: It is no longer kept or is damaged, or there is no room.
        """
        try:
            intact = self.shelf.fetch(kept.sha256, target)
        except OSError as error:
            raise ResourceError(
                f"{kept.name} could not be copied: {error.strerror or error}", hint="Make room and try again."
            ) from error
        if not intact:
            raise ResourceError(
                f"{kept.name} is no longer kept, or is damaged", hint="Give the file again: add the job anew."
            )
